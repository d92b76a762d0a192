package dev.javernetes.apiserver.authentication;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.UserInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks each way of authenticating in upstream's order: front proxy, client certificate, bearer
 * token, password. The first that knows the user wins; when none does but one found bad
 * credentials, the request is unauthorized; a request without credentials is anonymous where {@link
 * AnonymousAccess} lets it be. Everybody who is known is in {@code system:authenticated}.
 */
final class AuthenticationChain implements Authenticator {
  private static final String INVALID_TOKEN = "invalid bearer token";
  private static final String SOCKET_TOKEN = "base64url.bearer.authorization.k8s.io.";

  private final @Nullable RequestHeaderUsers proxied;
  private final @Nullable CertificateUsers certificates;
  private final List<TokenAuthenticator> tokens;
  private final UserFiles.@Nullable BasicUsers passwords;
  private final AnonymousAccess anonymous;
  private final List<String> audiences;

  AuthenticationChain(
      @Nullable RequestHeaderUsers proxied,
      @Nullable CertificateUsers certificates,
      List<TokenAuthenticator> tokens,
      UserFiles.@Nullable BasicUsers passwords,
      AnonymousAccess anonymous,
      List<String> audiences) {
    this.proxied = proxied;
    this.certificates = certificates;
    this.tokens = List.copyOf(tokens);
    this.passwords = passwords;
    this.anonymous = anonymous;
    this.audiences = List.copyOf(audiences);
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    if (request.preauthenticated() != null) {
      return request.preauthenticated();
    }
    boolean failed = false;
    try {
      UserInfo user = proxied == null ? null : proxied.user(request);
      if (user != null) {
        return authenticated(user);
      }
    } catch (CredentialException notTheProxy) {
      failed = true;
    }
    try {
      UserInfo user = certificates == null ? null : certificates.user(request.clientCertificates());
      if (user != null) {
        return authenticated(user);
      }
    } catch (CredentialException badCertificate) {
      failed = true;
    }
    String token = bearerToken(request);
    if (token != null) {
      try {
        return reviewed(token, audiences).user();
      } catch (CredentialException badToken) {
        failed = true;
      }
    }
    UserInfo user = byPassword(request);
    if (user != null) {
      return authenticated(user);
    }
    if (failed || passwords != null && hasScheme(request, "basic ")) {
      throw ApiException.of(StatusReason.UNAUTHORIZED, "Unauthorized");
    }
    return anonymous.allows(request.path()) ? UserInfo.ANONYMOUS : null;
  }

  /**
   * Whose token it is, as a TokenReview asks. The exception's message is worded as upstream's
   * aggregate of what every authenticator said.
   */
  TokenAuthenticator.TokenUser reviewed(String token, List<String> wantedAudiences)
      throws CredentialException {
    Set<String> errors = new LinkedHashSet<>();
    errors.add(INVALID_TOKEN);
    for (TokenAuthenticator authenticator : tokens) {
      try {
        TokenAuthenticator.TokenUser found = authenticator.authenticate(token, wantedAudiences);
        if (found != null) {
          return new TokenAuthenticator.TokenUser(authenticated(found.user()), found.audiences());
        }
      } catch (CredentialException bad) {
        errors.add(bad.getMessage());
      }
    }
    throw new CredentialException(
        errors.size() == 1 ? INVALID_TOKEN : "[" + String.join(", ", errors) + "]");
  }

  List<String> audiences() {
    return audiences;
  }

  private @Nullable UserInfo byPassword(ApiRequest request) {
    if (passwords == null || !hasScheme(request, "basic ")) {
      return null;
    }
    try {
      byte[] decoded =
          Base64.getDecoder().decode(request.headers().get("Authorization").substring(6).strip());
      String text = new String(decoded, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0 ? null : passwords.user(text.substring(0, colon), text.substring(colon + 1));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static boolean hasScheme(ApiRequest request, String scheme) {
    String header = request.headers().get("Authorization");
    return header.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** From the header or, for browsers, from a WebSocket subprotocol. */
  private static @Nullable String bearerToken(ApiRequest request) {
    if (hasScheme(request, "bearer ")) {
      String token = request.headers().get("Authorization").substring(7).strip();
      if (!token.isEmpty()) {
        return token;
      }
    }
    for (String header : request.headers().all("Sec-WebSocket-Protocol")) {
      for (String protocol : header.split(",")) {
        String name = protocol.strip();
        if (name.startsWith(SOCKET_TOKEN)) {
          try {
            return new String(
                Base64.getUrlDecoder().decode(name.substring(SOCKET_TOKEN.length())),
                StandardCharsets.UTF_8);
          } catch (IllegalArgumentException notBase64) {
            return ""; // there and wrong
          }
        }
      }
    }
    return null;
  }

  private static UserInfo authenticated(UserInfo user) {
    if (user.name().equals(UserInfo.ANONYMOUS_NAME)
        || user.isIn(UserInfo.AUTHENTICATED_GROUP)
        || user.isIn(UserInfo.UNAUTHENTICATED_GROUP)) {
      return user;
    }
    List<String> groups = new ArrayList<>(user.groups());
    groups.add(UserInfo.AUTHENTICATED_GROUP);
    return new UserInfo(user.name(), user.uid(), groups, user.extra());
  }
}
