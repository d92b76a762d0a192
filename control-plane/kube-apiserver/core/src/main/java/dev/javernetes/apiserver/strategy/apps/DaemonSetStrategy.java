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
import dev.javernetes.apiserver.strategy.LabelMatching;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import dev.javernetes.apiserver.strategy.pod.PodTemplateRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Daemon sets. An annotation counts the template's changes, as it did before controllers kept
 * revisions.
 */
public final class DaemonSetStrategy implements Strategy {
  private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

  @Override
  public void applyDefaults(JsonObject set) {
    JsonObject spec = set.ensureObject("spec");
    JsonObject strategy = spec.ensureObject("updateStrategy");
    FieldRules.defaultTo(strategy, "type", "RollingUpdate");
    if (strategy.string("type").equals("RollingUpdate")) {
      JsonObject rolling = strategy.ensureObject("rollingUpdate");
      defaultIfAbsent(rolling, "maxUnavailable", 1L);
      defaultIfAbsent(rolling, "maxSurge", 0L);
    }
    defaultIfAbsent(spec, "revisionHistoryLimit", 10L);
    PodDefaults.apply(spec.ensureObject("template").ensureObject("spec"));
    annotate(set, templateGeneration(set));
  }

  private static long templateGeneration(JsonObject set) {
    String text =
        set.objectOrEmpty("metadata").objectOrEmpty("annotations").string(TEMPLATE_GENERATION);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  private static void annotate(JsonObject set, long generation) {
    set.ensureObject("metadata")
        .ensureObject("annotations")
        .put(TEMPLATE_GENERATION, Long.toString(generation));
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject set) {
    set.put(
        "status",
        JsonObject.of(
            "currentNumberScheduled",
            0L,
            "numberMisscheduled",
            0L,
            "desiredNumberScheduled",
            0L,
            "numberReady",
            0L));
    annotate(set, Math.max(1, templateGeneration(set)));
    DisabledPodFields.drop(set.ensureObject("spec").ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject set, JsonObject old) {
    DisabledPodFields.drop(set.ensureObject("spec").ensureObject("template").ensureObject("spec"));
    CoreTrees.keepStatus(set, old);
    boolean changed =
        !FieldRules.same(
            set.objectOrEmpty("spec").get("template"), old.objectOrEmpty("spec").get("template"));
    annotate(set, templateGeneration(old) + (changed ? 1 : 0));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject set, ErrorList errors) {
    check(set, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject set, JsonObject old, ErrorList errors) {
    FieldRules.immutable(
        set.objectOrEmpty("spec").get("selector"),
        old.objectOrEmpty("spec").get("selector"),
        SPEC.child("selector"),
        errors);
    check(set, errors);
  }

  private static void check(JsonObject set, ErrorList errors) {
    JsonObject spec = set.objectOrEmpty("spec");
    JsonObject selector = spec.object("selector");
    FieldPath path = SPEC.child("template");
    FieldRules.labelSelector(selector, SPEC.child("selector"), errors);
    JsonObject template = spec.objectOrEmpty("template");
    JsonObject metadata = template.objectOrEmpty("metadata");
    if (LabelMatching.isValid(selector)
        && !LabelMatching.matches(selector, metadata.stringMap("labels"))) {
      errors.invalid(
          path.child("metadata", "labels"), metadata.get("labels"), WorkloadRules.NO_MATCH);
    }
    if (selector != null && LabelMatching.isEmpty(selector)) {
      errors.invalid(SPEC.child("selector"), selector, "empty selector is invalid for daemonset");
    }
    PodTemplateRules.check(template, path, errors);
    WorkloadRules.alwaysRestarted(template, "DaemonSet", path, errors);
    FieldRules.notNegative(spec, "minReadySeconds", SPEC, errors);
    FieldRules.notNegative(templateGeneration(set), SPEC.child("templateGeneration"), errors);
    updateStrategy(spec.objectOrEmpty("updateStrategy"), SPEC.child("updateStrategy"), errors);
    FieldRules.notNegative(spec, "revisionHistoryLimit", SPEC, errors);
  }

  private static void updateStrategy(JsonObject strategy, FieldPath path, ErrorList errors) {
    switch (strategy.string("type")) {
      case "OnDelete" -> {}
      case "RollingUpdate" -> {
        JsonObject rolling = strategy.object("rollingUpdate");
        if (rolling == null) {
          errors.required(path.child("rollingUpdate"), "");
        } else {
          rolling(rolling, path.child("rollingUpdate"), errors);
        }
      }
      default ->
          errors.notSupportedInOrder(
              path,
              InternalForm.of("apps.DaemonSetUpdateStrategy", strategy),
              List.of("RollingUpdate", "OnDelete"));
    }
  }

  private static void rolling(JsonObject rolling, FieldPath path, ErrorList errors) {
    Object unavailable = rolling.get("maxUnavailable");
    Object surge = rolling.get("maxSurge");
    FieldRules.positiveIntOrPercent(unavailable, path.child("maxUnavailable"), errors);
    FieldRules.positiveIntOrPercent(surge, path.child("maxSurge"), errors);
    FieldRules.notMoreThan100Percent(unavailable, path.child("maxUnavailable"), errors);
    FieldRules.notMoreThan100Percent(surge, path.child("maxSurge"), errors);
    boolean hasUnavailable = FieldRules.intOrPercentValue(unavailable) != 0;
    boolean hasSurge = FieldRules.intOrPercentValue(surge) != 0;
    if (hasUnavailable && hasSurge) {
      errors.invalid(
          path.child("maxSurge"), surge, "may not be set when maxUnavailable is non-zero");
    } else if (!hasUnavailable && !hasSurge) {
      errors.required(path.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject set) {
    return WorkloadRules.templateWarnings(set);
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject set, JsonObject old) {
    return templateGeneration(set) != templateGeneration(old)
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
        ? new StatusStrategy(this::applyDefaults, List.of(), DaemonSetStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject set, JsonObject old, ErrorList errors) {
    WorkloadRules.notNegative(
        set.objectOrEmpty("status"),
        STATUS,
        errors,
        "currentNumberScheduled",
        "numberMisscheduled",
        "desiredNumberScheduled",
        "numberReady",
        "observedGeneration",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
        "collisionCount");
    WorkloadRules.collisionCount(set, old, errors);
  }
}
