package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.Correlation;
import dev.javernetes.api.schema.structural.ListTypes;
import dev.javernetes.api.schema.structural.StructuralValidation;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import dev.javernetes.apiserver.customresources.rules.ObjectRules;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates custom objects: schema, scale, embedded objects, list types, expressions, in this
 * order.
 */
final class CustomValidation {
  private static final Set<FieldError.Type> BLOCKING =
      EnumSet.of(
          FieldError.Type.NOT_SUPPORTED,
          FieldError.Type.REQUIRED,
          FieldError.Type.TOO_LONG,
          FieldError.Type.TOO_MANY,
          FieldError.Type.TYPE_INVALID);

  private final StructuralValidation structural = new StructuralValidation();

  void create(JsonObject object, CustomVersion version, ErrorList errors) {
    structural.validate(object, version.schema(), FieldPath.ROOT, errors);
    ScaleRules.spec(object, version.scale(), errors);
    ScaleRules.status(object, version.scale(), errors);
    EmbeddedObjects.validate(object, version.schema(), FieldPath.ROOT, false, errors);
    ListTypes.validate(object, version.schema(), FieldPath.ROOT, errors);
    expressions(object, null, version, errors);
  }

  void update(JsonObject object, JsonObject old, CustomVersion version, ErrorList errors) {
    Correlation correlation = new Correlation(object, old, version.schema());
    structural.validateUpdate(correlation, version.schema(), FieldPath.ROOT, errors);
    ScaleRules.spec(object, version.scale(), errors);
    ScaleRules.status(object, version.scale(), errors);
    EmbeddedObjects.validate(object, version.schema(), FieldPath.ROOT, false, errors);
    listTypes(object, old, version.schema(), errors);
    expressions(object, old, version, errors);
  }

  void status(JsonObject object, JsonObject old, CustomVersion version, ErrorList errors) {
    Correlation correlation = new Correlation(object, old, version.schema());
    Schema schema = version.schema().property("status");
    if (schema != null && object.containsKey("status")) {
      FieldPath path = FieldPath.of("status");
      Correlation status = correlation.member("status");
      if (status == null) {
        structural.validate(object.get("status"), schema, path, errors);
      } else {
        structural.validateUpdate(status, schema, path, errors);
      }
    }
    ScaleRules.status(object, version.scale(), errors);
    listTypes(object, old, version.schema(), errors);
    expressions(object, old, version, errors);
  }

  /** Lists that held something twice before may go on doing so. */
  private static void listTypes(
      JsonObject object, JsonObject old, Schema schema, ErrorList errors) {
    ErrorList before = new ErrorList();
    ListTypes.validate(old, schema, FieldPath.ROOT, before);
    if (before.isEmpty()) {
      ListTypes.validate(object, schema, FieldPath.ROOT, errors);
    }
  }

  /** Rules in CEL come last, and only if the object is as its schema says in all that matters. */
  private static void expressions(
      JsonObject object, @Nullable JsonObject old, CustomVersion version, ErrorList errors) {
    ObjectRules rules = version.rules();
    if (rules == null) {
      return;
    }
    if (errors.asList().stream().anyMatch(error -> BLOCKING.contains(error.type()))) {
      errors.add(
          new FieldError(
              FieldError.Type.INVALID,
              "<nil>",
              null,
              "some validation rules were not checked because the object was invalid; correct the"
                  + " existing errors to complete validation",
              false));
    } else {
      rules.validate(object, old, FieldPath.ROOT, errors, warning -> {});
    }
  }

  /** What fails of rules for values that an update did not change. */
  List<String> warnings(JsonObject object, JsonObject old, CustomVersion version) {
    List<String> warnings = new ArrayList<>();
    if (version.rules() != null) {
      version.rules().validate(object, old, FieldPath.ROOT, new ErrorList(), warnings::add);
    }
    return warnings;
  }
}
