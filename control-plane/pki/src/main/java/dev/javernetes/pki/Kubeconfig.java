package dev.javernetes.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A client's configuration for one cluster and one user, everything embedded, as {@code kubectl}
 * and client-go read it.
 *
 * @param cluster the cluster's name; the context is {@code user@cluster}
 * @param server {@code https://127.0.0.1:6443}
 * @param authority PEM of what the server's certificate is checked against
 * @param identity client key and certificate, null when {@code token} is set
 * @param token bearer token, null when {@code identity} is set
 */
public record Kubeconfig(
    String cluster,
    String user,
    String server,
    String authority,
    @Nullable KeyAndCertificate identity,
    @Nullable String token) {

  public Kubeconfig {
    if ((identity == null) == (token == null)) {
      throw new IllegalArgumentException("a kubeconfig carries a certificate or a token");
    }
  }

  public static Kubeconfig withCertificate(
      String cluster, String user, String server, String authority, KeyAndCertificate identity) {
    return new Kubeconfig(cluster, user, server, authority, identity, null);
  }

  /** YAML; every value that could be mistaken for another type is quoted. */
  public String text() {
    String context = user + "@" + cluster;
    StringBuilder credentials = new StringBuilder();
    if (identity != null) {
      credentials
          .append("    client-certificate-data: ")
          .append(base64(identity.certificatePem()))
          .append("\n    client-key-data: ")
          .append(base64(identity.keyPem()))
          .append('\n');
    } else {
      credentials.append("    token: \"").append(token).append("\"\n");
    }
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - cluster:
        certificate-authority-data: %s
        server: %s
      name: "%s"
    contexts:
    - context:
        cluster: "%s"
        user: "%s"
      name: "%s"
    current-context: "%s"
    users:
    - name: "%s"
      user:
    %s\
    """
        .formatted(
            base64(authority), server, cluster, cluster, user, context, context, user, credentials);
  }

  /** Writes the file in one step: a reader sees the old one or the new one. */
  public void write(Path file) {
    try {
      SecureFile.write(file, text());
    } catch (IOException problem) {
      throw new PkiException(
          "cannot write kubeconfig " + file + ": " + problem.getMessage(), problem);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
