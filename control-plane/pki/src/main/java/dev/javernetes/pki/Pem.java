package dev.javernetes.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM (RFC 7468): certificates and keys as text. Writes {@code CERTIFICATE}, {@code PUBLIC KEY}
 * and, as kubeadm and openssl do, {@code EC PRIVATE KEY} (SEC 1): the fabric8 client takes a {@code
 * PRIVATE KEY} (PKCS #8) for an RSA key unless told otherwise. Reads these, PKCS #8 and {@code RSA
 * PRIVATE KEY} (PKCS #1).
 */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private static final String P_256 = "1.2.840.10045.3.1.7";
  private static final String P_384 = "1.3.132.0.34";
  private static final String P_521 = "1.3.132.0.35";

  /** One block: what its label says it is, and its DER. */
  public record Block(String label, byte[] der) {}

  private Pem() {}

  public static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      try {
        blocks.add(
            new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2).strip())));
      } catch (IllegalArgumentException notBase64) {
        throw new PkiException("a PEM block that is not base64", notBase64);
      }
    }
    return blocks;
  }

  public static String encode(String label, byte[] der) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  public static String certificates(List<X509Certificate> chain) {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate certificate : chain) {
        text.append(encode("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (GeneralSecurityException problem) {
      throw new PkiException("a certificate that cannot be encoded", problem);
    }
    return text.toString();
  }

  public static String privateKey(PrivateKey key, PublicKey half) {
    return key instanceof ECPrivateKey ec
        ? encode("EC PRIVATE KEY", sec1(ec, half))
        : encode("PRIVATE KEY", key.getEncoded());
  }

  /**
   * RFC 5915 with both of its optional parts: the fabric8 client reads the curve's name from it,
   * the official one (Bouncy Castle) the public half.
   */
  private static byte[] sec1(ECPrivateKey key, PublicKey half) {
    int length = (key.getParams().getOrder().bitLength() + 7) / 8;
    byte[] scalar = new byte[length];
    byte[] number = key.getS().toByteArray(); // shorter than the curve, or one byte of sign longer
    int used = Math.min(length, number.length);
    System.arraycopy(number, number.length - used, scalar, length - used, used);
    byte[] info = half.getEncoded(); // SubjectPublicKeyInfo, which ends with the point
    byte[] point = Arrays.copyOfRange(info, info.length - 2 * length - 1, info.length);
    return Der.sequence(
        Der.integer(1),
        Der.octetString(scalar),
        Der.explicit(0, Der.oid(curve(length))),
        Der.explicit(1, Der.bitString(point)));
  }

  private static String curve(int scalarLength) {
    return switch (scalarLength) {
      case 32 -> P_256;
      case 48 -> P_384;
      case 66 -> P_521;
      default -> throw new PkiException("not a curve of TLS: " + scalarLength + " bytes");
    };
  }

  public static String publicKey(PublicKey key) {
    return encode("PUBLIC KEY", key.getEncoded());
  }

  /** Every certificate in the text, in order; other blocks are passed over. */
  public static List<X509Certificate> parseCertificates(String text) {
    List<X509Certificate> found = new ArrayList<>();
    try {
      for (Block block : blocks(text)) {
        if (block.label().equals("CERTIFICATE")) {
          found.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (GeneralSecurityException problem) {
      throw new PkiException("not an X.509 certificate: " + problem.getMessage(), problem);
    }
    return found;
  }

  /** The first private key in the text. */
  public static PrivateKey parsePrivateKey(String text) {
    for (Block block : blocks(text)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return (PrivateKey) decode(block.der(), true);
        }
        case "EC PRIVATE KEY" -> {
          return (PrivateKey) decode(wrapEc(block.der()), true);
        }
        case "RSA PRIVATE KEY" -> {
          byte[] rsa = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.nullValue());
          return (PrivateKey)
              decode(Der.sequence(Der.integer(0), rsa, Der.octetString(block.der())), true);
        }
        default -> {
          // EC PARAMETERS and certificates may stand before the key
        }
      }
    }
    throw new PkiException("no private key in PEM form");
  }

  /** Every public key in the text: bare, in certificates, or belonging to a private EC key. */
  public static List<PublicKey> parsePublicKeys(String text) {
    List<PublicKey> keys = new ArrayList<>();
    for (Block block : blocks(text)) {
      switch (block.label()) {
        case "PUBLIC KEY" -> keys.add((PublicKey) decode(block.der(), false));
        case "RSA PUBLIC KEY" -> {
          byte[] rsa = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.nullValue());
          keys.add((PublicKey) decode(Der.sequence(rsa, Der.bitString(block.der())), false));
        }
        case "CERTIFICATE" ->
            parseCertificates(encode("CERTIFICATE", block.der()))
                .forEach(certificate -> keys.add(certificate.getPublicKey()));
        default -> {
          // a private key's public half is not derived: Kubernetes keeps it in a file of its own
        }
      }
    }
    return keys;
  }

  /**
   * SEC 1 leaves it to the optional [0] parameters to name the curve; that OID is copied into the
   * PKCS #8 wrapper. P-256 is assumed where it is absent.
   */
  private static byte[] wrapEc(byte[] sec1) {
    byte[] curve = Der.oid(P_256);
    for (String candidate : List.of(P_256, P_384, P_521)) {
      byte[] oid = Der.oid(candidate);
      if (indexOf(sec1, oid) >= 0) {
        curve = oid;
      }
    }
    return Der.sequence(
        Der.integer(0), Der.sequence(Der.oid("1.2.840.10045.2.1"), curve), Der.octetString(sec1));
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int i = 0; i + part.length <= whole.length; i++) {
      if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  private static Key decode(byte[] der, boolean isPrivate) {
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        KeyFactory factory = KeyFactory.getInstance(algorithm);
        return isPrivate
            ? factory.generatePrivate(new PKCS8EncodedKeySpec(der))
            : factory.generatePublic(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException notThisOne) {
        // the algorithm is inside the encoding; the factories are the JDK's way to ask
        continue;
      }
    }
    throw new PkiException("a key that is neither EC, RSA nor Ed25519");
  }
}
