package dev.javernetes.apiserver.admission.podsecurity;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import java.util.Map;

/**
 * What a namespace's labels ask for: {@code pod-security.kubernetes.io/enforce: baseline} refuses,
 * {@code …/warn} warns, {@code …/audit} notes. Without labels everything is privileged. A label
 * that cannot be read is taken at its strictest for enforce.
 */
record NamespacePolicy(LevelVersion enforce, LevelVersion audit, LevelVersion warn) {
  private static final String PREFIX = "pod-security.kubernetes.io/";
  private static final String LEVELS = "must be one of privileged, baseline, restricted";
  private static final String VERSIONS = "must be \"latest\" or \"v1.x\"";

  /** Errors are added as of the namespace's labels. */
  static NamespacePolicy of(Map<String, String> labels, ErrorList errors) {
    SecurityLevel enforce = level(labels, "enforce", SecurityLevel.RESTRICTED, errors);
    int enforceVersion = version(labels, "enforce-version", errors);
    SecurityLevel audit = level(labels, "audit", SecurityLevel.PRIVILEGED, errors);
    int auditVersion = version(labels, "audit-version", errors);
    SecurityLevel warn = level(labels, "warn", SecurityLevel.PRIVILEGED, errors);
    int warnVersion = version(labels, "warn-version", errors);
    String enforceLabel = labels.get(PREFIX + "enforce");
    boolean enforceIsGood = enforceLabel != null && SecurityLevel.parse(enforceLabel).isPresent();
    if (!labels.containsKey(PREFIX + "warn") && enforceIsGood && enforce.compareTo(warn) > 0) {
      warn = enforce;
      if (!labels.containsKey(PREFIX + "warn-version")) {
        warnVersion = enforceVersion;
      }
    }
    return new NamespacePolicy(
        new LevelVersion(enforce, enforceVersion),
        new LevelVersion(audit, auditVersion),
        new LevelVersion(warn, warnVersion));
  }

  boolean fullyPrivileged() {
    return enforce.level() == SecurityLevel.PRIVILEGED
        && audit.level() == SecurityLevel.PRIVILEGED
        && warn.level() == SecurityLevel.PRIVILEGED;
  }

  private static SecurityLevel level(
      Map<String, String> labels, String mode, SecurityLevel unreadable, ErrorList errors) {
    String text = labels.get(PREFIX + mode);
    if (text == null) {
      return SecurityLevel.PRIVILEGED;
    }
    return SecurityLevel.parse(text)
        .orElseGet(() -> {
          errors.invalid(path(mode), text, LEVELS);
          return unreadable;
        });
  }

  private static int version(Map<String, String> labels, String mode, ErrorList errors) {
    String text = labels.get(PREFIX + mode);
    if (text == null) {
      return LevelVersion.LATEST;
    }
    return LevelVersion.parseVersion(text)
        .orElseGet(() -> {
          errors.invalid(path(mode), text, VERSIONS);
          return LevelVersion.LATEST;
        });
  }

  private static FieldPath path(String mode) {
    return FieldPath.of("metadata", "labels").key(PREFIX + mode);
  }
}
