package dev.javernetes.controllermanager.certificates;

import dev.javernetes.client.https.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** The cluster's signing authority: {@code --cluster-signing-cert-file} and its key. */
public final class CertificateSigner {
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  private final X509Certificate authority;
  private final PrivateKey key;
  private final Duration longest;
  private final RandomGenerator random;

  private CertificateSigner(
      X509Certificate authority, PrivateKey key, Duration longest, RandomGenerator random) {
    this.authority = authority;
    this.key = key;
    this.longest = longest;
    this.random = random;
  }

  /**
   * @throws IllegalArgumentException if the PEM is not a certificate and its key
   */
  public static CertificateSigner of(
      byte[] certificatePem, byte[] keyPem, Duration longest, RandomGenerator random) {
    try {
      return new CertificateSigner(
          Pem.certificates(certificatePem).getFirst(), Pem.privateKey(keyPem), longest, random);
    } catch (GeneralSecurityException problem) {
      throw new IllegalArgumentException(
          "cluster signing certificate or key: " + problem.getMessage(), problem);
    }
  }

  /** PEM of a certificate for what the request names, never longer valid than the authority. */
  String sign(
      PKCS10CertificationRequest request, List<String> usages, Duration asked, Instant now) {
    Duration lifetime = asked.isZero() || asked.compareTo(longest) > 0 ? longest : asked;
    Instant end = now.plus(lifetime);
    Instant authorityEnd = authority.getNotAfter().toInstant();
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              new JcaX509CertificateHolder(authority).getSubject(),
              serialNumber(),
              Date.from(now.minus(BACKDATE)),
              Date.from(end.isAfter(authorityEnd) ? authorityEnd : end),
              request.getSubject(),
              request.getSubjectPublicKeyInfo());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage(usages)));
      List<KeyPurposeId> purposes = purposes(usages);
      if (!purposes.isEmpty()) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
      }
      GeneralNames names = Requests.alternativeNames(request);
      if (names != null) {
        builder.addExtension(Extension.subjectAlternativeName, false, names);
      }
      String algorithm =
          switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
          };
      return Requests.pem(
          builder.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded());
    } catch (IOException | GeneralSecurityException | OperatorCreationException problem) {
      throw new IllegalStateException("a certificate cannot be signed", problem);
    }
  }

  private BigInteger serialNumber() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    bytes[0] &= 0x7f;
    return new BigInteger(1, bytes).add(BigInteger.ONE);
  }

  private static int keyUsage(List<String> usages) {
    int bits = 0;
    for (String usage : usages) {
      bits |=
          switch (usage) {
            case "digital signature", "signing" -> KeyUsage.digitalSignature;
            case "key encipherment" -> KeyUsage.keyEncipherment;
            case "key agreement" -> KeyUsage.keyAgreement;
            case "data encipherment" -> KeyUsage.dataEncipherment;
            case "content commitment" -> KeyUsage.nonRepudiation;
            default -> 0;
          };
    }
    return bits;
  }

  private static List<KeyPurposeId> purposes(List<String> usages) {
    List<KeyPurposeId> purposes = new ArrayList<>();
    for (String usage : usages) {
      switch (usage) {
        case "client auth" -> purposes.add(KeyPurposeId.id_kp_clientAuth);
        case "server auth" -> purposes.add(KeyPurposeId.id_kp_serverAuth);
        case "code signing" -> purposes.add(KeyPurposeId.id_kp_codeSigning);
        case "email protection", "s/mime" -> purposes.add(KeyPurposeId.id_kp_emailProtection);
        case "ocsp signing" -> purposes.add(KeyPurposeId.id_kp_OCSPSigning);
        case "timestamping" -> purposes.add(KeyPurposeId.id_kp_timeStamping);
        default -> {}
      }
    }
    return purposes;
  }
}
