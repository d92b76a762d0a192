package dev.javernetes.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keys and certificates in files: {@code name.crt} and {@code name.key}. What is there is kept as
 * long as it is good; a leaf is made anew when less than a fifth of its life is left, when another
 * authority signed it, or when it lacks a name that is asked for now.
 */
final class PkiDirectory {
  private final Path root;
  private final SecureRandom random;
  private final Instant now;

  PkiDirectory(Path root, SecureRandom random, Instant now) {
    this.root = root;
    this.random = random;
    this.now = now;
  }

  CertificateAuthority authority(String file, String commonName) {
    try {
      if (Files.exists(certificateFile(file))) {
        List<X509Certificate> chain = Pem.parseCertificates(read(certificateFile(file)));
        if (chain.isEmpty()) {
          throw new PkiException(certificateFile(file) + " holds no certificate");
        }
        return new CertificateAuthority(
            chain.getFirst(), Pem.parsePrivateKey(read(keyFile(file))), random);
      }
      CertificateAuthority created = CertificateAuthority.create(commonName, now, random);
      store(file, created.keyAndCertificate());
      return created;
    } catch (IOException problem) {
      throw unusable(file, problem);
    }
  }

  KeyAndCertificate leaf(String file, CertificateAuthority authority, CertificateProfile profile) {
    try {
      if (Files.exists(certificateFile(file)) && Files.exists(keyFile(file))) {
        KeyAndCertificate stored = load(file);
        if (isGood(stored.certificate(), authority, profile)) {
          return stored;
        }
      }
      KeyAndCertificate issued = authority.issue(profile, now);
      store(file, issued);
      return issued;
    } catch (IOException problem) {
      throw unusable(file, problem);
    }
  }

  /** The key that signs service-account tokens: {@code sa.key} and {@code sa.pub}. */
  KeyPair signingKey(String file) {
    Path publicFile = root.resolve(file + ".pub");
    try {
      if (Files.exists(keyFile(file)) && Files.exists(publicFile)) {
        return new KeyPair(
            Pem.parsePublicKeys(read(publicFile)).getFirst(),
            Pem.parsePrivateKey(read(keyFile(file))));
      }
      KeyPair pair = Keys.generate(random);
      SecureFile.write(keyFile(file), Pem.privateKey(pair.getPrivate(), pair.getPublic()));
      SecureFile.write(publicFile, Pem.publicKey(pair.getPublic()));
      return pair;
    } catch (IOException problem) {
      throw unusable(file, problem);
    }
  }

  private KeyAndCertificate load(String file) throws IOException {
    return new KeyAndCertificate(
        Pem.parsePrivateKey(read(keyFile(file))),
        Pem.parseCertificates(read(certificateFile(file))));
  }

  /** The certificate last, so that a pair whose writing was cut short is seen as missing. */
  private void store(String file, KeyAndCertificate pair) throws IOException {
    Files.deleteIfExists(certificateFile(file));
    SecureFile.write(keyFile(file), pair.keyPem());
    SecureFile.write(certificateFile(file), pair.certificatePem());
  }

  private boolean isGood(
      X509Certificate certificate, CertificateAuthority authority, CertificateProfile profile) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    Duration reserve = Duration.between(from, until).dividedBy(5);
    if (now.isBefore(from) || !now.isBefore(until.minus(reserve))) {
      return false;
    }
    return certificate
            .getIssuerX500Principal()
            .equals(authority.certificate().getSubjectX500Principal())
        && Arrays.equals(
            certificate.getSubjectX500Principal().getEncoded(), profile.subject().encoded())
        && signedBy(certificate, authority)
        && names(certificate).containsAll(wanted(profile));
  }

  /**
   * By the authority's key identifier, which is a digest of its key: checking nine signatures would
   * take longer than all the rest of a start.
   */
  private static boolean signedBy(X509Certificate certificate, CertificateAuthority authority) {
    return Arrays.equals(
        certificate.getExtensionValue("2.5.29.35"), authority.authorityKeyIdentifier());
  }

  private static Set<String> wanted(CertificateProfile profile) {
    Set<String> wanted = new HashSet<>(profile.dnsNames());
    profile.addresses().forEach(address -> wanted.add(address.getHostAddress()));
    return wanted;
  }

  private static Set<String> names(X509Certificate certificate) {
    Set<String> names = new HashSet<>();
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(entry -> names.add(String.valueOf(entry.get(1))));
      }
    } catch (CertificateParsingException unreadable) {
      return Set.of();
    }
    return names;
  }

  private Path certificateFile(String file) {
    return root.resolve(file + ".crt");
  }

  private Path keyFile(String file) {
    return root.resolve(file + ".key");
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  private PkiException unusable(String file, Exception problem) {
    return new PkiException(
        "cannot use " + root.resolve(file) + ".{crt,key}: " + problem.getMessage(), problem);
  }
}
