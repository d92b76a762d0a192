package dev.javernetes.apiserver.authentication;

import dev.javernetes.apiserver.request.UserInfo;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Users by client certificate: {@code CN=jane,O=qa,O=dev} is user jane of groups qa and dev. The
 * TLS edge has proved that the peer holds the key; here the certificate is checked against the
 * authorities that may name users. The last {@value #CAPACITY} certificates are remembered.
 */
final class CertificateUsers {
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final int CAPACITY = 1024;
  private static final int MAX_CHAIN = 5;

  private final List<X509Certificate> authorities;
  private final InstantSource clock;
  private final Map<X509Certificate, UserInfo> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<X509Certificate, UserInfo> eldest) {
          return size() > CAPACITY;
        }
      };

  CertificateUsers(List<X509Certificate> authorities, InstantSource clock) {
    this.authorities = List.copyOf(authorities);
    this.clock = clock;
  }

  /** {@code null} if there is no certificate. */
  @Nullable UserInfo user(List<X509Certificate> chain) throws CredentialException {
    if (chain.isEmpty()) {
      return null;
    }
    X509Certificate leaf = chain.getFirst();
    Instant now = clock.instant();
    checkValidity(leaf, now);
    synchronized (known) {
      UserInfo user = known.get(leaf);
      if (user != null) {
        return user;
      }
    }
    verify(chain, now);
    UserInfo user = userOf(leaf);
    synchronized (known) {
      known.put(leaf, user);
    }
    return user;
  }

  /** Whether the chain leads to one of the authorities, for use as a client. */
  void verify(List<X509Certificate> chain, Instant now) throws CredentialException {
    X509Certificate leaf = chain.getFirst();
    checkValidity(leaf, now);
    checkUsage(leaf);
    X509Certificate current = leaf;
    for (int depth = 0; depth < MAX_CHAIN; depth++) {
      for (X509Certificate authority : authorities) {
        if (isIssuer(authority, current)) {
          checkValidity(authority, now);
          return;
        }
      }
      X509Certificate next = null;
      for (X509Certificate candidate : chain) {
        if (candidate.getBasicConstraints() >= 0 && isIssuer(candidate, current)) {
          next = candidate;
        }
      }
      if (next == null) {
        break;
      }
      checkValidity(next, now);
      current = next;
    }
    throw new CredentialException(
        "verifying certificate SN=%s failed: x509: certificate signed by unknown authority"
            .formatted(leaf.getSerialNumber()));
  }

  private static boolean isIssuer(X509Certificate authority, X509Certificate certificate) {
    if (!authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private static void checkValidity(X509Certificate certificate, Instant now)
      throws CredentialException {
    try {
      certificate.checkValidity(Date.from(now));
    } catch (java.security.cert.CertificateException expired) {
      throw new CredentialException(
          "x509: certificate has expired or is not yet valid: current time %s is not between %s"
                  .formatted(now, certificate.getNotBefore().toInstant())
              + " and "
              + certificate.getNotAfter().toInstant());
    }
  }

  private static void checkUsage(X509Certificate certificate) throws CredentialException {
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      if (usages == null || usages.contains(CLIENT_AUTH) || usages.contains(ANY_USAGE)) {
        return;
      }
    } catch (CertificateParsingException unreadable) {
      throw new CredentialException("x509: " + unreadable.getMessage());
    }
    throw new CredentialException("x509: certificate specifies an incompatible key usage");
  }

  private static UserInfo userOf(X509Certificate certificate) throws CredentialException {
    String name = commonName(certificate);
    if (name.isEmpty()) {
      throw new CredentialException("x509: the certificate's subject has no common name");
    }
    return new UserInfo(
        name,
        "",
        organizations(certificate),
        Map.of(
            "authentication.kubernetes.io/credential-id",
            List.of("X509SHA256=" + fingerprint(certificate))));
  }

  static String commonName(X509Certificate certificate) {
    List<String> names = attributes(certificate, "CN");
    return names.isEmpty() ? "" : names.getLast();
  }

  private static List<String> organizations(X509Certificate certificate) {
    return attributes(certificate, "O");
  }

  /** RFC 2253 shows the last RDN first; ours are given in the certificate's order. */
  private static List<String> attributes(X509Certificate certificate, String type) {
    List<String> values = new ArrayList<>();
    try {
      LdapName name = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn rdn : name.getRdns()) {
        var attributes = rdn.toAttributes().getAll();
        while (attributes.hasMore()) {
          var attribute = attributes.next();
          if (attribute.getID().equalsIgnoreCase(type)) {
            var all = attribute.getAll();
            while (all.hasMore()) {
              values.add(String.valueOf(all.next()));
            }
          }
        }
      }
    } catch (InvalidNameException unreadable) {
      return List.of();
    } catch (javax.naming.NamingException unreadable) {
      return List.of();
    }
    return values;
  }

  private static String fingerprint(X509Certificate certificate) throws CredentialException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException unreadable) {
      throw new CredentialException("x509: " + unreadable.getMessage());
    }
  }
}
