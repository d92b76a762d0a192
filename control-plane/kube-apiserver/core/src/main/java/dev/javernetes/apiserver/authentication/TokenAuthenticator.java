package dev.javernetes.apiserver.authentication;

import dev.javernetes.apiserver.request.UserInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows one kind of bearer token. */
@FunctionalInterface
public interface TokenAuthenticator {

  /**
   * Whose token it is.
   *
   * @param audiences those of the wanted ones that it is good for
   */
  record TokenUser(UserInfo user, List<String> audiences) {
    public TokenUser {
      audiences = List.copyOf(audiences);
    }
  }

  /**
   * Whose token this is; {@code null} if it is not of this kind.
   *
   * @param audiences the token must be good for one of these
   */
  @Nullable TokenUser authenticate(String token, List<String> audiences) throws CredentialException;
}
