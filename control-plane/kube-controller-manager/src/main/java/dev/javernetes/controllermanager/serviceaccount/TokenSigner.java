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
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/** Signs the tokens of {@code kubernetes.io/service-account-token} Secrets: RS256, RFC 7519. */
public final class TokenSigner {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final String keyId;

  private TokenSigner(PrivateKey key, String keyId) {
    this.key = key;
    this.keyId = keyId;
  }

  /**
   * @throws IllegalArgumentException if the PEM has no RSA key
   */
  public static TokenSigner of(byte[] pem) {
    try {
      if (!(Pem.privateKey(pem) instanceof RSAPrivateCrtKey rsa)) {
        throw new IllegalArgumentException("only RSA keys sign service account tokens");
      }
      PublicKey publicKey =
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded());
      return new TokenSigner(rsa, BASE64.encodeToString(digest));
    } catch (GeneralSecurityException problem) {
      throw new IllegalArgumentException(
          "service account private key: " + problem.getMessage(), problem);
    }
  }

  String sign(String namespace, String account, String accountUid, String secret) {
    JsonObject header = JsonObject.of("alg", "RS256", "kid", keyId);
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
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException problem) {
      throw new IllegalStateException("the JDK cannot sign with its own RSA key", problem);
    }
  }
}
