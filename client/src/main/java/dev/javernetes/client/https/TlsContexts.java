package dev.javernetes.client.https;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom we trust and who we are, as the JDK's TLS wants it. */
final class TlsContexts {
  private TlsContexts() {}

  static SSLContext of(Connection connection) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(connection), trust(connection), null);
      return context;
    } catch (GeneralSecurityException problem) {
      throw new IOException(
          "TLS settings for " + connection.server() + ": " + problem.getMessage(), problem);
    }
  }

  private static KeyManager @Nullable [] keys(Connection connection)
      throws GeneralSecurityException, IOException {
    byte[] certificate = connection.certificate();
    byte[] key = connection.key();
    if (certificate == null || key == null) {
      return null;
    }
    KeyStore store = emptyStore();
    List<X509Certificate> chain = Pem.certificates(certificate);
    store.setKeyEntry(
        "client", Pem.privateKey(key), new char[0], chain.toArray(new X509Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static TrustManager @Nullable [] trust(Connection connection)
      throws GeneralSecurityException, IOException {
    if (connection.insecure()) {
      return new TrustManager[] {new TrustEverybody()};
    }
    byte[] authority = connection.authority();
    if (authority == null) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate certificate : Pem.certificates(authority)) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  /** For {@code insecure-skip-tls-verify}: the user asked for it, and only then. */
  private static final class TrustEverybody extends X509ExtendedTrustManager {
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
