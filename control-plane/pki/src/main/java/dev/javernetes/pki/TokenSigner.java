package dev.javernetes.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.util.Base64;

/**
 * Signs and checks JSON Web Signatures in compact form (RFC 7515): {@code
 * base64url(header).base64url(payload).base64url(signature)}. The header names the algorithm that
 * the key is for and the key's id, by which a verifier with several keys finds it.
 */
public final class TokenSigner {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;
  private final String header;

  public TokenSigner(KeyPair keys) {
    this.keys = keys;
    String json =
        "{\"alg\":\"%s\",\"kid\":\"%s\"}"
            .formatted(algorithm(keys.getPublic()), keyId(keys.getPublic()));
    this.header = BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The token with the given claims, a JSON object in UTF-8. */
  public String sign(byte[] payload) {
    String input = header + "." + BASE64.encodeToString(payload);
    try {
      Signature signature = Signature.getInstance(jcaName(algorithm(keys.getPublic())));
      signature.initSign(keys.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException problem) {
      throw new PkiException("cannot sign a token: " + problem.getMessage(), problem);
    }
  }

  /**
   * Whether {@code key} signed {@code input} (header, dot, payload) with {@code algorithm}, which
   * must be the key's own: a token does not choose how it is checked (RFC 8725 §3.1).
   */
  public static boolean verifies(
      PublicKey key, String algorithm, String input, byte[] signatureBytes) {
    if (!algorithm.equals(algorithm(key))) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(jcaName(algorithm));
      signature.initVerify(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.verify(signatureBytes);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** The key's id as Kubernetes has it: SHA-256 of its encoding, base64url. */
  public static String keyId(PublicKey key) {
    try {
      return BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (GeneralSecurityException missing) {
      throw new PkiException("this JDK has no SHA-256", missing);
    }
  }

  /** JWA's name (RFC 7518) of the algorithm a key is for. */
  public static String algorithm(PublicKey key) {
    if (key instanceof ECKey ec) {
      int bits = ec.getParams().getOrder().bitLength();
      return bits <= 256 ? "ES256" : bits <= 384 ? "ES384" : "ES512";
    }
    if (key.getAlgorithm().equals("RSA")) {
      return "RS256";
    }
    throw new PkiException("cannot sign tokens with a key of type " + key.getAlgorithm());
  }

  private static String jcaName(String algorithm) {
    return switch (algorithm) {
      case "ES256" -> "SHA256withECDSAinP1363Format";
      case "ES384" -> "SHA384withECDSAinP1363Format";
      case "ES512" -> "SHA512withECDSAinP1363Format";
      case "RS256" -> "SHA256withRSA";
      default -> throw new PkiException("unknown token algorithm " + algorithm);
    };
  }
}
