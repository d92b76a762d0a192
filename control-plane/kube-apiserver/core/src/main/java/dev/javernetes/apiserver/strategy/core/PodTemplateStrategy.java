package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import dev.javernetes.apiserver.strategy.pod.PodTemplateRules;
import dev.javernetes.apiserver.strategy.pod.PodWarnings;
import java.util.List;

/** Pod templates as objects of their own. */
public final class PodTemplateStrategy implements Strategy {
  private static final FieldPath TEMPLATE = FieldPath.of("template");

  @Override
  public void applyDefaults(JsonObject object) {
    PodDefaults.apply(object.ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject object) {
    DisabledPodFields.drop(object.ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    DisabledPodFields.drop(object.ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject object, ErrorList errors) {
    PodTemplateRules.check(object.objectOrEmpty("template"), TEMPLATE, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
    PodTemplateRules.check(object.objectOrEmpty("template"), TEMPLATE, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject object) {
    return PodWarnings.ofTemplate(object.objectOrEmpty("template"), TEMPLATE);
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    return FieldRules.same(object.get("template"), old.get("template"))
        ? List.of()
        : warningsOnCreate(context, object);
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return false;
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }
}
