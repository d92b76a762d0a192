package dev.javernetes.controllermanager.serviceaccount;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.client.https.Pem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/**
 * Signs the tokens of {@code kubernetes.io/service-account-token} Secrets (RFC 7519): RS256 with an
 * RSA key, ES256 with a P-256 one. An EC key's file need not hold its public half, so that no key
 * id can be computed; a verifier then tries each key it has.
 */
public final class TokenSigner {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final JsonObject header;
  private final String algorithm;

  private TokenSigner(PrivateKey key, JsonObject header, String algorithm) {
    this.key = key;
    this.header = header;
    this.algorithm = algorithm;
  }

  /**
   * @throws IllegalArgumentException if the PEM has neither an RSA nor an EC key
   */
  public static TokenSigner of(byte[] pem) {
    try {
      return switch (Pem.privateKey(pem)) {
        case RSAPrivateCrtKey rsa ->
            new TokenSigner(rsa, JsonObject.of("alg", "RS256", "kid", keyId(rsa)), "SHA256withRSA");
        case ECPrivateKey ec ->
            new TokenSigner(ec, JsonObject.of("alg", "ES256"), "SHA256withECDSAinP1363Format");
        default ->
            throw new IllegalArgumentException("only RSA and EC keys sign service account tokens");
      };
    } catch (GeneralSecurityException problem) {
      throw new IllegalArgumentException(
          "service account private key: " + problem.getMessage(), problem);
    }
  }

  private static String keyId(RSAPrivateCrtKey rsa) throws GeneralSecurityException {
    PublicKey publicKey =
        KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
    return BASE64.encodeToString(
        MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded()));
  }

  String sign(String namespace, String account, String accountUid, String secret) {
    String claim = "kubernetes.io/serviceaccount/";
    JsonObject payload =
        JsonObject.of(
            "iss",
            "kubernetes/serviceaccount",
            claim + "namespace",
            namespace,
            claim + "secret.name",
            secret,
            claim + "service-account.name",
            account,
            claim + "service-account.uid",
            accountUid,
            "sub",
            "system:serviceaccount:" + namespace + ":" + account);
    String signed =
        BASE64.encodeToString(Json.bytes(header))
            + "."
            + BASE64.encodeToString(Json.bytes(payload));
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException problem) {
      throw new IllegalStateException("the JDK cannot sign with its own key", problem);
    }
  }
}
