package dev.javernetes.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;

/** A private key with its certificate, followed by whatever chain was in its file. */
public record KeyAndCertificate(PrivateKey key, List<X509Certificate> chain) {
  public KeyAndCertificate {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a key without a certificate");
    }
  }

  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** For TLS, on either side of it. */
  public X509ExtendedKeyManager keyManager() {
    return new IdentityKeys(this);
  }

  public String certificatePem() {
    return Pem.certificates(chain);
  }

  public String keyPem() {
    return Pem.privateKey(key, chain.getFirst().getPublicKey());
  }
}
