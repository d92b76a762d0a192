package dev.javernetes.pki;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A certificate and key that sign others. {@code issue(profile, publicKey, now)} makes a leaf
 * certificate that is valid from five minutes ago (clocks differ between machines) and never
 * outlives its authority.
 */
public final class CertificateAuthority {
  /** kubeadm's: ten years. */
  public static final Duration TEN_YEARS = Duration.ofDays(3650);

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  public CertificateAuthority(X509Certificate certificate, PrivateKey key, SecureRandom random) {
    if (certificate.getBasicConstraints() < 0) {
      throw new PkiException(
          "not a certificate authority: " + certificate.getSubjectX500Principal());
    }
    this.certificate = certificate;
    this.key = key;
    this.random = random;
  }

  /** A new self-signed authority. */
  public static CertificateAuthority create(String commonName, Instant now, SecureRandom random) {
    KeyPair pair = Keys.generate(random);
    byte[] name = Subject.of(commonName).encoded();
    List<byte[]> extensions = new ArrayList<>();
    // digitalSignature, keyEncipherment, keyCertSign: what kubeadm's authorities say
    extensions.add(critical("2.5.29.15", Der.bitString(new byte[] {(byte) 0xa4}, 2)));
    extensions.add(critical("2.5.29.19", Der.sequence(Der.bool(true))));
    extensions.add(extension("2.5.29.14", Der.octetString(Keys.identifier(pair.getPublic()))));
    extensions.add(extension("2.5.29.17", Der.sequence(Der.implicit(2, ascii(commonName)))));
    byte[] body =
        body(
            Keys.serialNumber(random),
            pair.getPrivate(),
            name,
            name,
            now.minus(CLOCK_SKEW),
            now.plus(TEN_YEARS),
            pair.getPublic(),
            extensions);
    return new CertificateAuthority(sign(body, pair.getPrivate()), pair.getPrivate(), random);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public PrivateKey key() {
    return key;
  }

  public KeyAndCertificate keyAndCertificate() {
    return new KeyAndCertificate(key, List.of(certificate));
  }

  /** A leaf certificate with a new key. */
  public KeyAndCertificate issue(CertificateProfile profile, Instant now) {
    KeyPair pair = Keys.generate(random);
    return new KeyAndCertificate(pair.getPrivate(), List.of(issue(profile, pair.getPublic(), now)));
  }

  /** A leaf certificate for a key that somebody else holds. */
  public X509Certificate issue(CertificateProfile profile, PublicKey subjectKey, Instant now) {
    Instant notAfter = now.plus(profile.validity());
    Instant ours = certificate.getNotAfter().toInstant();
    List<byte[]> extensions = new ArrayList<>();
    // digitalSignature; RSA key exchange also enciphers
    boolean rsa = subjectKey.getAlgorithm().equals("RSA");
    extensions.add(
        critical(
            "2.5.29.15",
            rsa
                ? Der.bitString(new byte[] {(byte) 0xa0}, 5)
                : Der.bitString(new byte[] {(byte) 0x80}, 7)));
    if (!profile.usages().isEmpty()) {
      byte[][] usages =
          profile.usages().stream()
              .sorted(Comparator.naturalOrder())
              .map(usage -> Der.oid(usage.oid))
              .toArray(byte[][]::new);
      extensions.add(extension("2.5.29.37", Der.sequence(usages)));
    }
    extensions.add(critical("2.5.29.19", Der.sequence()));
    extensions.add(Der.sequence(Der.oid("2.5.29.35"), authorityKeyIdentifier()));
    if (!profile.dnsNames().isEmpty() || !profile.addresses().isEmpty()) {
      extensions.add(extension("2.5.29.17", alternativeNames(profile)));
    }
    byte[] body =
        body(
            Keys.serialNumber(random),
            key,
            certificate.getSubjectX500Principal().getEncoded(),
            profile.subject().encoded(),
            now.minus(CLOCK_SKEW),
            notAfter.isAfter(ours) ? ours : notAfter,
            subjectKey,
            extensions);
    return sign(body, key);
  }

  /** The extension's value, in its octet string, that every certificate of this authority bears. */
  byte[] authorityKeyIdentifier() {
    return Der.octetString(
        Der.sequence(Der.implicit(0, Keys.identifier(certificate.getPublicKey()))));
  }

  private static byte[] alternativeNames(CertificateProfile profile) {
    List<byte[]> names = new ArrayList<>();
    for (String dnsName : profile.dnsNames()) {
      names.add(Der.implicit(2, ascii(dnsName)));
    }
    for (InetAddress address : profile.addresses()) {
      names.add(Der.implicit(7, address.getAddress()));
    }
    return Der.sequence(names.toArray(byte[][]::new));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /** The TBSCertificate of RFC 5280 §4.1. */
  private static byte[] body(
      java.math.BigInteger serialNumber,
      PrivateKey signer,
      byte[] issuer,
      byte[] subject,
      Instant notBefore,
      Instant notAfter,
      PublicKey subjectKey,
      List<byte[]> extensions) {
    return Der.sequence(
        Der.explicit(0, Der.integer(2)),
        Der.integer(serialNumber),
        Keys.signatureAlgorithmIdentifier(signer),
        issuer,
        Der.sequence(
            Der.time(notBefore.truncatedTo(ChronoUnit.SECONDS)),
            Der.time(notAfter.truncatedTo(ChronoUnit.SECONDS))),
        subject,
        subjectKey.getEncoded(),
        Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.octetString(value));
  }

  private static byte[] critical(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.bool(true), Der.octetString(value));
  }

  private static X509Certificate sign(byte[] body, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(Keys.signatureAlgorithm(key));
      signature.initSign(key);
      signature.update(body);
      byte[] encoded =
          Der.sequence(
              body, Keys.signatureAlgorithmIdentifier(key), Der.bitString(signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encoded));
    } catch (GeneralSecurityException problem) {
      throw new PkiException("cannot sign a certificate: " + problem.getMessage(), problem);
    }
  }
}
