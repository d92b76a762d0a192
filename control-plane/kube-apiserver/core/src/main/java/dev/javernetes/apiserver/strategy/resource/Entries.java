package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Lists and maps of a limited size. One that is too large is refused for its size alone, so that
 * nobody can make the server look at a million entries.
 */
final class Entries {
  private Entries() {}

  /** Checks one entry. */
  @FunctionalInterface
  interface Check<T> {
    void check(T entry, FieldPath path, ErrorList errors);
  }

  /** {@code max} below zero: no limit. */
  static <T> boolean ofList(
      List<T> entries, int max, Check<T> check, FieldPath path, ErrorList errors) {
    if (max >= 0 && entries.size() > max) {
      errors.tooMany(path, entries.size(), max);
      return false;
    }
    for (int i = 0; i < entries.size(); i++) {
      check.check(entries.get(i), path.index(i), errors);
    }
    return true;
  }

  /** A list without two entries of the same key; {@code key} is shown as it is. */
  static <T> void ofSet(
      List<T> entries,
      int max,
      Check<T> check,
      Function<T, Object> key,
      FieldPath path,
      ErrorList errors) {
    if (!ofList(entries, max, check, path, errors)) {
      return;
    }
    Set<Object> keys = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      Object given = key.apply(entries.get(i));
      if (!keys.add(given)) {
        errors.duplicate(path.index(i), given);
      }
    }
  }

  /** {@code keyLimit}: from which length on a key is shortened in paths. */
  static <T> void ofMap(
      Map<String, T> entries,
      int max,
      int keyLimit,
      Check<String> key,
      Check<T> check,
      FieldPath path,
      ErrorList errors) {
    if (max >= 0 && entries.size() > max) {
      errors.tooMany(path, entries.size(), max);
      return;
    }
    entries.forEach((name, entry) -> {
      key.check(name, path, errors);
      check.check(entry, path.key(shortened(name, keyLimit)), errors);
    });
  }

  private static String shortened(String text, int limit) {
    int most = Math.max(limit, 16);
    if (text.length() <= most) {
      return text;
    }
    int kept = most - 3;
    return text.substring(0, (kept + 1) / 2) + "..." + text.substring(text.length() - kept / 2);
  }
}
