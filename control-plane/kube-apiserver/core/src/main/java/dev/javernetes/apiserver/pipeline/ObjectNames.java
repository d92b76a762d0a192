package dev.javernetes.apiserver.pipeline;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Names and identities that the server gives. */
public final class ObjectNames {
  // no vowels and no look-alikes, so that a name does not become a word
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;
  private static final int MAX_PREFIX = 63 - SUFFIX;

  private final RandomGenerator random;

  public ObjectNames(RandomGenerator random) {
    this.random = random;
  }

  /** {@code web-} becomes {@code web-x7k2p}. */
  public String generate(String prefix) {
    StringBuilder name =
        new StringBuilder(
            prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX
                ? prefix.substring(0, Math.min(prefix.length(), MAX_PREFIX))
                : prefix);
    return name.append(suffix()).toString();
  }

  /** Five random letters and digits. */
  public String suffix() {
    StringBuilder suffix = new StringBuilder(SUFFIX);
    for (int i = 0; i < SUFFIX; i++) {
      suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return suffix.toString();
  }

  /** A new random uid. */
  public static String uid() {
    return UUID.randomUUID().toString();
  }

  /** RFC 3339 to the second, as {@code metav1.Time} is written. */
  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
