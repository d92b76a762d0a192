package dev.javernetes.etcd.server;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who logged in: a token lives five minutes from its last use, as etcd's simple tokens do, and not
 * over a restart.
 */
final class Tokens {
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final int TOKEN_BYTES = 24;
  private static final int MOST = 10_000;

  private final SecureRandom random;
  private final LongSupplier nanoClock;
  private final Map<String, Login> logins = new ConcurrentHashMap<>();

  private record Login(String user, long endNanos) {}

  Tokens(SecureRandom random, LongSupplier nanoClock) {
    this.random = random;
    this.nanoClock = nanoClock;
  }

  String issue(String user) {
    long now = nanoClock.getAsLong();
    if (logins.size() >= MOST) {
      logins.values().removeIf(login -> login.endNanos - now < 0);
    }
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    String text = HexFormat.of().formatHex(token);
    logins.put(text, new Login(user, now + LIFE.toNanos()));
    return text;
  }

  /** The user of a token, null if it is unknown or too old. */
  @Nullable String userOf(String token) {
    long now = nanoClock.getAsLong();
    Login login =
        logins.computeIfPresent(
            token,
            (unused, found) ->
                found.endNanos - now < 0 ? null : new Login(found.user, now + LIFE.toNanos()));
    return login == null ? null : login.user;
  }

  void forget(String user) {
    logins.values().removeIf(login -> login.user.equals(user));
  }

  void forgetAll() {
    logins.clear();
  }
}
