package dev.javernetes.apiserver.strategy.node;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.NodeLabelWarnings;
import dev.javernetes.apiserver.strategy.pod.ResourceRules;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** RuntimeClass. */
public final class RuntimeClassStrategy implements Strategy {
  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GENERIC);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GENERIC, MetadataCheck.UPDATE_GENERIC);
  }

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
      ResourceRules.overhead(overhead.objectOrEmpty("podFixed"), FieldPath.of("overhead"), errors);
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
  public List<String> warningsOnCreate(StrategyContext context, JsonObject runtimeClass) {
    List<String> warnings = new ArrayList<>();
    Map<String, String> selector =
        runtimeClass.objectOrEmpty("scheduling").stringMap("nodeSelector");
    for (String key : selector.keySet()) {
      String message = NodeLabelWarnings.deprecation(key);
      if (message != null) {
        warnings.add("scheduling.nodeSelector: " + message);
      }
    }
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject runtimeClass, JsonObject old) {
    return warningsOnCreate(context, runtimeClass);
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return true;
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject runtimeClass, JsonObject old, ErrorList errors) {
    validateCreate(context, runtimeClass, errors);
    FieldRules.immutable(
        runtimeClass.get("handler"), old.get("handler"), FieldPath.of("handler"), errors);
  }

  private static void validateTolerations(
      List<JsonObject> tolerations, FieldPath path, ErrorList errors) {
    SchedulingRules.tolerations(tolerations, path, errors);
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < tolerations.size(); i++) {
      JsonObject toleration = tolerations.get(i);
      if (!seen.add(
          List.of(
              toleration.string("key"),
              toleration.string("operator"),
              toleration.string("value"),
              toleration.string("effect")))) {
        errors.duplicate(path.index(i), InternalForm.of("core.Toleration", toleration));
      }
    }
  }
}
