package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.Pruning;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import dev.javernetes.api.schema.structural.StructuralValidation;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Whether the defaults of a schema are values that the schema itself would take. */
public final class DefaultRules {
  private static final Set<String> META_FIELDS = Set.of("metadata", "kind", "apiVersion");

  private final EmbeddedObjects embedded;
  private final StructuralValidation validation = new StructuralValidation();

  public DefaultRules(EmbeddedObjects embedded) {
    this.embedded = embedded;
  }

  /** One walk through a schema. */
  private record Walk(boolean pruned, ErrorList errors) {}

  /**
   * The object around a part of its schema.
   *
   * @param schema of the nearest object
   * @param around makes such an object of a value for the part
   */
  private record Surroundings(Schema schema, UnaryOperator<Object> around, boolean inMeta) {
    static Surroundings of(Schema schema) {
      return new Surroundings(
          schema,
          value -> {
            JsonObject object = JsonObject.of("apiVersion", "validation/v1", "kind", "Validation");
            if (value instanceof JsonObject given) {
              object.putAll(given);
            }
            return object;
          },
          false);
    }

    Surroundings member(String name, boolean meta) {
      return new Surroundings(
          schema, value -> around.apply(JsonObject.of(name, value)), inMeta || meta);
    }

    Surroundings element() {
      return new Surroundings(
          schema, value -> around.apply(new ArrayList<>(List.of(value))), inMeta);
    }
  }

  void validate(Schema root, FieldPath path, boolean pruned, ErrorList errors) {
    walk(root, path, Surroundings.of(root), true, new Walk(pruned, errors));
  }

  private void walk(Schema schema, FieldPath path, Surroundings outer, boolean root, Walk walk) {
    boolean object = root || schema.embeddedResource();
    Surroundings here = object ? Surroundings.of(schema) : outer;
    if (schema.defaultValue() != null) {
      FieldPath at = path.child("default");
      Object value = Objects.requireNonNull(Json.deepCopy(schema.defaultValue()));
      boolean fits =
          here.inMeta
              ? metadataFits(value, here, at, walk)
              : valueFits(value, schema, object, at, walk);
      if (fits) {
        validation.validate(value, schema, at, walk.errors);
      }
    }
    // not below additionalProperties: defaults are forbidden there
    if (schema.items() instanceof Schema items) {
      walk(items, path.child("items"), here.element(), false, walk);
    }
    schema
        .properties()
        .forEach((name, property) ->
            walk(
                property,
                path.child("properties").key(name),
                here.member(name, object && META_FIELDS.contains(name)),
                false,
                walk));
  }

  private boolean valueFits(Object value, Schema schema, boolean object, FieldPath at, Walk walk) {
    if (walk.pruned) {
      Object copy = Json.deepCopy(value);
      Pruning.pruneValue(copy, schema);
      if (!value.equals(copy)) {
        walk.errors.invalid(at, value, "must not have unknown fields");
      }
    }
    ErrorList found = new ErrorList();
    try {
      embedded.normalize(value, schema, at, object, unknown -> {});
      EmbeddedObjects.validate(value, schema, at, object, found);
    } catch (DecodeException problem) {
      String text = String.valueOf(problem.getMessage());
      int split = text.indexOf(": ");
      found.add(
          new FieldError(
              FieldError.Type.INVALID,
              text.substring(0, Math.max(split, 0)),
              null,
              text.substring(split + 2).replaceFirst("^Invalid value: ", ""),
              true));
    }
    walk.errors.addAll(found);
    return found.isEmpty();
  }

  private boolean metadataFits(Object value, Surroundings here, FieldPath at, Walk walk) {
    Object whole = here.around.apply(Objects.requireNonNull(Json.deepCopy(value)));
    String problem = "";
    try {
      embedded.normalize(whole, here.schema, FieldPath.ROOT, true, unknown -> {});
      ErrorList found = new ErrorList();
      EmbeddedObjects.validate(whole, here.schema, FieldPath.ROOT, true, found);
      List<String> texts = found.asList().stream().map(FieldError::toString).distinct().toList();
      problem = texts.size() > 1 ? "[" + String.join(", ", texts) + "]" : String.join("", texts);
    } catch (DecodeException wrong) {
      problem = String.valueOf(wrong.getMessage());
    }
    if (!problem.isEmpty()) {
      walk.errors.invalid(at, value, "must result in valid metadata: " + problem);
    }
    return problem.isEmpty();
  }

  /** Whether a structural schema has a default with fields that the schema does not know. */
  boolean hasUnpruned(JsonObject schema) {
    return Schemas.hasDefault(schema)
        && StructuralRules.unreadable(schema) == null
        && StructuralRules.check(schema, FieldPath.ROOT).isEmpty()
        && hasUnpruned(StructuralSchemas.parse(schema));
  }

  private static boolean hasUnpruned(Schema schema) {
    if (schema.defaultValue() != null) {
      Object copy = Json.deepCopy(schema.defaultValue());
      Pruning.pruneValue(copy, schema);
      if (!schema.defaultValue().equals(copy)) {
        return true;
      }
    }
    return schema.items() instanceof Schema items && hasUnpruned(items)
        || schema.additionalProperties() instanceof Schema values && hasUnpruned(values)
        || schema.properties().values().stream().anyMatch(DefaultRules::hasUnpruned);
  }
}
