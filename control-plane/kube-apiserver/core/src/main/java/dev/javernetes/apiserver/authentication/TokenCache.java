package dev.javernetes.apiserver.authentication;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for ten seconds whose token it was, as upstream does: a signature takes longer to check
 * than everything else a request needs. Only successes are kept; at most {@value #CAPACITY}, the
 * one not used for longest goes first.
 */
final class TokenCache implements TokenAuthenticator {
  private static final int CAPACITY = 4096;
  private static final Duration LIFE = Duration.ofSeconds(10);

  private record Key(String token, List<String> audiences) {}

  private record Remembered(TokenUser user, Instant until) {}

  private final TokenAuthenticator delegate;
  private final InstantSource clock;
  private final Map<Key, Remembered> entries =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Remembered> eldest) {
          return size() > CAPACITY;
        }
      };

  TokenCache(TokenAuthenticator delegate, InstantSource clock) {
    this.delegate = delegate;
    this.clock = clock;
  }

  @Override
  public @Nullable TokenUser authenticate(String token, List<String> audiences)
      throws CredentialException {
    Key key = new Key(token, List.copyOf(audiences));
    Instant now = clock.instant();
    synchronized (entries) {
      Remembered entry = entries.get(key);
      if (entry != null && now.isBefore(entry.until)) {
        return entry.user;
      }
    }
    TokenUser user = delegate.authenticate(token, audiences);
    if (user != null) {
      synchronized (entries) {
        entries.put(key, new Remembered(user, now.plus(LIFE)));
      }
    }
    return user;
  }
}
