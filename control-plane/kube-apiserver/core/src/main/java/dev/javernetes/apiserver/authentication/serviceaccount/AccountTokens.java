package dev.javernetes.apiserver.authentication.serviceaccount;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.authentication.CredentialException;
import dev.javernetes.apiserver.authentication.ServiceAccountName;
import dev.javernetes.apiserver.authentication.TokenAuthenticator;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.pki.TokenSigner;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks service accounts' tokens: signature by one of our keys, issuer, time, audience, and that
 * account, pod, node or secret that the token is bound to are still the same objects. Tokens of an
 * issuer that is not ours are left to others. Also knows the tokens of issuer {@code
 * kubernetes/serviceaccount} that live in Secrets for ever.
 */
public final class AccountTokens implements TokenAuthenticator {
  static final String LEGACY_ISSUER = "kubernetes/serviceaccount";
  private static final long LEEWAY_SECONDS = 60;
  private static final int MAX_TOKEN_LENGTH = 64 << 10;
  private static final String EXTRA = "authentication.kubernetes.io/";
  private static final String LEGACY_CLAIM = "kubernetes.io/serviceaccount/";

  private final List<String> issuers;
  private final List<PublicKey> keys;
  private final ObjectReader reader;
  private final InstantSource clock;

  /** {@code issuers}: the first one signs, tokens of all are good; {@code keys} likewise. */
  public AccountTokens(
      List<String> issuers, List<PublicKey> keys, ObjectReader reader, InstantSource clock) {
    this.issuers = List.copyOf(issuers);
    this.keys = List.copyOf(keys);
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  public @Nullable TokenUser authenticate(String token, List<String> wanted)
      throws CredentialException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || token.length() > MAX_TOKEN_LENGTH) {
      return null;
    }
    JsonObject header = decoded(parts[0]);
    JsonObject claims = decoded(parts[1]);
    if (header == null || claims == null) {
      return null;
    }
    String issuer = claims.string("iss");
    boolean legacy = issuer.equals(LEGACY_ISSUER);
    if (!legacy && !issuers.contains(issuer)) {
      return null;
    }
    checkSignature(header, parts);
    List<String> audiences = audiences(claims);
    if (legacy) {
      return new TokenUser(legacyUser(claims, token), wanted);
    }
    List<String> matching = wanted.stream().filter(audiences::contains).toList();
    if (matching.isEmpty() && !wanted.isEmpty()) {
      throw new CredentialException(
          "token audiences %s is invalid for the target audiences %s"
              .formatted(goList(audiences), goList(wanted)));
    }
    checkTime(claims);
    return new TokenUser(boundUser(claims), matching);
  }

  private void checkSignature(JsonObject header, String[] parts) throws CredentialException {
    byte[] signature;
    try {
      signature = Base64.getUrlDecoder().decode(parts[2]);
    } catch (IllegalArgumentException notBase64) {
      throw new CredentialException("invalid signature, not base64url");
    }
    String keyId = header.string("kid");
    String input = parts[0] + "." + parts[1];
    boolean known = false;
    for (PublicKey key : keys) {
      if (!keyId.isEmpty() && !TokenSigner.keyId(key).equals(keyId)) {
        continue;
      }
      known = true;
      if (TokenSigner.verifies(key, header.string("alg"), input, signature)) {
        return;
      }
    }
    throw new CredentialException(
        known
            ? "go-jose/go-jose: error in cryptographic primitive"
            : "invalid signature, no keys found");
  }

  private void checkTime(JsonObject claims) throws CredentialException {
    long now = clock.instant().getEpochSecond();
    Long expiry = claims.integerOrNull("exp");
    if (expiry != null && now - LEEWAY_SECONDS > expiry) {
      throw new CredentialException("service account token has expired");
    }
    Long notBefore = claims.integerOrNull("nbf");
    if (notBefore != null && now + LEEWAY_SECONDS < notBefore) {
      throw new CredentialException("service account token is not valid yet");
    }
    Long issuedAt = claims.integerOrNull("iat");
    if (issuedAt != null && now + LEEWAY_SECONDS < issuedAt) {
      throw new CredentialException("service account token is issued in the future");
    }
  }

  private UserInfo boundUser(JsonObject claims) throws CredentialException {
    JsonObject bound = claims.objectOrEmpty("kubernetes.io");
    String namespace = bound.string("namespace");
    JsonObject account = bound.objectOrEmpty("serviceaccount");
    ServiceAccountName name = new ServiceAccountName(namespace, account.string("name"));
    if (!claims.string("sub").equals(name.userName())) {
      throw new CredentialException(
          "service account subject does not match claims: " + GoQuote.quote(claims.string("sub")));
    }
    checkAccount(namespace, account);
    Map<String, List<String>> extra = new LinkedHashMap<>();
    if (!claims.string("jti").isEmpty()) {
      extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.string("jti")));
    }
    JsonObject secret = bound.object("secret");
    if (secret != null) {
      checkBound("secrets", namespace, secret, "secret", "service account secret ref");
    }
    JsonObject pod = bound.object("pod");
    if (pod != null) {
      checkBound("pods", namespace, pod, "pod", "service account pod ref");
      extra.put(EXTRA + "pod-name", List.of(pod.string("name")));
      extra.put(EXTRA + "pod-uid", List.of(pod.string("uid")));
    }
    JsonObject node = bound.object("node");
    if (node != null) {
      if (pod == null) {
        checkBound("nodes", "", node, "node", "service account node ref");
      }
      extra.put(EXTRA + "node-name", List.of(node.string("name")));
      if (!node.string("uid").isEmpty()) {
        extra.put(EXTRA + "node-uid", List.of(node.string("uid")));
      }
    }
    return new UserInfo(name.userName(), account.string("uid"), name.groups(), extra);
  }

  private void checkAccount(String namespace, JsonObject account) throws CredentialException {
    String name = account.string("name");
    JsonObject stored = reader.get(new GroupResource("", "serviceaccounts"), namespace, name);
    if (stored == null) {
      throw new CredentialException("serviceaccounts " + GoQuote.quote(name) + " not found");
    }
    String uid = stored.objectOrEmpty("metadata").string("uid");
    if (!uid.equals(account.string("uid"))) {
      throw new CredentialException(
          "service account UID (%s) does not match claim (%s)"
              .formatted(uid, account.string("uid")));
    }
    if (deleted(stored)) {
      throw new CredentialException(
          "service account %s/%s has been deleted".formatted(namespace, name));
    }
  }

  private void checkBound(
      String resource, String namespace, JsonObject reference, String kind, String claim)
      throws CredentialException {
    JsonObject stored =
        reader.get(new GroupResource("", resource), namespace, reference.string("name"));
    if (stored == null || deleted(stored)) {
      throw new CredentialException("service account token has been invalidated");
    }
    String uid = stored.objectOrEmpty("metadata").string("uid");
    if (!uid.equals(reference.string("uid"))) {
      throw new CredentialException(
          "%s UID (%s) does not match %s claim (%s)"
              .formatted(kind, uid, claim, reference.string("uid")));
    }
  }

  /** The deletion timestamp is when the grace period ends; a minute more for clocks. */
  private boolean deleted(JsonObject object) {
    String text = object.objectOrEmpty("metadata").string("deletionTimestamp");
    if (text.isEmpty()) {
      return false;
    }
    try {
      Instant deletion = OffsetDateTime.parse(text).toInstant();
      return deletion.isBefore(clock.instant().minusSeconds(LEEWAY_SECONDS));
    } catch (DateTimeException unreadable) {
      return true;
    }
  }

  /** A token from a Secret is good while the very same token is in that Secret. */
  private UserInfo legacyUser(JsonObject claims, String token) throws CredentialException {
    String namespace = claims.string(LEGACY_CLAIM + "namespace");
    String secretName = claims.string(LEGACY_CLAIM + "secret.name");
    String account = claims.string(LEGACY_CLAIM + "service-account.name");
    String uid = claims.string(LEGACY_CLAIM + "service-account.uid");
    ServiceAccountName name = new ServiceAccountName(namespace, account);
    if (namespace.isEmpty()
        || secretName.isEmpty()
        || account.isEmpty()
        || uid.isEmpty()
        || !claims.string("sub").equals(name.userName())) {
      throw new CredentialException("legacy service account token lacks a claim");
    }
    JsonObject secret = reader.get(new GroupResource("", "secrets"), namespace, secretName);
    if (secret == null || deleted(secret)) {
      throw new CredentialException("service account token has been invalidated");
    }
    byte[] stored = decodedBytes(secret.objectOrEmpty("data").string("token"));
    if (!java.security.MessageDigest.isEqual(stored, token.getBytes(StandardCharsets.UTF_8))) {
      throw new CredentialException("service account token does not match server's copy");
    }
    checkAccount(namespace, JsonObject.of("name", account, "uid", uid));
    return new UserInfo(name.userName(), uid, name.groups(), Map.of());
  }

  private static List<String> audiences(JsonObject claims) {
    return claims.get("aud") instanceof String one ? List.of(one) : claims.strings("aud");
  }

  /** Go's {@code %q} of a list. */
  private static String goList(List<String> values) {
    return "[" + String.join(" ", values.stream().map(GoQuote::quote).toList()) + "]";
  }

  private static @Nullable JsonObject decoded(String part) {
    try {
      return Json.parseObject(Base64.getUrlDecoder().decode(part));
    } catch (IllegalArgumentException | JsonSyntaxException notOurs) {
      return null;
    }
  }

  private static byte[] decodedBytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      return new byte[0];
    }
  }
}
