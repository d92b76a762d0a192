package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.INT;
import static dev.javernetes.api.cel.library.Kinds.SEMVER;
import static dev.javernetes.api.cel.library.Kinds.STRING;

import dev.cel.common.types.CelType;
import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.List;

/** Kubernetes' {@code semver}, version 1. */
final class Semvers {
  private Semvers() {}

  static void declare(Functions functions) {
    functions.global(
        "semver", "string_to_semver", SEMVER, List.of(STRING), a -> Semver.parse((String) a[0]));
    functions.global(
        "semver",
        "string_bool_to_semver",
        SEMVER,
        List.of(STRING, BOOL),
        a -> parse((String) a[0], (Boolean) a[1]));
    functions.global(
        "isSemver", "is_semver_string", BOOL, List.of(STRING), a -> is((String) a[0], false));
    functions.global(
        "isSemver",
        "is_semver_string_bool",
        BOOL,
        List.of(STRING, BOOL),
        a -> is((String) a[0], (Boolean) a[1]));
    List<CelType> two = List.of(SEMVER, SEMVER);
    functions.member(
        "isGreaterThan",
        "semver_is_greater_than",
        BOOL,
        two,
        a -> ((Semver) a[0]).compareTo((Semver) a[1]) > 0);
    functions.member(
        "isLessThan",
        "semver_is_less_than",
        BOOL,
        two,
        a -> ((Semver) a[0]).compareTo((Semver) a[1]) < 0);
    functions.member(
        "compareTo",
        "semver_compare_to",
        INT,
        two,
        a -> (long) ((Semver) a[0]).compareTo((Semver) a[1]));
    functions.member(
        "major", "semver_major", INT, List.of(SEMVER), a -> ((Semver) a[0]).major().bits());
    functions.member(
        "minor", "semver_minor", INT, List.of(SEMVER), a -> ((Semver) a[0]).minor().bits());
    functions.member(
        "patch", "semver_patch", INT, List.of(SEMVER), a -> ((Semver) a[0]).patch().bits());
  }

  private static Semver parse(String text, boolean normalize) {
    return normalize ? Semver.normalized(text) : Semver.parse(text);
  }

  private static boolean is(String text, boolean normalize) {
    try {
      parse(text, normalize);
      return true;
    } catch (EvaluationFailure bad) {
      return false;
    }
  }
}
