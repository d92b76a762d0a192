package dev.javernetes.apiserver.authentication;

import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.authentication.serviceaccount.AccountTokens;
import dev.javernetes.apiserver.authentication.serviceaccount.TokenIssuer;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.pki.TokenSigner;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything about who asks, made from settings: the authenticator (with impersonation on top) and
 * the reviews that tell of it.
 */
public final class Authentication {
  private final AuthenticationChain chain;
  private final AuthenticationSettings settings;
  private final InstantSource clock;
  private final @Nullable TokenIssuer issuer;
  private final List<PublicKey> accountKeys;

  public Authentication(
      AuthenticationSettings settings,
      ObjectReader reader,
      InstantSource clock,
      Supplier<String> uuids) {
    this.settings = settings;
    this.clock = clock;
    List<PublicKey> keys = new ArrayList<>(settings.accountKeys());
    if (settings.signingKey() != null) {
      keys.addFirst(settings.signingKey().getPublic());
    }
    accountKeys = List.copyOf(keys);
    List<TokenAuthenticator> tokens = new ArrayList<>();
    if (settings.tokenFile() != null) {
      tokens.add(UserFiles.tokens(settings.tokenFile()));
    }
    if (!accountKeys.isEmpty()) {
      tokens.add(
          new TokenCache(new AccountTokens(settings.issuers(), accountKeys, reader, clock), clock));
    }
    if (settings.bootstrapTokens()) {
      tokens.add(new BootstrapTokens(reader, clock));
    }
    chain =
        new AuthenticationChain(
            settings.frontProxyAuthorities().isEmpty()
                ? null
                : new RequestHeaderUsers(
                    RequestHeaderUsers.Settings.standard(settings.frontProxyNames()),
                    new CertificateUsers(settings.frontProxyAuthorities(), clock),
                    clock),
            settings.clientAuthorities().isEmpty()
                ? null
                : new CertificateUsers(settings.clientAuthorities(), clock),
            tokens,
            settings.basicFile() == null ? null : UserFiles.passwords(settings.basicFile()),
            settings.anonymous(),
            settings.apiAudiences());
    issuer =
        settings.signingKey() == null
            ? null
            : new TokenIssuer(
                new TokenIssuer.Settings(
                    settings.issuers().getFirst(),
                    settings.apiAudiences(),
                    settings.maxTokenSeconds(),
                    settings.extendTokens()),
                new TokenSigner(settings.signingKey()),
                reader,
                clock,
                uuids);
  }

  /** {@code authorizer} decides on who may impersonate whom. */
  public Authenticator authenticator(Authorizer authorizer) {
    return new Impersonation(chain, authorizer);
  }

  public Review tokenReview() {
    return TokenReviews.tokenReview(chain);
  }

  public Review selfSubjectReview() {
    return TokenReviews.selfReview(clock);
  }

  /** Answers serviceaccounts/NAME/token; {@code null} without a signing key. */
  public @Nullable Review tokenRequest() {
    return issuer;
  }

  /** The keys whose signatures on accounts' tokens are good, for {@code /openid/v1/jwks}. */
  public List<PublicKey> accountKeys() {
    return accountKeys;
  }

  public String issuer() {
    return settings.issuers().getFirst();
  }
}
