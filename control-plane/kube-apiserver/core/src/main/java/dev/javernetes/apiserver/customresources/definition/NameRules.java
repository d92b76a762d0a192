package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** The names of a definition: those it wants and those it has got. */
final class NameRules {
  private NameRules() {}

  static void validate(JsonObject names, FieldPath path, ErrorList errors) {
    for (String field : List.of("plural", "singular")) {
      label(names.string(field), path.child(field), errors);
    }
    for (String field : List.of("kind", "listKind")) {
      String name = names.string(field);
      List<String> problems =
          name.isEmpty() ? List.of() : NameFormats.dns1035Label(name.toLowerCase(Locale.ROOT));
      if (!problems.isEmpty()) {
        errors.invalid(
            path.child(field),
            name,
            "may have mixed case, but should otherwise match: " + String.join(",", problems));
      }
    }
    labels(names.strings("shortNames"), path.child("shortNames"), errors);
    String kind = names.string("kind");
    if (!kind.isEmpty() && kind.equals(names.string("listKind"))) {
      errors.invalid(path.child("listKind"), kind, "kind and listKind may not be the same");
    }
    labels(names.strings("categories"), path.child("categories"), errors);
  }

  private static void labels(List<String> names, FieldPath path, ErrorList errors) {
    for (int i = 0; i < names.size(); i++) {
      List<String> problems = NameFormats.dns1035Label(names.get(i));
      if (!problems.isEmpty()) {
        errors.invalid(path.index(i), names.get(i), String.join(",", problems));
      }
    }
  }

  private static void label(String name, FieldPath path, ErrorList errors) {
    List<String> problems = name.isEmpty() ? List.of() : NameFormats.dns1035Label(name);
    if (!problems.isEmpty()) {
      errors.invalid(path, name, String.join(",", problems));
    }
  }
}
