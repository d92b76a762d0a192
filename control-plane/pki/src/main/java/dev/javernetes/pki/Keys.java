package dev.javernetes.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;

/**
 * Key pairs and what is computed from them. EC P-256 throughout: a key takes a millisecond where
 * RSA 2048 takes a hundred, and every TLS and JWT library of the ecosystem knows it.
 */
public final class Keys {
  private Keys() {}

  public static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new PkiException("this JDK cannot make EC P-256 keys", missing);
    }
  }

  /** JCA's name of the signature algorithm that fits the key. */
  static String signatureAlgorithm(java.security.Key key) {
    if (key instanceof ECKey ec) {
      int bits = ec.getParams().getOrder().bitLength();
      return bits <= 256 ? "SHA256withECDSA" : bits <= 384 ? "SHA384withECDSA" : "SHA512withECDSA";
    }
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EdDSA", "Ed25519" -> "Ed25519";
      default -> throw new PkiException("cannot sign with a key of type " + key.getAlgorithm());
    };
  }

  /** The AlgorithmIdentifier that goes with {@link #signatureAlgorithm}. */
  static byte[] signatureAlgorithmIdentifier(PrivateKey key) {
    return switch (signatureAlgorithm(key)) {
      case "SHA256withECDSA" -> Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
      case "SHA384withECDSA" -> Der.sequence(Der.oid("1.2.840.10045.4.3.3"));
      case "SHA512withECDSA" -> Der.sequence(Der.oid("1.2.840.10045.4.3.4"));
      case "SHA256withRSA" -> Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.nullValue());
      default -> Der.sequence(Der.oid("1.3.101.112"));
    };
  }

  /** 20 bytes that tell keys apart: SHA-256 of the public key, cut (RFC 7093 §2, method 1). */
  static byte[] identifier(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return Arrays.copyOf(digest, 20);
    } catch (GeneralSecurityException missing) {
      throw new PkiException("this JDK has no SHA-256", missing);
    }
  }

  /** A positive serial number of at most 63 bits that is never zero. */
  static BigInteger serialNumber(SecureRandom random) {
    return BigInteger.valueOf((random.nextLong() & Long.MAX_VALUE) | 1);
  }
}
