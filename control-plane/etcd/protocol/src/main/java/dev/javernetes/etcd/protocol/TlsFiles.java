package dev.javernetes.etcd.protocol;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Certificate files in PEM, as etcd's flags name them.
 *
 * @param certificate the own certificate, with intermediates
 * @param key its private key
 * @param trustedAuthorities whom to trust on the other side; null for the system's authorities
 * @param requireClientCertificate for a server: refuse clients without a certificate of those
 *     authorities
 */
public record TlsFiles(
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path trustedAuthorities,
    boolean requireClientCertificate) {

  public TlsFiles {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("certificate and key must be given together");
    }
  }

  public SslContext server() throws SSLException {
    if (certificate == null || key == null) {
      throw new IllegalArgumentException("a TLS server needs a certificate and a key");
    }
    SslContextBuilder builder =
        GrpcSslContexts.configure(
            SslContextBuilder.forServer(certificate.toFile(), key.toFile()), SslProvider.JDK);
    if (trustedAuthorities != null) {
      builder.trustManager(trustedAuthorities.toFile());
    }
    return builder
        .clientAuth(
            requireClientCertificate
                ? ClientAuth.REQUIRE
                : trustedAuthorities != null ? ClientAuth.OPTIONAL : ClientAuth.NONE)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }

  public SslContext client() throws SSLException {
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
    File trusted = trustedAuthorities == null ? null : trustedAuthorities.toFile();
    if (trusted != null) {
      builder.trustManager(trusted);
    }
    if (certificate != null && key != null) {
      builder.keyManager(certificate.toFile(), key.toFile());
    }
    return builder.build();
  }
}
