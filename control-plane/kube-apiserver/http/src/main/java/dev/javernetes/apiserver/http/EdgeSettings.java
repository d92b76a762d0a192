package dev.javernetes.apiserver.http;

import java.net.InetAddress;
import java.time.Duration;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Where to listen, as whom, and how much to take.
 *
 * @param port 0 for any free one
 * @param identity the serving certificate, its chain and its key
 * @param maxBodyBytes of a request; more is refused with 413
 * @param idleTimeout after which a connection without a request is closed
 * @param drainTimeout how long requests under way may take to end when the edge closes
 */
public record EdgeSettings(
    InetAddress address,
    int port,
    X509ExtendedKeyManager identity,
    int maxBodyBytes,
    Duration idleTimeout,
    Duration drainTimeout) {

  /** As upstream's {@code MaxRequestBodyBytes}. */
  public static final int MAX_BODY_BYTES = 3 << 20;

  public static EdgeSettings of(InetAddress address, int port, X509ExtendedKeyManager identity) {
    return new EdgeSettings(
        address, port, identity, MAX_BODY_BYTES, Duration.ofMinutes(3), Duration.ofSeconds(5));
  }
}
