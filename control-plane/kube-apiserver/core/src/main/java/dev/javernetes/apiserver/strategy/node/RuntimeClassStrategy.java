package dev.javernetes.apiserver.strategy.node;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** RuntimeClass. */
public final class RuntimeClassStrategy implements Strategy {
  @Override
  public void validateCreate(StrategyContext context, JsonObject runtimeClass, ErrorList errors) {
    String handler = runtimeClass.string("handler");
    if (handler.isEmpty()) {
      errors.required(FieldPath.of("handler"), "");
    } else {
      FieldRules.dnsLabel(handler, FieldPath.of("handler"), errors);
    }
    JsonObject overhead = runtimeClass.object("overhead");
    if (overhead != null) {
      FieldPath path = FieldPath.of("overhead", "limits");
      overhead
          .objectOrEmpty("podFixed")
          .forEach((name, value) -> {
            ResourceNames.checkForContainer(name, path.key(name), errors);
            Quantity quantity = FieldRules.quantity(value);
            ResourceNames.checkValue(name, quantity, path.key(name), errors);
          });
    }
    JsonObject scheduling = runtimeClass.object("scheduling");
    if (scheduling != null) {
      FieldPath path = FieldPath.of("scheduling");
      ObjectMetaRules.validateLabels(
          scheduling.stringMap("nodeSelector"), path.child("nodeSelector"), errors);
      validateTolerations(scheduling.objects("tolerations"), path.child("tolerations"), errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject runtimeClass, JsonObject old, ErrorList errors) {
    FieldRules.immutable(
        runtimeClass.get("handler"), old.get("handler"), FieldPath.of("handler"), errors);
  }

  private static void validateTolerations(
      List<JsonObject> tolerations, FieldPath path, ErrorList errors) {
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < tolerations.size(); i++) {
      JsonObject toleration = tolerations.get(i);
      FieldPath here = path.index(i);
      String key = toleration.string("key");
      String operator = toleration.string("operator");
      if (!key.isEmpty()) {
        FieldRules.qualifiedName(key, here.child("key"), errors);
      } else if (!operator.equals("Exists")) {
        errors.invalid(
            here.child("operator"),
            operator,
            "operator must be Exists when `key` is empty, which means \"match all values and all"
                + " keys\"");
      }
      if (toleration.has("tolerationSeconds") && !toleration.string("effect").equals("NoExecute")) {
        errors.invalid(
            here.child("effect"),
            toleration.string("effect"),
            "effect must be 'NoExecute' when `tolerationSeconds` is set");
      }
      switch (operator) {
        case "", "Equal" ->
            FieldRules.invalid(
                dev.javernetes.api.machinery.field.NameFormats.labelValue(
                    toleration.string("value")),
                here.child("operator"),
                toleration.string("value"),
                errors);
        case "Exists" -> {
          if (!toleration.string("value").isEmpty()) {
            errors.invalid(
                here.child("operator"),
                toleration,
                "value must be empty when `operator` is 'Exists'");
          }
        }
        default ->
            errors.notSupported(here.child("operator"), operator, List.of("Equal", "Exists"));
      }
      String effect = toleration.string("effect");
      if (!effect.isEmpty()
          && !List.of("NoSchedule", "PreferNoSchedule", "NoExecute").contains(effect)) {
        errors.notSupportedInOrder(
            here.child("effect"), effect, List.of("NoSchedule", "PreferNoSchedule", "NoExecute"));
      }
      if (!seen.add(List.of(key, operator, toleration.string("value"), effect))) {
        errors.duplicate(here, toleration);
      }
    }
  }
}
