package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.apps.WorkloadRules;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import dev.javernetes.apiserver.strategy.pod.PodTemplateRules;
import dev.javernetes.apiserver.strategy.pod.PodWarnings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Replication controllers, the elder form of replica sets. */
public final class ReplicationControllerStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath STATUS = FieldPath.of("status");

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GIVEN_NAME);
  }

  @Override
  public void applyDefaults(JsonObject controller) {
    JsonObject spec = controller.ensureObject("spec");
    FieldRules.defaultIfAbsent(spec, "replicas", 1L);
    JsonObject template = spec.object("template");
    if (template == null) {
      return;
    }
    JsonObject labels = template.objectOrEmpty("metadata").object("labels");
    if (labels != null && !labels.isEmpty()) {
      if (spec.objectOrEmpty("selector").isEmpty()) {
        spec.put("selector", labels.deepCopy());
      }
      JsonObject metadata = controller.ensureObject("metadata");
      if (metadata.objectOrEmpty("labels").isEmpty()) {
        metadata.put("labels", labels.deepCopy());
      }
    }
    PodDefaults.apply(template.ensureObject("spec"));
  }

  private static void drop(JsonObject controller) {
    if (controller.objectOrEmpty("spec").object("template") instanceof JsonObject template) {
      DisabledPodFields.drop(template.ensureObject("spec"));
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject controller) {
    controller.put("status", JsonObject.of("replicas", 0L));
    drop(controller);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject controller, JsonObject old) {
    CoreTrees.keepStatus(controller, old);
    drop(controller);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject controller, ErrorList errors) {
    check(controller.objectOrEmpty("spec"), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject controller, JsonObject old, ErrorList errors) {
    check(controller.objectOrEmpty("spec"), errors);
  }

  private static void check(JsonObject spec, ErrorList errors) {
    FieldRules.notNegative(spec, "minReadySeconds", SPEC, errors);
    Map<String, String> selector = spec.stringMap("selector");
    if (selector.isEmpty()) {
      errors.required(SPEC.child("selector"), "");
    }
    if (!spec.has("replicas")) {
      errors.required(SPEC.child("replicas"), "");
    }
    FieldRules.notNegative(spec, "replicas", SPEC, errors);
    FieldPath path = SPEC.child("template");
    JsonObject template = spec.object("template");
    if (template == null) {
      errors.required(path, "");
      return;
    }
    JsonObject metadata = template.objectOrEmpty("metadata");
    if (!metadata.stringMap("labels").entrySet().containsAll(selector.entrySet())) {
      errors.invalid(
          path.child("metadata", "labels"), metadata.get("labels"), WorkloadRules.NO_MATCH);
    }
    PodTemplateRules.check(template, path, errors);
    WorkloadRules.alwaysRestarted(template, "ReplicationController", path, errors);
  }

  private static List<String> templateWarnings(JsonObject controller) {
    JsonObject template = controller.objectOrEmpty("spec").object("template");
    return template == null ? List.of() : PodWarnings.ofTemplate(template, SPEC.child("template"));
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject controller) {
    List<String> warnings = new ArrayList<>();
    List<String> problems =
        NameFormats.dnsLabel(controller.objectOrEmpty("metadata").string("name"));
    if (!problems.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label"
              + " is recommended: "
              + problems);
    }
    warnings.addAll(templateWarnings(controller));
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject controller, JsonObject old) {
    return FieldRules.same(controller.get("spec"), old.get("spec"))
        ? List.of()
        : templateWarnings(controller);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public Propagation defaultPropagation() {
    return Propagation.ORPHAN;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(
            this::applyDefaults, List.of(), ReplicationControllerStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject controller, JsonObject old, ErrorList errors) {
    JsonObject status = controller.objectOrEmpty("status");
    for (String name :
        List.of(
            "replicas",
            "fullyLabeledReplicas",
            "readyReplicas",
            "availableReplicas",
            "observedGeneration")) {
      FieldRules.notNegative(status, name, STATUS, errors);
    }
    WorkloadRules.notMoreThanReplicas(
        status, errors, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
    WorkloadRules.availableAreReady(status, "cannot be greater than readyReplicas", errors);
  }
}
