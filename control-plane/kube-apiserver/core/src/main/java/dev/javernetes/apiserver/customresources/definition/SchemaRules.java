package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import dev.javernetes.apiserver.customresources.rules.RuleAttributes;
import dev.javernetes.apiserver.customresources.rules.RuleChecks;
import dev.javernetes.apiserver.customresources.rules.RuleDefaults;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the schema of one version must satisfy. */
final class SchemaRules {
  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "array", "object");
  private static final Set<String> META_FIELDS = Set.of("metadata", "kind", "apiVersion");

  /** In upstream's words and order; what a schema may have at its root besides the status. */
  private static final List<String> ALLOWED_AT_ROOT =
      List.of(
          "Description",
          "Type",
          "Format",
          "Title",
          "Maximum",
          "ExclusiveMaximum",
          "Minimum",
          "ExclusiveMinimum",
          "MaxLength",
          "MinLength",
          "Pattern",
          "MaxItems",
          "MinItems",
          "UniqueItems",
          "MultipleOf",
          "Required",
          "Items",
          "Properties",
          "ExternalDocs",
          "Example",
          "XPreserveUnknownFields",
          "XValidations");

  /**
   * Where in a schema a part stands.
   *
   * @param noDefaults why defaults are forbidden; {@code null} if they are not
   * @param inMeta within the metadata of an object
   */
  private record Place(@Nullable String noDefaults, boolean inMeta) {
    Place withoutDefaults(String reason) {
      return new Place(reason, inMeta);
    }

    Place inMetadata() {
      return new Place(noDefaults, true);
    }
  }

  private final RuleOptions options;
  private final DefaultRules defaults;

  /** Parts with which nothing is wrong so far: their rules in CEL are worth compiling. */
  private final Set<JsonObject> sound = Collections.newSetFromMap(new IdentityHashMap<>());

  private SchemaRules(RuleOptions options, DefaultRules defaults) {
    this.options = options;
    this.defaults = defaults;
  }

  static boolean hasInvalidType(JsonObject schema) {
    String type = schema.string("type");
    return !type.isEmpty() && !TYPES.contains(type);
  }

  /** Validates a {@code CustomResourceValidation}: the object that has {@code openAPIV3Schema}. */
  static void validate(
      @Nullable JsonObject validation,
      boolean hasStatus,
      RuleOptions options,
      DefaultRules defaults,
      FieldPath path,
      ErrorList errors) {
    JsonObject schema = validation == null ? null : validation.object("openAPIV3Schema");
    if (schema != null) {
      new SchemaRules(options, defaults)
          .root(schema, hasStatus, path.child("openAPIV3Schema"), errors);
    }
  }

  private void root(JsonObject schema, boolean hasStatus, FieldPath path, ErrorList errors) {
    int before = errors.size();
    if (hasStatus) {
      onlyWhatStatusAllows(schema, path, errors);
    }
    if (schema.bool("nullable")) {
      errors.forbidden(path.child("nullable"), "nullable cannot be true at the root");
    }
    String unreadable = null;
    boolean compile = false;
    if (options.structural()) {
      unreadable = StructuralRules.unreadable(schema);
      if (unreadable == null) {
        ErrorList structural = StructuralRules.check(schema, path);
        if (structural.isEmpty()) {
          ErrorList ofDefaults = new ErrorList();
          defaults.validate(
              StructuralSchemas.parse(schema), path, options.prunedDefaults(), ofDefaults);
          if (ofDefaults.isEmpty()) {
            RuleDefaults.validate(schema, path, ofDefaults);
          }
          errors.addAll(ofDefaults);
          compile = ofDefaults.isEmpty();
        }
        errors.addAll(structural);
      }
    }
    errors.addAll(part(schema, path, new Place(null, false), true));
    if (compile) {
      RuleChecks.check(schema, path, sound::contains, options.isUnchanged(schema), errors);
    }
    if (unreadable != null && errors.size() == before) {
      errors.invalid(path, "", unreadable); // what it says overlaps with the rules above
    }
  }

  /** The status is validated by its own property's schema, so nothing else may speak of it. */
  private static void onlyWhatStatusAllows(JsonObject schema, FieldPath path, ErrorList errors) {
    JsonObject shown = GoForm.schema(schema);
    if (shown == null) {
      return;
    }
    for (String name : shown.keySet()) {
      Object value = shown.get(name);
      if (value == null || value.equals("") || value.equals(false)) {
        continue;
      }
      if (name.equals("Type")) {
        if (!value.equals("object")) {
          errors.invalid(
              path.child("type"),
              value,
              "only \"object\" is allowed as the type at the root of the schema if the status"
                  + " subresource is enabled");
          return;
        }
      } else if (!ALLOWED_AT_ROOT.contains(name)) {
        errors.invalid(
            path,
            shown,
            "only ["
                + String.join(" ", ALLOWED_AT_ROOT)
                + "] fields are allowed at the root of the schema if the status subresource is"
                + " enabled");
        return;
      }
    }
  }

  /** Returns what is wrong here or deeper, but for expressions. */
  private ErrorList part(JsonObject schema, FieldPath path, Place place, boolean root) {
    ErrorList errors = new ErrorList();
    keywords(schema, path, place, errors);
    if (schema.bool("uniqueItems")) {
      errors.forbidden(
          path.child("uniqueItems"),
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    JsonObject properties = schema.objectOrEmpty("properties");
    if (schema.has("additionalProperties")) {
      FieldPath at = path.child("additionalProperties");
      JsonObject values = schema.object("additionalProperties");
      if (!properties.isEmpty() && (values != null || !schema.bool("additionalProperties"))) {
        errors.forbidden(at, "additionalProperties and properties are mutual exclusive");
      }
      if (values != null) {
        Place inside =
            place.inMeta
                ? place.withoutDefaults("inside additionalProperties applying to object metadata")
                : place;
        errors.addAll(part(values, at, inside, false));
      }
    }
    boolean resource = root || schema.bool("x-kubernetes-embedded-resource");
    new TreeMap<>(properties)
        .forEach((name, value) -> {
          if (value instanceof JsonObject property) {
            Place inside = place;
            if (resource && META_FIELDS.contains(name)) {
              inside = inside.inMetadata();
              if (root) {
                inside = inside.withoutDefaults("in top-level " + name);
              }
            }
            errors.addAll(part(property, path.child("properties").key(name), inside, false));
          }
        });
    nested(schema, path, place, errors);
    if (Boolean.FALSE.equals(schema.boolOrNull("x-kubernetes-preserve-unknown-fields"))) {
      errors.invalid(
          path.child("x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined");
    }
    ListTypeRules.validate(schema, options, path, errors);
    RuleAttributes.validate(schema, path, errors);
    if (errors.isEmpty()) {
      sound.add(schema);
    }
    return errors;
  }

  private void nested(JsonObject schema, FieldPath path, Place place, ErrorList errors) {
    if (schema.object("not") instanceof JsonObject not) {
      errors.addAll(part(not, path.child("not"), place, false));
    }
    for (String junctor : List.of("allOf", "oneOf", "anyOf")) {
      List<JsonObject> schemas = schema.objects(junctor);
      for (int i = 0; i < schemas.size(); i++) {
        errors.addAll(part(schemas.get(i), path.child(junctor).index(i), place, false));
      }
    }
    named(schema, "definitions", path, place, errors);
    if (schema.object("items") instanceof JsonObject items) {
      errors.addAll(part(items, path.child("items"), place, false));
    } else {
      List<JsonObject> several = schema.objects("items");
      for (int i = 0; i < several.size(); i++) {
        errors.addAll(part(several.get(i), path.child("items").index(i), place, false));
      }
    }
    named(schema, "dependencies", path, place, errors);
  }

  private void named(
      JsonObject schema, String keyword, FieldPath path, Place place, ErrorList errors) {
    new TreeMap<>(schema.objectOrEmpty(keyword))
        .forEach((name, value) -> {
          if (value instanceof JsonObject inner) {
            errors.addAll(part(inner, path.child(keyword).key(name), place, false));
          }
        });
  }

  private void keywords(JsonObject schema, FieldPath path, Place place, ErrorList errors) {
    String type = schema.string("type");
    if (options.validTypes() && hasInvalidType(schema)) {
      errors.notSupported(path.child("type"), type, TYPES);
    }
    if (schema.has("default") && place.noDefaults != null) {
      errors.forbidden(path.child("default"), "must not be set " + place.noDefaults);
    }
    if (!schema.string("id").isEmpty()) {
      errors.forbidden(path.child("id"), "id is not supported");
    }
    for (String name :
        List.of("additionalItems", "patternProperties", "definitions", "dependencies", "$ref")) {
      boolean emptyMap =
          !name.equals("additionalItems")
              && !name.equals("dependencies")
              && schema.get(name) instanceof JsonObject map
              && map.isEmpty();
      if (schema.has(name) && !emptyMap) {
        errors.forbidden(path.child(name), name + " is not supported");
      }
    }
    if (type.equals("null")) {
      errors.forbidden(
          path.child("type"), "type cannot be set to null, use nullable as an alternative");
    }
    if (!schema.objects("items").isEmpty()) {
      errors.forbidden(path.child("items"), "items must be a schema object and not an array");
    }
    if (place.inMeta && schema.bool("x-kubernetes-embedded-resource")) {
      errors.forbidden(
          path.child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta");
    }
  }
}
