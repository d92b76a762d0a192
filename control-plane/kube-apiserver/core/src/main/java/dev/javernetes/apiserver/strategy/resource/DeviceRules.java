package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What classes, claims and slices have in common: selectors, configuration, binding conditions. */
final class DeviceRules {
  private static final int SELECTORS = 32;
  private static final int EXPRESSION_LIMIT = 10 << 10;
  private static final int PARAMETERS_LIMIT = 10 << 10;
  private static final int BINDING_CONDITIONS = 4;
  private static final String OMITTED = "<value omitted>";

  private final SelectorCheck expressions;

  DeviceRules(SelectorCheck expressions) {
    this.expressions = expressions;
  }

  void selectors(List<JsonObject> selectors, FieldPath path, ErrorList errors) {
    Entries.ofList(selectors, SELECTORS, this::selector, path, errors);
  }

  private void selector(JsonObject selector, FieldPath path, ErrorList errors) {
    JsonObject cel = selector.object("cel");
    if (cel == null) {
      errors.required(path.child("cel"), "");
      return;
    }
    String expression = cel.string("expression");
    FieldPath at = path.child("cel", "expression");
    if (expression.getBytes(StandardCharsets.UTF_8).length > EXPRESSION_LIMIT) {
      errors.tooLong(at, EXPRESSION_LIMIT);
    } else {
      expressions.check(expression, at, errors);
    }
  }

  static void configuration(JsonObject config, FieldPath path, ErrorList errors) {
    JsonObject opaque = config.object("opaque");
    if (opaque == null) {
      errors.required(path.child("opaque"), "");
      return;
    }
    VolumeSources.csiDriverName(opaque.string("driver"), path.child("opaque", "driver"), errors);
    raw(opaque.get("parameters"), PARAMETERS_LIMIT, path.child("opaque", "parameters"), errors);
  }

  /** Any JSON object; {@code null} is as good as nothing. */
  static void raw(@Nullable Object value, int limit, FieldPath path, ErrorList errors) {
    if (value == null) {
      errors.required(path, "");
    } else if (Json.bytes(value).length > limit) {
      errors.tooLong(path, limit);
    } else if (!(value instanceof JsonObject)) {
      errors.invalid(path, OMITTED, "must be a valid JSON object");
    }
  }

  /** The conditions that must hold, and those that must not, before a pod is bound (KEP-5007). */
  static void bindingConditions(JsonObject holder, FieldPath path, ErrorList errors) {
    List<String> awaited = holder.strings("bindingConditions");
    List<String> failures = holder.strings("bindingFailureConditions");
    FieldPath awaitedPath = path.child("bindingConditions");
    FieldPath failurePath = path.child("bindingFailureConditions");
    Entries.ofList(awaited, BINDING_CONDITIONS, FieldRules::qualifiedName, awaitedPath, errors);
    Entries.ofList(failures, BINDING_CONDITIONS, FieldRules::qualifiedName, failurePath, errors);
    Set<String> distinct = new HashSet<>();
    for (int i = 0; i < awaited.size(); i++) {
      if (!distinct.add(awaited.get(i))) {
        errors.duplicate(awaitedPath.index(i), awaited.get(i));
      }
    }
    Set<String> distinctFailures = new HashSet<>();
    for (int i = 0; i < failures.size(); i++) {
      if (!distinctFailures.add(failures.get(i))) {
        errors.duplicate(failurePath.index(i), failures.get(i));
      }
      if (distinct.contains(failures.get(i))) {
        errors.invalid(
            failurePath.index(i),
            failures.get(i),
            "bindingFailureConditions must not overlap with bindingConditions");
      }
    }
    if (awaited.isEmpty() && !failures.isEmpty()) {
      errors.invalid(
          awaitedPath,
          holder.get("bindingConditions"),
          "bindingConditions are required to use bindingFailureConditions");
    }
    if (failures.isEmpty() && !awaited.isEmpty()) {
      errors.invalid(
          failurePath,
          holder.get("bindingFailureConditions"),
          "bindingFailureConditions are required to use bindingConditions");
    }
  }
}
