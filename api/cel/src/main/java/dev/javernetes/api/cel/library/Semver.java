package dev.javernetes.api.cel.library;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Opaque;
import dev.javernetes.api.cel.value.Uint;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A semantic version (semver.org 2.0.0), strict; build metadata does not count in comparisons. */
record Semver(Uint major, Uint minor, Uint patch, List<String> prerelease)
    implements Opaque, Comparable<Semver> {
  private static final Pattern DIGITS = Pattern.compile("[0-9]*");
  private static final Pattern IDENTIFIER = Pattern.compile("[0-9A-Za-z-]*");

  static Semver parse(String text) {
    if (text.isEmpty()) {
      throw new EvaluationFailure("Version string empty");
    }
    String[] parts = text.split("\\.", 3);
    if (parts.length != 3) {
      throw new EvaluationFailure("No Major.Minor.Patch elements found");
    }
    Uint major = number(parts[0], "major", "Major");
    Uint minor = number(parts[1], "minor", "Minor");
    String rest = parts[2];
    int plus = rest.indexOf('+');
    String[] build = plus < 0 ? new String[0] : rest.substring(plus + 1).split("\\.", -1);
    rest = plus < 0 ? rest : rest.substring(0, plus);
    int dash = rest.indexOf('-');
    String[] pre = dash < 0 ? new String[0] : rest.substring(dash + 1).split("\\.", -1);
    Uint patch = number(dash < 0 ? rest : rest.substring(0, dash), "patch", "Patch");
    for (String part : pre) {
      if (part.isEmpty()) {
        throw new EvaluationFailure("Prerelease is empty");
      }
      if (DIGITS.matcher(part).matches()) {
        if (part.length() > 1 && part.startsWith("0")) {
          throw new EvaluationFailure(
              "Numeric PreRelease version must not contain leading zeroes "
                  + Conversions.quoted(part));
        }
      } else if (!IDENTIFIER.matcher(part).matches()) {
        throw new EvaluationFailure(
            "Invalid character(s) found in prerelease " + Conversions.quoted(part));
      }
    }
    for (String part : build) {
      if (part.isEmpty()) {
        throw new EvaluationFailure("Build meta data is empty");
      }
      if (!IDENTIFIER.matcher(part).matches()) {
        throw new EvaluationFailure(
            "Invalid character(s) found in build meta data " + Conversions.quoted(part));
      }
    }
    return new Semver(major, minor, patch, List.of(pre));
  }

  private static Uint number(String text, String name, String title) {
    if (!DIGITS.matcher(text).matches()) {
      throw new EvaluationFailure(
          "Invalid character(s) found in " + name + " number " + Conversions.quoted(text));
    }
    if (text.length() > 1 && text.startsWith("0")) {
      throw new EvaluationFailure(
          title + " number must not contain leading zeroes " + Conversions.quoted(text));
    }
    BigInteger number = text.isEmpty() ? null : new BigInteger(text);
    if (number == null || number.bitLength() > Long.SIZE) {
      throw new EvaluationFailure(
          "strconv.ParseUint: parsing %s: %s"
              .formatted(
                  Conversions.quoted(text),
                  number == null ? "invalid syntax" : "value out of range"));
    }
    return Uint.of(number);
  }

  /** Tolerates a leading {@code v}, leading zeros and missing parts. */
  static Semver normalized(String text) {
    String[] parts = (text.startsWith("v") ? text.substring(1) : text).split("\\.", 3);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].length() > 1) {
        String stripped = parts[i].replaceFirst("^0+", "");
        boolean digit = !stripped.isEmpty() && Character.isDigit(stripped.charAt(0));
        parts[i] = digit ? stripped : "0" + stripped;
      }
    }
    if (parts.length < 3) {
      String last = parts[parts.length - 1];
      if (last.indexOf('+') >= 0 || last.indexOf('-') >= 0) {
        throw new EvaluationFailure("short version cannot contain PreRelease/Build meta data");
      }
      int present = parts.length;
      parts = Arrays.copyOf(parts, 3);
      Arrays.fill(parts, present, 3, "0");
    }
    return parse(String.join(".", parts));
  }

  @Override
  public int compareTo(Semver other) {
    int order = major.compareTo(other.major);
    order = order != 0 ? order : minor.compareTo(other.minor);
    order = order != 0 ? order : patch.compareTo(other.patch);
    if (order != 0) {
      return order;
    }
    if (prerelease.isEmpty() || other.prerelease.isEmpty()) {
      return Boolean.compare(prerelease.isEmpty(), other.prerelease.isEmpty());
    }
    for (int i = 0; i < Math.min(prerelease.size(), other.prerelease.size()); i++) {
      int part = comparePart(prerelease.get(i), other.prerelease.get(i));
      if (part != 0) {
        return part;
      }
    }
    return Integer.compare(prerelease.size(), other.prerelease.size());
  }

  private static int comparePart(String one, String other) {
    boolean number = DIGITS.matcher(one).matches();
    boolean otherNumber = DIGITS.matcher(other).matches();
    if (number && otherNumber) {
      return new BigInteger(one).compareTo(new BigInteger(other));
    }
    return number == otherNumber ? Integer.signum(one.compareTo(other)) : number ? -1 : 1;
  }

  @Override
  public String typeName() {
    return "kubernetes.Semver";
  }
}
