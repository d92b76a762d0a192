package dev.javernetes.client.https;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM (RFC 7468), as Kubernetes' files have them. */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final byte[] RSA_ALGORITHM = Base64.getDecoder().decode("MA0GCSqGSIb3DQEBAQUA");

  private Pem() {}

  /** All certificates of the text, in order. */
  public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(pem, StandardCharsets.US_ASCII));
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        Certificate certificate =
            factory.generateCertificate(new ByteArrayInputStream(decode(block.group(2))));
        certificates.add((X509Certificate) certificate);
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("no CERTIFICATE block");
    }
    return certificates;
  }

  /** The first private key: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC). */
  public static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(new String(pem, StandardCharsets.US_ASCII));
    while (block.find()) {
      byte[] der = decode(block.group(2));
      switch (block.group(1)) {
        case "PRIVATE KEY":
          return pkcs8(der);
        case "RSA PRIVATE KEY":
          return pkcs8(wrap(RSA_ALGORITHM, der));
        case "EC PRIVATE KEY":
          return pkcs8(wrap(ecAlgorithm(der), der));
        case "ENCRYPTED PRIVATE KEY":
          throw new GeneralSecurityException("the private key is encrypted");
        default:
          break; // EC PARAMETERS, a certificate
      }
    }
    throw new GeneralSecurityException("no PRIVATE KEY block");
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException another) {
        // the key says itself what it is; the next factory may know it
      }
    }
    throw new GeneralSecurityException("a private key that is neither RSA, EC nor Ed25519");
  }

  /** RFC 5208: SEQUENCE { version 0, algorithm, OCTET STRING key }. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    inner.writeBytes(new byte[] {2, 1, 0});
    inner.writeBytes(algorithm);
    inner.writeBytes(tagged(4, key));
    return tagged(0x30, inner.toByteArray());
  }

  /** RFC 5915: the curve stands in the key, under tag [0]. */
  private static byte[] ecAlgorithm(byte[] key) throws GeneralSecurityException {
    for (int i = 0; i + 3 < key.length; i++) {
      if ((key[i] & 0xff) == 0xa0 && key[i + 2] == 6 && key[i + 1] == key[i + 3] + 2) {
        byte[] curve = java.util.Arrays.copyOfRange(key, i + 2, i + 2 + key[i + 1]);
        byte[] ecPublicKey = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(ecPublicKey);
        both.writeBytes(curve);
        return tagged(0x30, both.toByteArray());
      }
    }
    throw new GeneralSecurityException("an EC key that does not name its curve");
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else if (content.length < 256) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] decode(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }
}
