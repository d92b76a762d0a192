package dev.javernetes.apiserver.admission.podsecurity;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the standards.
 *
 * @param id by which checks are ordered, baseline's before restricted's
 * @param overrides the baseline check that this one replaces at its level, {@code ""} for none
 * @param versions from the minor version on that each applies, oldest first
 */
record PodCheck(String id, SecurityLevel level, String overrides, List<Version> versions) {

  /** How the rule reads from a minor version on. */
  record Version(int sinceMinor, Function<PodFacts, @Nullable Violation> test) {}

  /** What is wrong: {@code reason (detail)}. */
  record Violation(String reason, String detail) {
    @Override
    public String toString() {
      return detail.isEmpty() ? reason : reason + " (" + detail + ")";
    }
  }

  PodCheck {
    versions = List.copyOf(versions);
  }

  /** The rule as of a minor version; {@code null} if there was none yet. */
  @Nullable Version at(int minor) {
    Version found = null;
    for (Version version : versions) {
      if (version.sinceMinor <= minor) {
        found = version;
      }
    }
    return found;
  }
}
