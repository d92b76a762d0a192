package dev.javernetes.apiserver.strategy.apps;

import static dev.javernetes.apiserver.strategy.FieldRules.defaultIfAbsent;
import static dev.javernetes.apiserver.strategy.apps.WorkloadRules.SPEC;
import static dev.javernetes.apiserver.strategy.apps.WorkloadRules.STATUS;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deployments. Their generation counts changes of annotations too. */
public final class DeploymentStrategy implements Strategy {

  @Override
  public void applyDefaults(JsonObject deployment) {
    JsonObject spec = deployment.ensureObject("spec");
    defaultIfAbsent(spec, "replicas", 1L);
    JsonObject strategy = spec.ensureObject("strategy");
    FieldRules.defaultTo(strategy, "type", "RollingUpdate");
    if (strategy.string("type").equals("RollingUpdate")) {
      JsonObject rolling = strategy.ensureObject("rollingUpdate");
      defaultIfAbsent(rolling, "maxUnavailable", "25%");
      defaultIfAbsent(rolling, "maxSurge", "25%");
    }
    defaultIfAbsent(spec, "revisionHistoryLimit", 10L);
    defaultIfAbsent(spec, "progressDeadlineSeconds", 600L);
    PodDefaults.apply(spec.ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject deployment) {
    deployment.put("status", new JsonObject());
    deployment.ensureObject("metadata").put("generation", 1L);
    DisabledPodFields.drop(
        deployment.ensureObject("spec").ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject deployment, JsonObject old) {
    CoreTrees.keepStatus(deployment, old);
    DisabledPodFields.drop(
        deployment.ensureObject("spec").ensureObject("template").ensureObject("spec"));
    JsonObject metadata = deployment.ensureObject("metadata");
    JsonObject before = old.objectOrEmpty("metadata");
    boolean changed =
        !FieldRules.same(deployment.get("spec"), old.get("spec"))
            || !metadata.stringMap("annotations").equals(before.stringMap("annotations"));
    metadata.put("generation", before.integer("generation") + (changed ? 1 : 0));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject deployment, ErrorList errors) {
    check(deployment.objectOrEmpty("spec"), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject deployment, JsonObject old, ErrorList errors) {
    JsonObject spec = deployment.objectOrEmpty("spec");
    check(spec, errors);
    FieldRules.immutable(
        spec.get("selector"),
        old.objectOrEmpty("spec").get("selector"),
        SPEC.child("selector"),
        errors);
  }

  private static void check(JsonObject spec, ErrorList errors) {
    FieldRules.notNegative(spec, "replicas", SPEC, errors);
    WorkloadRules.selector(spec, "deployment", errors);
    WorkloadRules.template(spec, "ReplicaSet", errors);
    strategy(spec.objectOrEmpty("strategy"), SPEC.child("strategy"), errors);
    WorkloadRules.notNegative(spec, SPEC, errors, "minReadySeconds", "revisionHistoryLimit");
    Long deadline = spec.integerOrNull("progressDeadlineSeconds");
    if (deadline != null) {
      FieldPath path = SPEC.child("progressDeadlineSeconds");
      FieldRules.notNegative(deadline, path, errors);
      if (deadline <= spec.integer("minReadySeconds")) {
        errors.invalid(path, deadline, "must be greater than minReadySeconds");
      }
    }
  }

  private static void strategy(JsonObject strategy, FieldPath path, ErrorList errors) {
    JsonObject rolling = strategy.object("rollingUpdate");
    switch (strategy.string("type")) {
      case "Recreate" -> {
        if (rolling != null) {
          errors.forbidden(
              path.child("rollingUpdate"),
              "may not be specified when strategy `type` is 'Recreate'");
        }
      }
      case "RollingUpdate" -> {
        if (rolling == null) {
          errors.required(path.child("rollingUpdate"), "this should be defaulted and never be nil");
        } else {
          rolling(rolling, path.child("rollingUpdate"), errors);
        }
      }
      default ->
          errors.notSupportedInOrder(
              path,
              InternalForm.of("apps.DeploymentStrategy", strategy),
              List.of("Recreate", "RollingUpdate"));
    }
  }

  private static void rolling(JsonObject rolling, FieldPath path, ErrorList errors) {
    Object unavailable = rolling.get("maxUnavailable");
    Object surge = rolling.get("maxSurge");
    FieldRules.positiveIntOrPercent(unavailable, path.child("maxUnavailable"), errors);
    FieldRules.positiveIntOrPercent(surge, path.child("maxSurge"), errors);
    if (FieldRules.intOrPercentValue(unavailable) == 0
        && FieldRules.intOrPercentValue(surge) == 0) {
      errors.invalid(
          path.child("maxUnavailable"), unavailable, "may not be 0 when `maxSurge` is 0");
    }
    FieldRules.notMoreThan100Percent(unavailable, path.child("maxUnavailable"), errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject deployment) {
    List<String> warnings = new ArrayList<>(WorkloadRules.nameWarnings(deployment));
    warnings.addAll(WorkloadRules.templateWarnings(deployment));
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject deployment, JsonObject old) {
    return WorkloadRules.templateOrSpecChanged(deployment, old)
        ? WorkloadRules.templateWarnings(deployment)
        : List.of();
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(
            this::applyDefaults, List.of("labels"), DeploymentStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject deployment, JsonObject old, ErrorList errors) {
    JsonObject status = deployment.objectOrEmpty("status");
    WorkloadRules.notNegative(
        status,
        STATUS,
        errors,
        "observedGeneration",
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
        "terminatingReplicas",
        "collisionCount");
    WorkloadRules.notMoreThanReplicas(
        status, errors, "updatedReplicas", "readyReplicas", "availableReplicas");
    WorkloadRules.availableAreReady(status, "cannot be greater than readyReplicas", errors);
    WorkloadRules.collisionCount(deployment, old, errors);
  }
}
