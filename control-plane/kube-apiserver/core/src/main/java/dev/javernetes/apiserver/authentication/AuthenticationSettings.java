package dev.javernetes.apiserver.authentication;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which ways of authenticating there are, as upstream's flags choose them.
 *
 * @param clientAuthorities {@code --client-ca-file}; empty: no client certificates
 * @param frontProxyAuthorities {@code --requestheader-client-ca-file}; empty: no front proxy
 * @param frontProxyNames {@code --requestheader-allowed-names}; empty: any
 * @param issuers {@code --service-account-issuer}: the first signs, all are believed
 * @param apiAudiences {@code --api-audiences}
 * @param accountKeys {@code --service-account-key-file}, besides the signing key's own
 * @param signingKey {@code --service-account-signing-key-file}; null: no tokens are issued
 * @param maxTokenSeconds {@code --service-account-max-token-expiration}, 0 for none
 * @param extendTokens {@code --service-account-extend-token-expiration}
 * @param tokenFile the text of {@code --token-auth-file}; null for none
 * @param basicFile the text of a password file; null for none
 * @param bootstrapTokens {@code --enable-bootstrap-token-auth}
 */
public record AuthenticationSettings(
    List<X509Certificate> clientAuthorities,
    List<X509Certificate> frontProxyAuthorities,
    Set<String> frontProxyNames,
    List<String> issuers,
    List<String> apiAudiences,
    List<PublicKey> accountKeys,
    @Nullable KeyPair signingKey,
    long maxTokenSeconds,
    boolean extendTokens,
    @Nullable String tokenFile,
    @Nullable String basicFile,
    boolean bootstrapTokens,
    AnonymousAccess anonymous) {

  public static final String DEFAULT_ISSUER = "https://kubernetes.default.svc.cluster.local";

  public AuthenticationSettings {
    clientAuthorities = List.copyOf(clientAuthorities);
    frontProxyAuthorities = List.copyOf(frontProxyAuthorities);
    frontProxyNames = Set.copyOf(frontProxyNames);
    issuers = List.copyOf(issuers);
    apiAudiences = apiAudiences.isEmpty() ? issuers : List.copyOf(apiAudiences);
    accountKeys = List.copyOf(accountKeys);
    if (issuers.isEmpty()) {
      throw new IllegalArgumentException("a service account issuer is needed");
    }
  }

  /** What {@code j8s up} runs with: certificates of one authority, accounts' tokens. */
  public static AuthenticationSettings standard(
      List<X509Certificate> clientAuthorities,
      List<X509Certificate> frontProxyAuthorities,
      KeyPair signingKey) {
    return new AuthenticationSettings(
        clientAuthorities,
        frontProxyAuthorities,
        Set.of("front-proxy-client"),
        List.of(DEFAULT_ISSUER),
        List.of(),
        List.of(),
        signingKey,
        0,
        true,
        null,
        null,
        true,
        AnonymousAccess.HEALTH_AND_VERSION);
  }

  public AuthenticationSettings withAnonymous(AnonymousAccess access) {
    return new AuthenticationSettings(
        clientAuthorities,
        frontProxyAuthorities,
        frontProxyNames,
        issuers,
        apiAudiences,
        accountKeys,
        signingKey,
        maxTokenSeconds,
        extendTokens,
        tokenFile,
        basicFile,
        bootstrapTokens,
        access);
  }

  /** With static users, for tests and the bare server: the text of a token file. */
  public AuthenticationSettings withTokenFile(String csv) {
    return new AuthenticationSettings(
        clientAuthorities,
        frontProxyAuthorities,
        frontProxyNames,
        issuers,
        apiAudiences,
        accountKeys,
        signingKey,
        maxTokenSeconds,
        extendTokens,
        csv,
        basicFile,
        bootstrapTokens,
        anonymous);
  }
}
