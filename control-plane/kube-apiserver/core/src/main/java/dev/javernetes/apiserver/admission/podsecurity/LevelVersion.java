package dev.javernetes.apiserver.admission.podsecurity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A level as a certain minor version of Kubernetes understood it: {@code baseline:v1.24}.
 *
 * @param minor {@link #LATEST} for the newest
 */
record LevelVersion(SecurityLevel level, int minor) {
  static final int LATEST = Integer.MAX_VALUE;
  private static final Pattern VERSION = Pattern.compile("v1\\.([0-9]|[1-9][0-9]{1,5})");

  /** Empty unless {@code latest} or {@code v1.x}. */
  static Optional<Integer> parseVersion(String text) {
    if (text.equals("latest")) {
      return Optional.of(LATEST);
    }
    Matcher matcher = VERSION.matcher(text);
    return matcher.matches() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
  }

  @Override
  public String toString() {
    return level + ":" + (minor == LATEST ? "latest" : "v1." + minor);
  }
}
