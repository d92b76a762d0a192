package dev.javernetes.apiserver.strategy.batch;

import java.time.ZoneId;
import java.util.Set;

/** Names of time zones. */
final class TimeZones {
  private static final Set<String> NAMES = ZoneId.getAvailableZoneIds();

  private TimeZones() {}

  static boolean isKnown(String name) {
    return NAMES.contains(name)
        || name.isEmpty()
        || name.equals("Local")
        || name.matches("EST|MST|HST|ROC");
  }

  /** Whether every part between slashes could be a file's name in the zone database. */
  static boolean isWellFormed(String name) {
    for (String part : name.split("/", -1)) {
      if (part.equals(".")
          || part.equals("..")
          || !part.matches("[A-Za-z._0-9+][-A-Za-z._0-9+]{0,13}")) {
        return false;
      }
    }
    return true;
  }
}
