package dev.javernetes.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** An HTTP client that trusts what a registry's configuration says it should. */
final class RegistryTls {
  private static final Duration CONNECT = Duration.ofSeconds(15);

  private static final int PROBE_MILLIS = 3000;

  private RegistryTls() {}

  static HttpClient client(RegistryConfig.Host host) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1);
    try {
      if (host.insecureSkipVerify()) {
        builder.sslContext(context(new TrustManager[] {new TrustsEverybody()}));
      } else if (!host.caFile().isEmpty()) {
        builder.sslContext(context(authorities(Path.of(host.caFile()))));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS for a registry: " + e.getMessage(), e);
    }
    return builder.build();
  }

  /**
   * Whether there is TLS at all at an address, whoever signed it. A server that says nothing to a
   * greeting has none.
   */
  static boolean isSpoken(URI uri) {
    int port = uri.getPort() < 0 ? 443 : uri.getPort();
    try (Socket raw = new Socket()) {
      raw.connect(new InetSocketAddress(uri.getHost(), port), PROBE_MILLIS);
      raw.setSoTimeout(PROBE_MILLIS);
      SSLContext anybody = context(new TrustManager[] {new TrustsEverybody()});
      try (SSLSocket tls =
          (SSLSocket) anybody.getSocketFactory().createSocket(raw, uri.getHost(), port, true)) {
        tls.startHandshake();
        return true;
      }
    } catch (SSLException e) {
      return !String.valueOf(e.getMessage()).contains("SSL message");
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException | GeneralSecurityException e) {
      // nobody there: what is then tried by HTTPS says so in its own words
      return !(e instanceof SocketException reset) || reset instanceof java.net.ConnectException;
    }
  }

  private static SSLContext context(TrustManager[] trust) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust, null);
    return context;
  }

  private static TrustManager[] authorities(Path file)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int i = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + i++, certificate);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /**
   * {@code insecureSkipVerify}: the extended kind, since for any other the JDK checks the host's
   * name all the same.
   */
  private static final class TrustsEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
