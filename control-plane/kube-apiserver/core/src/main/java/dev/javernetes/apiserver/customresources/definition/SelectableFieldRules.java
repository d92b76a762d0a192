package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.SchemaPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The fields that field selectors may name. */
final class SelectableFieldRules {
  static final int LIMIT = 8;
  private static final Set<Schema.Type> TYPES =
      Set.of(Schema.Type.STRING, Schema.Type.BOOLEAN, Schema.Type.INTEGER);

  private SelectableFieldRules() {}

  static void validate(
      List<JsonObject> fields, Schema schema, boolean anyNumber, FieldPath path, ErrorList errors) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < fields.size(); i++) {
      String jsonPath = fields.get(i).string("jsonPath");
      FieldPath at = path.index(i).child("jsonPath");
      if (jsonPath.isEmpty()) {
        errors.required(at, "");
        continue;
      }
      SchemaPath found;
      try {
        found = SchemaPath.resolve(jsonPath, schema, false);
      } catch (SchemaPath.UnresolvedException unresolved) {
        errors.invalid(at, jsonPath, "is an invalid path: " + unresolved.getMessage());
        continue;
      }
      if (found.names().getFirst().equals("metadata")) {
        errors.invalid(at, jsonPath, "must not point to fields in metadata");
      }
      if (!TYPES.contains(found.schema().type())) {
        errors.invalid(
            at,
            jsonPath,
            "must point to a field of type string, boolean or integer. Enum string fields and"
                + " strings with formats are allowed.");
      }
      if (!seen.add(found.path().toString())) {
        errors.duplicate(at, jsonPath);
      }
    }
    if (seen.size() > LIMIT && !anyNumber) {
      errors.tooMany(path, seen.size(), LIMIT);
    }
  }
}
