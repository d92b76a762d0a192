package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.NodeLabelWarnings;
import dev.javernetes.apiserver.strategy.SpecDiff;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Persistent volumes. */
public final class PersistentVolumeStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final SequencedMap<String, String> DEPRECATED_ANNOTATIONS = new LinkedHashMap<>();

  static {
    DEPRECATED_ANNOTATIONS.put(
        "volume.beta.kubernetes.io/storage-class",
        "deprecated since v1.8; use \"storageClassName\" attribute instead");
    DEPRECATED_ANNOTATIONS.put(
        "volume.beta.kubernetes.io/mount-options",
        "deprecated since v1.31; use \"mountOptions\" attribute instead");
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE, MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject volume) {
    FieldRules.defaultTo(volume.ensureObject("status"), "phase", "Pending");
    JsonObject spec = volume.ensureObject("spec");
    FieldRules.defaultTo(spec, "persistentVolumeReclaimPolicy", "Retain");
    FieldRules.defaultIfAbsent(spec, "volumeMode", "Filesystem");
    if (spec.object("hostPath") instanceof JsonObject hostPath) {
      FieldRules.defaultIfAbsent(hostPath, "type", "");
    }
    PodDefaults.driverDefaults(spec);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject volume) {
    volume.put(
        "status",
        JsonObject.of(
            "phase", "Pending", "lastPhaseTransitionTime", Timestamps.format(context.now())));
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject volume, JsonObject old) {
    CoreTrees.keepStatus(volume, old);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject volume, ErrorList errors) {
    PersistentVolumeSpecRules.check(
        volume.objectOrEmpty("spec"),
        volume.objectOrEmpty("metadata").string("name"),
        SPEC,
        errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject volume, JsonObject old, ErrorList errors) {
    PersistentVolumeSpecRules.check(
        volume.objectOrEmpty("spec"),
        volume.objectOrEmpty("metadata").string("name"),
        SPEC,
        errors);
    JsonObject spec = volume.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    JsonObject now = PersistentVolumeSpecRules.sourcesOf(spec);
    JsonObject was = PersistentVolumeSpecRules.sourcesOf(before);
    if (was.objectOrEmpty("csi").get("controllerExpandSecretRef") == null
        && now.object("csi") instanceof JsonObject csi
        && was.has("csi")) {
      csi.remove("controllerExpandSecretRef");
    }
    if (!FieldRules.same(now, was)) {
      errors.forbidden(
          SPEC.child("persistentvolumesource"),
          "spec.persistentvolumesource is immutable after creation\n" + SpecDiff.text(was, now));
    }
    FieldRules.immutable(
        spec.get("volumeMode"), before.get("volumeMode"), FieldPath.of("volumeMode"), errors);
    if (before.has("nodeAffinity")
        && !FieldRules.same(
            NodeAffinityLabels.masked(spec.object("nodeAffinity"), before.object("nodeAffinity")),
            before.get("nodeAffinity"))) {
      errors.invalid(
          FieldPath.of("nodeAffinity"),
          InternalForm.of("core.VolumeNodeAffinity", spec.get("nodeAffinity")),
          FieldRules.IMMUTABLE + ", except for updating from beta label to GA");
    }
    if (!Objects.equals(
            spec.get("volumeAttributesClassName"), before.get("volumeAttributesClassName"))
        && before.has("volumeAttributesClassName")
        && !spec.has("volumeAttributesClassName")) {
      errors.forbidden(
          SPEC.child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject volume) {
    JsonObject spec = volume.objectOrEmpty("spec");
    List<String> warnings = new ArrayList<>();
    JsonObject annotations = volume.objectOrEmpty("metadata").objectOrEmpty("annotations");
    DEPRECATED_ANNOTATIONS.forEach((annotation, message) -> {
      if (annotations.has(annotation)) {
        warnings.add("metadata.annotations[" + annotation + "]: " + message);
      }
    });
    if (spec.string("persistentVolumeReclaimPolicy").equals("Recycle")) {
      warnings.add(
          "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended"
              + " approach is to use dynamic provisioning.");
    }
    List<JsonObject> terms =
        spec.objectOrEmpty("nodeAffinity").objectOrEmpty("required").objects("nodeSelectorTerms");
    for (int i = 0; i < terms.size(); i++) {
      warnings.addAll(
          NodeLabelWarnings.term(
              terms.get(i),
              false,
              SPEC.child("nodeAffinity", "required", "nodeSelectorTerms").index(i)));
    }
    Map<String, String> deprecated =
        Map.of(
            "cephfs", "deprecated in v1.28, non-functional in v1.31+",
            "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+",
            "scaleIO", "deprecated in v1.16, non-functional in v1.22+",
            "storageos", "deprecated in v1.22, non-functional in v1.25+",
            "glusterfs", "deprecated in v1.25, non-functional in v1.26+",
            "rbd", "deprecated in v1.28, non-functional in v1.31+");
    for (String source : PersistentVolumeSpecRules.sources()) {
      String text = deprecated.get(source);
      if (text != null && spec.has(source)) {
        String shown = source.equals("storageos") ? "storageOS" : source;
        warnings.add(SPEC.child(shown) + ": " + text);
      }
    }
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject volume, JsonObject old) {
    return warningsOnCreate(context, volume);
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? new Status() : null;
  }

  private final class Status implements Strategy {
    private final StatusStrategy plain =
        new StatusStrategy(
            PersistentVolumeStrategy.this::applyDefaults, List.of(), StatusStrategy.Rule.NONE);

    @Override
    public void applyDefaults(JsonObject volume) {
      plain.applyDefaults(volume);
    }

    @Override
    public void prepareForUpdate(StrategyContext context, JsonObject volume, JsonObject old) {
      plain.prepareForUpdate(context, volume, old);
      JsonObject status = volume.ensureObject("status");
      JsonObject before = old.objectOrEmpty("status");
      boolean changed = !status.string("phase").equals(before.string("phase"));
      Object given = status.get("lastPhaseTransitionTime");
      if (changed && (given == null || given.equals(before.get("lastPhaseTransitionTime")))) {
        status.put("lastPhaseTransitionTime", Timestamps.format(context.now()));
      }
    }

    @Override
    public List<List<String>> resetFields() {
      return plain.resetFields();
    }
  }
}
