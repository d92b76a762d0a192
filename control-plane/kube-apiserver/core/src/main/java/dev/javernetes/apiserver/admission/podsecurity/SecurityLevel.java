package dev.javernetes.apiserver.admission.podsecurity;

import java.util.Optional;

/** The pod security standards, from lax to strict. */
enum SecurityLevel {
  PRIVILEGED("privileged"),
  BASELINE("baseline"),
  RESTRICTED("restricted");

  private final String text;

  SecurityLevel(String text) {
    this.text = text;
  }

  static Optional<SecurityLevel> parse(String text) {
    for (SecurityLevel level : values()) {
      if (level.text.equals(text)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
