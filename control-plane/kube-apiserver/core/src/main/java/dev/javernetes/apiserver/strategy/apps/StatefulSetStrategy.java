package dev.javernetes.apiserver.strategy.apps;

import static dev.javernetes.apiserver.strategy.FieldRules.defaultIfAbsent;
import static dev.javernetes.apiserver.strategy.FieldRules.defaultTo;
import static dev.javernetes.apiserver.strategy.apps.WorkloadRules.SPEC;
import static dev.javernetes.apiserver.strategy.apps.WorkloadRules.STATUS;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.LabelMatching;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import dev.javernetes.apiserver.strategy.core.PersistentVolumeClaimRules;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import dev.javernetes.apiserver.strategy.pod.PodTemplateRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stateful sets. */
public final class StatefulSetStrategy implements Strategy {
  private static final List<String> MUTABLE =
      List.of(
          "replicas",
          "template",
          "updateStrategy",
          "minReadySeconds",
          "ordinals",
          "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy");

  @Override
  public void applyDefaults(JsonObject set) {
    JsonObject spec = set.ensureObject("spec");
    defaultTo(spec, "podManagementPolicy", "OrderedReady");
    JsonObject strategy = spec.ensureObject("updateStrategy");
    if (strategy.string("type").isEmpty()) {
      strategy.put("type", "RollingUpdate");
      strategy.ensureObject("rollingUpdate");
    }
    if (strategy.string("type").equals("RollingUpdate")
        && strategy.object("rollingUpdate") instanceof JsonObject rolling) {
      defaultIfAbsent(rolling, "partition", 0L);
    }
    JsonObject retention = spec.ensureObject("persistentVolumeClaimRetentionPolicy");
    defaultTo(retention, "whenDeleted", "Retain");
    defaultTo(retention, "whenScaled", "Retain");
    defaultIfAbsent(spec, "replicas", 1L);
    defaultIfAbsent(spec, "revisionHistoryLimit", 10L);
    PodDefaults.apply(spec.ensureObject("template").ensureObject("spec"));
    for (JsonObject claim : spec.objects("volumeClaimTemplates")) {
      defaultTo(claim, "kind", "PersistentVolumeClaim");
      defaultTo(claim, "apiVersion", "v1");
      defaultTo(claim.ensureObject("status"), "phase", "Pending");
      defaultIfAbsent(claim.ensureObject("spec"), "volumeMode", "Filesystem");
    }
  }

  private static void drop(JsonObject set, @Nullable JsonObject old) {
    JsonObject spec = set.ensureObject("spec");
    DisabledPodFields.drop(spec.ensureObject("template").ensureObject("spec"));
    boolean inUse =
        old != null
            && old.objectOrEmpty("spec")
                .objectOrEmpty("updateStrategy")
                .objectOrEmpty("rollingUpdate")
                .has("maxUnavailable");
    if (!inUse
        && spec.objectOrEmpty("updateStrategy").object("rollingUpdate")
            instanceof JsonObject rolling) {
      rolling.remove("maxUnavailable"); // MaxUnavailableStatefulSet is off by default
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject set) {
    set.put("status", JsonObject.of("replicas", 0L, "availableReplicas", 0L));
    drop(set, null);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject set, JsonObject old) {
    CoreTrees.keepStatus(set, old);
    drop(set, old);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject set, ErrorList errors) {
    check(set.objectOrEmpty("spec"), true, true, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject set, JsonObject old, ErrorList errors) {
    JsonObject before = old.objectOrEmpty("spec");
    ErrorList oldErrors = new ErrorList();
    check(before, false, true, oldErrors);
    JsonObject spec = set.objectOrEmpty("spec");
    check(spec, false, oldErrors.isEmpty(), errors);
    JsonObject munged = new JsonObject(spec);
    for (String name : MUTABLE) {
      CoreTrees.copy(name, before, munged);
    }
    if (!FieldRules.same(munged, before)) {
      errors.forbidden(
          SPEC,
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy',"
              + " 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }
  }

  private static void check(
      JsonObject spec, boolean creating, boolean checkTemplate, ErrorList errors) {
    String management = spec.string("podManagementPolicy");
    if (management.isEmpty()) {
      errors.required(SPEC.child("podManagementPolicy"), "");
    } else if (!List.of("OrderedReady", "Parallel").contains(management)) {
      errors.invalid(
          SPEC.child("podManagementPolicy"), management, "must be 'OrderedReady' or 'Parallel'");
    }
    updateStrategy(spec.objectOrEmpty("updateStrategy"), SPEC.child("updateStrategy"), errors);
    if (spec.object("persistentVolumeClaimRetentionPolicy") instanceof JsonObject retention) {
      for (String when : List.of("whenDeleted", "whenScaled")) {
        FieldRules.supported(
            retention.string(when),
            List.of("Retain", "Delete"),
            SPEC.child("persistentVolumeClaimRetentionPolicy", when),
            errors);
      }
    }
    List<JsonObject> claims = spec.objects("volumeClaimTemplates");
    for (int i = 0; creating && i < claims.size(); i++) {
      PersistentVolumeClaimRules.checkSpec(
          claims.get(i).objectOrEmpty("spec"),
          SPEC.child("volumeClaimTemplates").index(i).child("spec"),
          errors);
    }
    WorkloadRules.notNegative(spec, SPEC, errors, "replicas", "minReadySeconds");
    if (spec.object("ordinals") instanceof JsonObject ordinals) {
      FieldRules.notNegative(ordinals.integer("start"), SPEC.child("ordinals.start"), errors);
    }
    if (creating && !spec.string("serviceName").isEmpty()) {
      FieldRules.dnsLabel(spec.string("serviceName"), SPEC.child("serviceName"), errors);
    }
    WorkloadRules.selector(spec, "statefulset", errors);
    if (LabelMatching.isValid(spec.object("selector"))) {
      template(spec, checkTemplate, errors);
    } else {
      errors.invalid(SPEC.child("selector"), spec.get("selector"), "");
    }
    WorkloadRules.alwaysRestarted(
        spec.objectOrEmpty("template"), "StatefulSet", SPEC.child("template"), errors);
  }

  private static void template(JsonObject spec, boolean checkTemplate, ErrorList errors) {
    FieldPath path = SPEC.child("template");
    JsonObject template = spec.objectOrEmpty("template").deepCopy();
    WorkloadRules.matchesTemplate(spec.object("selector"), template, path, errors);
    if (checkTemplate) {
      JsonObject pod = template.ensureObject("spec");
      pod.remove("subdomain");
      pod.remove("hostname");
      List<JsonObject> claims = spec.objects("volumeClaimTemplates");
      if (!claims.isEmpty()) {
        pod.put("volumes", withClaims(pod.objects("volumes"), claims));
      }
      PodTemplateRules.check(template, path, errors);
    }
    JsonObject metadata = template.objectOrEmpty("metadata");
    ObjectMetaRules.validateLabels(metadata.stringMap("labels"), path.child("labels"), errors);
    ObjectMetaRules.validateAnnotations(
        metadata.stringMap("annotations"), path.child("annotations"), errors);
  }

  /** The volumes that each pod will have: the claims' first, in place of those of the same name. */
  private static List<@Nullable Object> withClaims(
      List<JsonObject> volumes, List<JsonObject> claims) {
    List<@Nullable Object> all = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonObject claim : claims) {
      String name = claim.objectOrEmpty("metadata").string("name");
      if (!names.contains(name)) {
        names.add(name);
        all.add(
            JsonObject.of("name", name, "persistentVolumeClaim", JsonObject.of("claimName", name)));
      }
    }
    volumes.stream().filter(volume -> !names.contains(volume.string("name"))).forEach(all::add);
    return all;
  }

  private static void updateStrategy(JsonObject strategy, FieldPath path, ErrorList errors) {
    JsonObject rolling = strategy.object("rollingUpdate");
    switch (strategy.string("type")) {
      case "" -> errors.required(path, "");
      case "OnDelete" -> {
        if (rolling != null) {
          errors.invalid(
              path.child("rollingUpdate"),
              InternalForm.of("apps.RollingUpdateStatefulSetStrategy", rolling),
              "only allowed for updateStrategy 'RollingUpdate'");
        }
      }
      case "RollingUpdate" -> {
        if (rolling != null) {
          rolling(rolling, path.child("rollingUpdate"), errors);
        }
      }
      default ->
          errors.invalid(
              path,
              InternalForm.of("apps.StatefulSetUpdateStrategy", strategy),
              "must be 'RollingUpdate' or 'OnDelete'");
    }
  }

  private static void rolling(JsonObject rolling, FieldPath path, ErrorList errors) {
    FieldRules.notNegative(rolling, "partition", path, errors);
    Object unavailable = rolling.get("maxUnavailable");
    if (unavailable != null) {
      FieldPath at = path.child("maxUnavailable");
      FieldRules.positiveIntOrPercent(unavailable, at, errors);
      if (FieldRules.intOrPercentValue(unavailable) == 0) {
        errors.invalid(at, unavailable, "cannot be 0");
      }
      FieldRules.notMoreThan100Percent(unavailable, at, errors);
    }
  }

  private static List<String> warnings(JsonObject set, boolean template, String claimSuffix) {
    JsonObject spec = set.objectOrEmpty("spec");
    List<String> warnings =
        new ArrayList<>(template ? WorkloadRules.templateWarnings(set) : List.of());
    List<JsonObject> claims = spec.objects("volumeClaimTemplates");
    for (int i = 0; i < claims.size(); i++) {
      FieldPath at = SPEC.child("volumeClaimTemplates").index(i);
      warnings.addAll(
          PersistentVolumeClaimRules.warnings(
              claims.get(i).objectOrEmpty("spec"),
              claimSuffix.isEmpty() ? at : at.child(claimSuffix)));
    }
    if (spec.integer("revisionHistoryLimit") < 0) {
      warnings.add(
          "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended");
    }
    return warnings;
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject set) {
    return warnings(set, true, "");
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject set, JsonObject old) {
    return warnings(set, WorkloadRules.templateOrSpecChanged(set, old), "Spec");
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public ObjectMetaRules.NameRule nameRule() {
    return ObjectMetaRules.NameRule.DNS_LABEL;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(this::applyDefaults, List.of(), StatefulSetStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject set, JsonObject old, ErrorList errors) {
    JsonObject status = set.objectOrEmpty("status");
    WorkloadRules.notNegative(
        status,
        STATUS,
        errors,
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
        "observedGeneration",
        "collisionCount");
    WorkloadRules.notMoreThanReplicas(
        status, errors, "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas");
    WorkloadRules.availableAreReady(status, "cannot be greater than status.readyReplicas", errors);
    WorkloadRules.collisionCount(set, old, errors);
  }
}
