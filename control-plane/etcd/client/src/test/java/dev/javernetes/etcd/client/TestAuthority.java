package dev.javernetes.etcd.client;

import dev.javernetes.etcd.protocol.TlsFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for one test, with PEM files in its directory. */
final class TestAuthority {
  private final Path directory;
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;
  private int serial = 1;

  TestAuthority(Path directory) throws Exception {
    this.directory = directory;
    this.certificate = issue("test authority", keys, true);
    write("ca.crt", "CERTIFICATE", certificate.getEncoded());
  }

  /** Certificate and key for a name, valid for 127.0.0.1. */
  TlsFiles issue(String name) throws Exception {
    KeyPair own = newKeys();
    Path crt = write(name + ".crt", "CERTIFICATE", issue(name, own, false).getEncoded());
    Path key = write(name + ".key", "PRIVATE KEY", own.getPrivate().getEncoded());
    return new TlsFiles(crt, key, directory.resolve("ca.crt"), true);
  }

  TlsFiles withoutCertificate() {
    return new TlsFiles(null, null, directory.resolve("ca.crt"), false);
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private X509Certificate issue(String name, KeyPair subject, boolean authority)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal("CN=test authority"),
            BigInteger.valueOf(serial++),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            new X500Principal("CN=" + name),
            subject.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  private Path write(String file, String type, byte[] content) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }
}
