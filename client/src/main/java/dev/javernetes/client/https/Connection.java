package dev.javernetes.client.https;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and who we are to it.
 *
 * @param authority PEM certificates to trust; null: those of the JDK
 * @param certificate and key: PEM of a client certificate; both or none
 * @param token a bearer token, or {@code ""}
 * @param tokenFile a file with a bearer token that changes with time; null if none
 * @param insecure trust whatever certificate the server shows
 */
public record Connection(
    URI server,
    byte @Nullable [] authority,
    byte @Nullable [] certificate,
    byte @Nullable [] key,
    String token,
    @Nullable Path tokenFile,
    String basicCredentials,
    boolean insecure) {

  public Connection {
    String scheme = server.getScheme();
    if (server.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
      throw new IllegalArgumentException("not an http or https address: " + server);
    }
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("a client certificate needs its key, and the other way");
    }
  }

  /** The same server, to which we are nobody. */
  public Connection withoutCredentials() {
    return new Connection(server, authority, null, null, "", null, "", insecure);
  }

  /** For TLS to this server; {@code IOException} if a certificate or key is no good. */
  public SSLContext tls() throws IOException {
    return TlsContexts.of(this);
  }

  /** With a client certificate. */
  public static Connection certificate(
      URI server, byte[] authority, byte[] certificate, byte[] key) {
    return new Connection(server, authority, certificate, key, "", null, "", false);
  }

  /** With a bearer token. */
  public static Connection token(URI server, byte[] authority, String token) {
    return new Connection(server, authority, null, null, token, null, "", false);
  }

  /** With a bearer token, to a server that the JDK's own authorities vouch for. */
  public static Connection publiclyTrusted(URI server, String token) {
    return new Connection(server, null, null, null, token, null, "", false);
  }

  /** With a bearer token, to whatever server answers. */
  public static Connection unverified(URI server, String token) {
    return new Connection(server, null, null, null, token, null, "", true);
  }
}
