package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.JsonForm;
import dev.javernetes.api.cel.value.Structure;
import dev.javernetes.api.cel.value.Values;
import dev.javernetes.api.codec.apply.Configurations;
import dev.javernetes.api.codec.patch.JsonPatch;
import dev.javernetes.api.codec.patch.PatchException;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.admission.expression.ExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes an object by what a mutation's expression yielded. */
final class PolicyPatch {
  private PolicyPatch() {}

  /** By a list of {@code JSONPatch{}}; a failing {@code test} leaves the object as it is. */
  static JsonObject jsonPatch(JsonObject object, Object yielded) throws ExpressionException {
    if (!(yielded instanceof List<?> list)) {
      throw new ExpressionException(
          "type mismatch: JSONPatchType.expression should evaluate to array");
    }
    List<Object> operations = new ArrayList<>();
    for (Object one : list) {
      if (!(one instanceof Structure patch) || !patch.typeName().equals("JSONPatch")) {
        throw new ExpressionException(
            "type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
      }
      operations.add(operation(patch));
    }
    try {
      if (JsonPatch.parse(Json.bytes(operations)).apply(object) instanceof JsonObject changed) {
        return changed;
      }
      throw new ExpressionException("JSON Patch: the object was patched away");
    } catch (PatchException bad) {
      if (bad.isFailedTest()) {
        return object;
      }
      throw new ExpressionException("JSON Patch: " + bad.getMessage());
    }
  }

  private static JsonObject operation(Structure patch) throws ExpressionException {
    JsonObject operation = new JsonObject();
    for (Map.Entry<String, Object> field : patch.fields().entrySet()) {
      if (field.getKey().equals("value")) {
        checkTypeNames(field.getValue());
      }
      operation.put(field.getKey(), json(field.getValue()));
    }
    return operation;
  }

  /** By {@code Object{}}, merged as server-side apply merges. */
  static JsonObject applyConfiguration(JsonObject object, Object yielded, Schema schema)
      throws ExpressionException {
    if (!(yielded instanceof Structure structure)) {
      throw new ExpressionException(
          "unsupported return type from ApplyConfiguration expression: "
              + Values.typeName(yielded));
    }
    checkTypeNames(structure);
    if (!(json(structure) instanceof JsonObject configuration)) {
      throw new IllegalStateException("an object is no object");
    }
    configuration.put("apiVersion", object.get("apiVersion"));
    configuration.put("kind", object.get("kind"));
    String complaint = Configurations.complaint(configuration, schema);
    if (complaint != null) {
      throw new ExpressionException(
          "error applying patch: failed to convert patch object to typed object: " + complaint);
    }
    List<String> atomics = Configurations.atomics(configuration, schema);
    if (!atomics.isEmpty()) {
      throw new ExpressionException(
          "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or"
              + " structs: "
              + String.join(", ", atomics));
    }
    return Configurations.merge(object, configuration, schema);
  }

  private static @Nullable Object json(Object value) throws ExpressionException {
    try {
      return JsonForm.of(value);
    } catch (EvaluationFailure bad) {
      throw new ExpressionException(
          "JSONPath valueExpression evaluated to a type that could not marshal to JSON: "
              + bad.reason());
    }
  }

  /** {@code Object.spec{}} may stand where {@code spec} is only. */
  private static void checkTypeNames(Object value) throws ExpressionException {
    if (value instanceof Structure root) {
      List<String> problems = new ArrayList<>();
      typeNames(value, "Object", problems);
      if (!problems.isEmpty()) {
        throw new ExpressionException("type mismatch: " + String.join("\n", problems));
      }
    }
  }

  private static void typeNames(Object value, String path, List<String> problems) {
    switch (value) {
      case Structure structure -> {
        if (!structure.typeName().equals(path)) {
          problems.add(
              "unexpected type name %s, expected %s, which matches field name path from root Object type"
                  .formatted(GoQuote.quote(structure.typeName()), GoQuote.quote(path)));
        }
        structure.fields().forEach((name, field) -> typeNames(field, path + "." + name, problems));
      }
      case List<?> list -> list.forEach(one -> typeNames(Values.of(one), path, problems));
      case Map<?, ?> map -> map.values().forEach(one -> typeNames(Values.of(one), path, problems));
      default -> {}
    }
  }
}
