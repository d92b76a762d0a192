package dev.javernetes.apiserver.admission.webhook;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Checks a server's certificate against given authorities and a given name, whatever address was
 * dialled: a service's certificate names {@code SERVICE.NAMESPACE.svc}, its address is an IP.
 */
final class ServerNameTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager delegate;
  private final String serverName;

  private ServerNameTrust(X509ExtendedTrustManager delegate, String serverName) {
    this.delegate = delegate;
    this.serverName = serverName;
  }

  static TrustManager[] managers(TrustManagerFactory factory, String serverName) {
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return new TrustManager[] {new ServerNameTrust(extended, serverName)};
      }
    }
    throw new IllegalStateException("no X.509 trust manager in this JDK");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, authType);
  }

  private void check(X509Certificate[] chain, String authType) throws CertificateException {
    delegate.checkServerTrusted(chain, authType);
    if (!names(chain[0])) {
      throw new CertificateException("x509: certificate is not valid for " + serverName);
    }
  }

  private boolean names(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    String wanted = serverName.toLowerCase(Locale.ROOT);
    for (List<?> entry : names) {
      String name = String.valueOf(entry.get(1)).toLowerCase(Locale.ROOT);
      int dot = wanted.indexOf('.');
      if (name.equals(wanted)
          || name.startsWith("*.") && dot > 0 && name.substring(1).equals(wanted.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("not a server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("not a server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("not a server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return delegate.getAcceptedIssuers();
  }
}
