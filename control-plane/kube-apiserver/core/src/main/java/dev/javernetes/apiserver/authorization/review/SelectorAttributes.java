package dev.javernetes.apiserver.authorization.review;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fieldSelector and labelSelector of an access review: either raw text or a list of
 * requirements, which become text here. A requirement that cannot be understood is left out, which
 * asks for more than was meant and is never allowed by mistake.
 */
final class SelectorAttributes {
  private SelectorAttributes() {}

  static void validate(
      @Nullable JsonObject selector, FieldPath path, boolean fields, ErrorList errors) {
    if (selector == null) {
      return;
    }
    List<JsonObject> requirements = selector.objects("requirements");
    String raw = selector.string("rawSelector");
    if (!raw.isEmpty() && !requirements.isEmpty()) {
      errors.invalid(
          path.child("rawSelector"), raw, "may not specified at the same time as requirements");
    }
    if (raw.isEmpty() && requirements.isEmpty()) {
      errors.required(
          path.child("requirements"),
          "when %s is specified, requirements or rawSelector is required".formatted(path));
    }
    for (int i = 0; i < requirements.size(); i++) {
      validateRequirement(requirements.get(i), path.child("requirements").index(i), fields, errors);
    }
  }

  private static void validateRequirement(
      JsonObject requirement, FieldPath path, boolean fields, ErrorList errors) {
    List<String> values = requirement.strings("values");
    if (fields && requirement.string("key").isEmpty()) {
      errors.required(path.child("key"), "must be specified");
    }
    switch (requirement.string("operator")) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          errors.required(
              path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          errors.forbidden(
              path.child("values"),
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      default -> {
        // an operator of a later version: passed over, so that newer clients can ask
      }
    }
  }

  static String text(@Nullable JsonObject selector, boolean fields, List<String> problems) {
    if (selector == null) {
      return "";
    }
    String raw = selector.string("rawSelector");
    List<JsonObject> requirements = selector.objects("requirements");
    if (requirements.isEmpty()) {
      return raw;
    }
    List<String> terms = new ArrayList<>();
    for (JsonObject requirement : requirements) {
      String term = fields ? fieldTerm(requirement) : labelTerm(requirement);
      if (!term.isEmpty()) {
        terms.add(term);
      }
    }
    if (terms.size() < requirements.size()) {
      problems.add(
          "spec.resourceAttributes.%s %signored due to parse error"
              .formatted(
                  fields ? "fieldSelector" : "labelSelector", terms.isEmpty() ? "" : "partially "));
    }
    return String.join(",", terms);
  }

  private static String fieldTerm(JsonObject requirement) {
    List<String> values = requirement.strings("values");
    if (values.size() != 1) {
      return "";
    }
    return switch (requirement.string("operator")) {
      case "In" -> requirement.string("key") + "=" + values.getFirst();
      case "NotIn" -> requirement.string("key") + "!=" + values.getFirst();
      default -> "";
    };
  }

  private static String labelTerm(JsonObject requirement) {
    String key = requirement.string("key");
    String values = "(" + String.join(",", requirement.strings("values")) + ")";
    return switch (requirement.string("operator")) {
      case "In" -> key + " in " + values;
      case "NotIn" -> key + " notin " + values;
      case "Exists" -> key;
      case "DoesNotExist" -> "!" + key;
      default -> "";
    };
  }
}
