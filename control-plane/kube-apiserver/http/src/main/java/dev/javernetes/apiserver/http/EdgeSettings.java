package dev.javernetes.apiserver.http;

import java.net.InetAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Where to listen, as whom, and how much to take.
 *
 * @param port 0 for any free one
 * @param certificates the serving certificate first, then its chain
 * @param maxBodyBytes of a request; more is refused with 413
 * @param idleTimeout after which a connection without a request is closed
 * @param drainTimeout how long requests under way may take to end when the edge closes
 */
public record EdgeSettings(
    InetAddress address,
    int port,
    List<X509Certificate> certificates,
    PrivateKey key,
    int maxBodyBytes,
    Duration idleTimeout,
    Duration drainTimeout) {

  /** As upstream's {@code MaxRequestBodyBytes}. */
  public static final int MAX_BODY_BYTES = 3 << 20;

  public EdgeSettings {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("no serving certificate");
    }
  }

  public static EdgeSettings of(
      InetAddress address, int port, List<X509Certificate> certificates, PrivateKey key) {
    return new EdgeSettings(
        address,
        port,
        certificates,
        key,
        MAX_BODY_BYTES,
        Duration.ofMinutes(3),
        Duration.ofSeconds(5));
  }
}
