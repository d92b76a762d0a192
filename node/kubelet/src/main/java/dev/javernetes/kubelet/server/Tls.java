package dev.javernetes.kubelet.server;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** The server's certificate, given or made, and whose clients it trusts. */
public final class Tls {
  private Tls() {}

  /** {@code clientCa} null: nobody is known by certificate. */
  public static SslContext server(Path certificate, Path key, @Nullable Path clientCa)
      throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(certificate.toFile(), key.toFile())
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2");
    if (clientCa != null) {
      builder.trustManager(clientCa.toFile()).clientAuth(ClientAuth.OPTIONAL);
    }
    return builder.build();
  }

  /**
   * A self-signed pair {@code kubelet.crt}, {@code kubelet.key} in {@code directory}, made if not
   * there: for a kubelet that nobody gave one. The API server can then not verify it, as with
   * upstream's.
   */
  public static Path selfSigned(
      Path directory, String nodeName, List<String> addresses, Instant now) throws IOException {
    Path certificate = directory.resolve("kubelet.crt");
    if (Files.exists(certificate) && Files.exists(directory.resolve("kubelet.key"))) {
      return certificate;
    }
    Files.createDirectories(directory);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      GeneralName[] names = new GeneralName[addresses.size() + 1];
      names[0] = new GeneralName(GeneralName.dNSName, nodeName);
      for (int i = 0; i < addresses.size(); i++) {
        names[i + 1] = new GeneralName(GeneralName.iPAddress, addresses.get(i));
      }
      X500Name subject = new X500Name("CN=" + nodeName + "@" + now.getEpochSecond());
      X509Certificate made =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          subject,
                          BigInteger.valueOf(now.toEpochMilli()),
                          Date.from(now.minus(Duration.ofHours(1))),
                          Date.from(now.plus(Duration.ofDays(365))),
                          subject,
                          pair.getPublic())
                      .addExtension(
                          Extension.subjectAlternativeName, false, new GeneralNames(names))
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      Path key = directory.resolve("kubelet.key");
      Files.deleteIfExists(key);
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      Files.writeString(certificate, pem("CERTIFICATE", made.getEncoded()));
      return certificate;
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException problem) {
      throw new IOException("making a serving certificate: " + problem.getMessage(), problem);
    }
  }

  private static String pem(String type, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }
}
