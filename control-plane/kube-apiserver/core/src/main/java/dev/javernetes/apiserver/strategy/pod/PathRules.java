package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;

/** File paths and modes within volumes. */
final class PathRules {
  private static final int LARGEST_MODE = 0777;

  private PathRules() {}

  static void noBacksteps(String path, FieldPath at, ErrorList errors) {
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        errors.invalid(at, path, "must not contain '..'");
        return;
      }
    }
  }

  static boolean hasBacksteps(String path) {
    ErrorList found = new ErrorList();
    noBacksteps(path, FieldPath.ROOT, found);
    return !found.isEmpty();
  }

  static void localDescending(String path, FieldPath at, ErrorList errors) {
    if (path.startsWith("/")) {
      errors.invalid(at, path, "must be a relative path");
    }
    noBacksteps(path, at, errors);
  }

  static void localNonReserved(String path, FieldPath at, ErrorList errors) {
    localDescending(path, at, errors);
    if (path.startsWith("..") && !path.startsWith("../")) {
      errors.invalid(at, path, "must not start with '..'");
    }
  }

  static void mode(JsonObject object, String name, FieldPath path, ErrorList errors) {
    Long mode = object.integerOrNull(name);
    if (mode != null && (mode > LARGEST_MODE || mode < 0)) {
      errors.invalid(
          path.child(name), mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
  }
}
