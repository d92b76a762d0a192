package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Set;

/** The scale subresource and printer columns. */
final class SubresourceRules {
  private static final Set<String> COLUMN_TYPES =
      Set.of("boolean", "date", "integer", "number", "string");
  private static final Set<String> COLUMN_FORMATS =
      Set.of("int32", "int64", "float", "double", "byte", "date", "date-time", "password");

  private SubresourceRules() {}

  static void validate(JsonObject subresources, FieldPath path, ErrorList errors) {
    JsonObject scale = subresources.object("scale");
    if (scale == null) {
      return;
    }
    FieldPath at = path.child("scale");
    String spec = scale.string("specReplicasPath");
    String status = scale.string("statusReplicasPath");
    String selector = scale.string("labelSelectorPath");
    if (spec.isEmpty()) {
      errors.required(at.child("specReplicasPath"), "");
    } else if (isSimple(spec, at.child("specReplicasPath"), errors) && !spec.startsWith(".spec.")) {
      errors.invalid(at.child("specReplicasPath"), spec, "should be a json path under .spec");
    }
    if (status.isEmpty()) {
      errors.required(at.child("statusReplicasPath"), "");
    } else if (isSimple(status, at.child("statusReplicasPath"), errors)
        && !status.startsWith(".status.")) {
      errors.invalid(at.child("statusReplicasPath"), status, "should be a json path under .status");
    }
    if (!selector.isEmpty()
        && isSimple(selector, at.child("labelSelectorPath"), errors)
        && !selector.startsWith(".spec.")
        && !selector.startsWith(".status.")) {
      errors.invalid(
          at.child("labelSelectorPath"),
          selector,
          "should be a json path under either .spec or .status");
    }
  }

  static void validateColumns(List<JsonObject> columns, FieldPath path, ErrorList errors) {
    for (int i = 0; i < columns.size(); i++) {
      column(columns.get(i), path.index(i), errors);
    }
  }

  private static void column(JsonObject column, FieldPath path, ErrorList errors) {
    if (column.string("name").isEmpty()) {
      errors.required(path.child("name"), "");
    }
    String type = column.string("type");
    String types = "must be one of " + String.join(",", COLUMN_TYPES.stream().sorted().toList());
    if (type.isEmpty()) {
      errors.required(path.child("type"), types);
    } else if (!COLUMN_TYPES.contains(type)) {
      errors.invalid(path.child("type"), type, types);
    }
    String format = column.string("format");
    if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
      errors.invalid(
          path.child("format"),
          format,
          "must be one of " + String.join(",", COLUMN_FORMATS.stream().sorted().toList()));
    }
    String jsonPath = column.string("jsonPath");
    FieldPath at = path.child("JSONPath");
    if (jsonPath.isEmpty()) {
      errors.required(at, "");
    } else {
      isSimple(jsonPath, at, errors);
    }
  }

  private static boolean isSimple(String jsonPath, FieldPath path, ErrorList errors) {
    if (!jsonPath.startsWith(".")) {
      errors.invalid(path, jsonPath, "must be a simple json path starting with .");
      return false;
    }
    return true;
  }
}
