package dev.javernetes.apiserver.strategy.core;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate and a private key, both in PEM, belong together: what Go's {@code
 * tls.X509KeyPair} says of them, in its words.
 */
final class TlsKeyPair {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([^\n]*?)-----[ \t\r]*\n(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final byte[] EC_ALGORITHM = {
    6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };
  private static final byte[] RSA_ALGORITHM = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  private record Block(String type, byte[] bytes) {}

  private TlsKeyPair() {}

  /** {@code null} if all is well. */
  static @Nullable String problem(byte[] certificatePem, byte[] keyPem) {
    List<Block> certificates = blocks(certificatePem);
    Block certificate = null;
    List<String> skipped = new ArrayList<>();
    for (Block block : certificates) {
      if (block.type.equals("CERTIFICATE")) {
        certificate = certificate == null ? block : certificate;
      } else {
        skipped.add(block.type);
      }
    }
    if (certificate == null) {
      return noCertificate(skipped);
    }
    Block key = null;
    List<String> skippedKeys = new ArrayList<>();
    for (Block block : blocks(keyPem)) {
      if (block.type.equals("PRIVATE KEY") || block.type.endsWith(" PRIVATE KEY")) {
        key = block;
        break;
      }
      skippedKeys.add(block.type);
    }
    return key == null ? noKey(skippedKeys) : mismatch(certificate.bytes, key);
  }

  private static String noCertificate(List<String> skipped) {
    if (skipped.isEmpty()) {
      return "tls: failed to find any PEM data in certificate input";
    }
    if (skipped.size() == 1 && skipped.getFirst().endsWith("PRIVATE KEY")) {
      return "tls: failed to find certificate PEM data in certificate input, but did find a private"
          + " key; PEM inputs may have been switched";
    }
    return "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM"
        + " blocks of the following types: ["
        + String.join(" ", skipped)
        + "]";
  }

  private static String noKey(List<String> skipped) {
    if (skipped.isEmpty()) {
      return "tls: failed to find any PEM data in key input";
    }
    if (skipped.size() == 1 && skipped.getFirst().equals("CERTIFICATE")) {
      return "tls: found a certificate rather than a key in the PEM for the private key";
    }
    return "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after"
        + " skipping PEM blocks of the following types: ["
        + String.join(" ", skipped)
        + "]";
  }

  private static @Nullable String mismatch(byte[] certificate, Block key) {
    PublicKey publicKey;
    try {
      publicKey =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certificate))
              .getPublicKey();
    } catch (CertificateException malformed) {
      return "x509: malformed certificate";
    }
    PrivateKey privateKey = privateKey(key.bytes);
    if (privateKey == null) {
      return "tls: failed to parse private key";
    }
    return switch (publicKey) {
      case RSAPublicKey known when privateKey instanceof RSAPrivateKey mine ->
          known.getModulus().equals(mine.getModulus()) ? null : different();
      case ECPublicKey known when privateKey instanceof ECPrivateKey mine ->
          signs(mine, known, "SHA256withECDSA") ? null : different();
      case EdECPublicKey known when privateKey instanceof EdECPrivateKey mine ->
          signs(mine, known, "Ed25519") ? null : different();
      case RSAPublicKey other -> otherType();
      case ECPublicKey other -> otherType();
      case EdECPublicKey other -> otherType();
      default -> "tls: unknown public key algorithm";
    };
  }

  private static String different() {
    return "tls: private key does not match public key";
  }

  private static String otherType() {
    return "tls: private key type does not match public key type";
  }

  private static boolean signs(PrivateKey mine, PublicKey known, String algorithm) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(mine);
      signer.update(new byte[32]);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(known);
      verifier.update(new byte[32]);
      return verifier.verify(signature);
    } catch (GeneralSecurityException different) {
      return false;
    }
  }

  /** In PKCS #1, PKCS #8 or SEC 1, as Go tries them. */
  private static @Nullable PrivateKey privateKey(byte[] der) {
    for (byte[] pkcs8 : List.of(der, wrapped(RSA_ALGORITHM, der), wrapped(ecAlgorithm(der), der))) {
      for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
        try {
          PrivateKey key =
              KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
          if (!(key instanceof RSAPrivateKey rsa)
              || rsa.getModulus().compareTo(BigInteger.ONE) > 0) {
            return key;
          }
        } catch (GeneralSecurityException anotherForm) {
          // the next one may fit
        }
      }
    }
    return null;
  }

  /** The curve stands within the key, in {@code [0] OBJECT IDENTIFIER}. */
  private static byte[] ecAlgorithm(byte[] der) {
    for (int i = 0; i + 3 < der.length; i++) {
      int length = der[i + 1];
      if (der[i] == (byte) 0xa0 && der[i + 2] == 6 && length > 2 && i + 2 + length <= der.length) {
        byte[] both = new byte[EC_ALGORITHM.length + length];
        System.arraycopy(EC_ALGORITHM, 0, both, 0, EC_ALGORITHM.length);
        System.arraycopy(der, i + 2, both, EC_ALGORITHM.length, length);
        return both;
      }
    }
    return EC_ALGORITHM;
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return sequence(0x30, new byte[] {2, 1, 0}, sequence(0x30, algorithm), sequence(4, key));
  }

  private static byte[] sequence(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] head =
        length < 128
            ? new byte[] {(byte) tag, (byte) length}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    byte[] whole = new byte[head.length + length];
    System.arraycopy(head, 0, whole, 0, head.length);
    int at = head.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }

  private static List<Block> blocks(byte[] pem) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      String body = matcher.group(2);
      int headers = body.indexOf("\n\n");
      String text = body.indexOf(':') >= 0 && headers >= 0 ? body.substring(headers) : body;
      try {
        blocks.add(
            new Block(
                matcher.group(1), Base64.getDecoder().decode(text.replaceAll("[ \t\r\n]", ""))));
      } catch (IllegalArgumentException notBase64) {
        // Go passes over it, too
      }
    }
    return blocks;
  }
}
