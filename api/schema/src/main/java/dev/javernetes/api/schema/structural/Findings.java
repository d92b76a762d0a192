package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What checking one value found, and how much of it was in order: of alternatives that all fail,
 * the one with the most matches is shown. The same message is kept once, whatever says it.
 */
final class Findings {
  /**
   * One finding.
   *
   * @param name where, below the value that validation began with; {@code null} for a finding about
   *     a combination of schemas, which upstream shows without a path
   * @param message by which findings are the same
   */
  private record Finding(
      FieldError.Type type,
      @Nullable String name,
      @Nullable Object value,
      String detail,
      String message) {}

  private final List<Finding> found = new ArrayList<>();
  private final Set<String> messages = new HashSet<>();
  private int matches;

  boolean isEmpty() {
    return found.isEmpty();
  }

  int matches() {
    return matches;
  }

  Findings matched() {
    matches++;
    return this;
  }

  void merge(Findings other) {
    other.found.forEach(this::add);
    matches += other.matches;
  }

  /** What was wrong before too is no fault of this update. */
  void forgive() {
    found.clear();
    messages.clear();
  }

  private void add(Finding finding) {
    if (messages.add(finding.message)) {
      found.add(finding);
    }
  }

  void invalid(String name, @Nullable Object value, String message) {
    add(new Finding(FieldError.Type.INVALID, name, value == null ? "" : value, message, message));
  }

  void wrongType(String name, @Nullable Object value, String message) {
    add(
        new Finding(
            FieldError.Type.TYPE_INVALID, name, value == null ? "" : value, message, message));
  }

  void required(String name) {
    add(new Finding(FieldError.Type.REQUIRED, name, "", "", name + " is required"));
  }

  void notSupported(String name, @Nullable Object value, List<String> supported) {
    ErrorList shown = new ErrorList();
    shown.notSupportedInOrder(FieldPath.ROOT, value, supported);
    add(
        new Finding(
            FieldError.Type.NOT_SUPPORTED,
            name,
            value,
            shown.asList().getFirst().detail(),
            name + " should be one of " + supported));
  }

  void tooLong(String name, int most) {
    ErrorList shown = new ErrorList();
    shown.tooLong(FieldPath.ROOT, most);
    add(
        new Finding(
            FieldError.Type.TOO_LONG,
            name,
            "",
            shown.asList().getFirst().detail(),
            name + " should be at most " + most + " chars long"));
  }

  void tooMany(String name, int actual, int most, String what) {
    ErrorList shown = new ErrorList();
    shown.tooMany(FieldPath.ROOT, actual, most);
    add(
        new Finding(
            FieldError.Type.TOO_MANY,
            name,
            actual,
            shown.asList().getFirst().detail(),
            name + " should have at most " + most + " " + what));
  }

  void combination(String message) {
    add(new Finding(FieldError.Type.INVALID, null, "", message, message));
  }

  void addTo(ErrorList errors, FieldPath base) {
    String root = base.toString().isEmpty() ? "<nil>" : base.toString(); // Go's text of no path
    for (Finding finding : found) {
      String field = root;
      if (finding.name != null && !finding.name.isEmpty()) {
        String name = finding.name.startsWith(".") ? finding.name.substring(1) : finding.name;
        field = base.toString().isEmpty() ? name : base + "." + name;
      }
      errors.add(new FieldError(finding.type, field, finding.value, finding.detail, false));
    }
  }
}
