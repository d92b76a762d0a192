package dev.javernetes.apiserver.strategy.apps;

import static dev.javernetes.apiserver.strategy.apps.WorkloadRules.SPEC;
import static dev.javernetes.apiserver.strategy.apps.WorkloadRules.STATUS;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replica sets. */
public final class ReplicaSetStrategy implements Strategy {

  @Override
  public void applyDefaults(JsonObject set) {
    JsonObject spec = set.ensureObject("spec");
    FieldRules.defaultIfAbsent(spec, "replicas", 1L);
    PodDefaults.apply(spec.ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject set) {
    set.put("status", JsonObject.of("replicas", 0L));
    DisabledPodFields.drop(set.ensureObject("spec").ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject set, JsonObject old) {
    CoreTrees.keepStatus(set, old);
    DisabledPodFields.drop(set.ensureObject("spec").ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject set, ErrorList errors) {
    check(set.objectOrEmpty("spec"), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject set, JsonObject old, ErrorList errors) {
    JsonObject spec = set.objectOrEmpty("spec");
    check(spec, errors);
    FieldRules.immutable(
        spec.get("selector"),
        old.objectOrEmpty("spec").get("selector"),
        SPEC.child("selector"),
        errors);
  }

  private static void check(JsonObject spec, ErrorList errors) {
    WorkloadRules.notNegative(spec, SPEC, errors, "replicas", "minReadySeconds");
    WorkloadRules.selector(spec, "deployment", errors);
    WorkloadRules.template(spec, "ReplicaSet", errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject set) {
    List<String> warnings = new ArrayList<>(WorkloadRules.nameWarnings(set));
    warnings.addAll(WorkloadRules.templateWarnings(set));
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject set, JsonObject old) {
    return WorkloadRules.templateOrSpecChanged(set, old)
        ? WorkloadRules.templateWarnings(set)
        : List.of();
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(this::applyDefaults, List.of(), ReplicaSetStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject set, JsonObject old, ErrorList errors) {
    JsonObject status = set.objectOrEmpty("status");
    WorkloadRules.notNegative(
        status,
        STATUS,
        errors,
        "replicas",
        "fullyLabeledReplicas",
        "readyReplicas",
        "availableReplicas",
        "observedGeneration",
        "terminatingReplicas");
    WorkloadRules.notMoreThanReplicas(
        status, errors, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
    WorkloadRules.availableAreReady(status, "cannot be greater than readyReplicas", errors);
  }
}
