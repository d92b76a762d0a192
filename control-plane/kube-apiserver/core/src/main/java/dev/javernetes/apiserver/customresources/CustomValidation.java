package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.Correlation;
import dev.javernetes.api.schema.structural.ListTypes;
import dev.javernetes.api.schema.structural.StructuralValidation;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import org.jspecify.annotations.Nullable;

/**
 * Validates custom objects: schema, scale, embedded objects, list types, expressions, in this
 * order.
 */
final class CustomValidation {
  private final StructuralValidation structural = new StructuralValidation();

  void create(JsonObject object, CustomVersion version, ErrorList errors) {
    structural.validate(object, version.schema(), FieldPath.ROOT, errors);
    ScaleRules.spec(object, version.scale(), errors);
    ScaleRules.status(object, version.scale(), errors);
    EmbeddedObjects.validate(object, version.schema(), FieldPath.ROOT, false, errors);
    ListTypes.validate(object, version.schema(), FieldPath.ROOT, errors);
    expressions(object, null, version, null, errors);
  }

  void update(JsonObject object, JsonObject old, CustomVersion version, ErrorList errors) {
    Correlation correlation = new Correlation(object, old, version.schema());
    structural.validateUpdate(correlation, version.schema(), FieldPath.ROOT, errors);
    ScaleRules.spec(object, version.scale(), errors);
    ScaleRules.status(object, version.scale(), errors);
    EmbeddedObjects.validate(object, version.schema(), FieldPath.ROOT, false, errors);
    listTypes(object, old, version.schema(), errors);
    expressions(object, old, version, correlation, errors);
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
    expressions(object, old, version, correlation, errors);
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

  /**
   * The seam for {@code x-kubernetes-validations}, evaluated last: {@code errors} holds all that
   * was found so far. A definition with rules is not accepted yet, so there is nothing to do.
   *
   * @param old {@code null} on creation
   * @param correlation of the object with {@code old}; {@code null} on creation
   */
  private void expressions(
      JsonObject object,
      @Nullable JsonObject old,
      CustomVersion version,
      @Nullable Correlation correlation,
      ErrorList errors) {}
}
