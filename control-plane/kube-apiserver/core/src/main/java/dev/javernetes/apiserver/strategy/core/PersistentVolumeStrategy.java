package dev.javernetes.apiserver.strategy.core;

import static dev.javernetes.apiserver.strategy.FieldRules.required;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.NodeLabelWarnings;
import dev.javernetes.apiserver.strategy.SpecDiff;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Persistent volumes. */
public final class PersistentVolumeStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final String ONE_TYPE = "may not specify more than 1 volume type";

  private record Source(String member, String shownIfSecond, String shown, Rule rule) {
    Source(String member, Rule rule) {
      this(member, member, member, rule);
    }
  }

  @FunctionalInterface
  private interface Rule {
    void check(JsonObject source, FieldPath path, ErrorList errors);
  }

  private static final List<Source> SOURCES =
      List.of(
          new Source("hostPath", VolumeSources::hostPath),
          new Source(
              "gcePersistentDisk",
              "gcePersistentDisk",
              "persistentDisk",
              VolumeSources::gcePersistentDisk),
          new Source("awsElasticBlockStore", VolumeSources::awsElasticBlockStore),
          new Source("glusterfs", PersistentVolumeStrategy::glusterfs),
          new Source("flocker", VolumeSources::flocker),
          new Source("nfs", VolumeSources::nfs),
          new Source("rbd", VolumeSources::rbd),
          new Source("quobyte", VolumeSources::quobyte),
          new Source("cephfs", "cephFS", "cephfs", VolumeSources::cephfs),
          new Source("iscsi", PersistentVolumeStrategy::iscsi),
          new Source("cinder", PersistentVolumeStrategy::cinder),
          new Source("fc", VolumeSources::fc),
          new Source("flexVolume", VolumeSources::flexVolume),
          new Source("azureFile", PersistentVolumeStrategy::azureFile),
          new Source("vsphereVolume", VolumeSources::vsphereVolume),
          new Source("photonPersistentDisk", VolumeSources::photonPersistentDisk),
          new Source("portworxVolume", VolumeSources::portworxVolume),
          new Source("azureDisk", VolumeSources::azureDisk),
          new Source("scaleIO", VolumeSources::scaleIo),
          new Source("local", VolumeSources::hostPath),
          new Source("storageos", PersistentVolumeStrategy::storageos),
          new Source("csi", PersistentVolumeStrategy::csi));

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
    check(volume, errors);
  }

  private static void check(JsonObject volume, ErrorList errors) {
    JsonObject spec = volume.objectOrEmpty("spec");
    List<String> modes = spec.strings("accessModes");
    if (modes.isEmpty()) {
      errors.required(SPEC.child("accessModes"), "");
    }
    PersistentVolumeClaimRules.accessModes(modes, SPEC.child("accessModes"), errors);
    capacity(spec, errors);
    if (!spec.string("persistentVolumeReclaimPolicy").isEmpty()) {
      FieldRules.supported(
          spec.string("persistentVolumeReclaimPolicy"),
          List.of("Delete", "Recycle", "Retain"),
          SPEC.child("persistentVolumeReclaimPolicy"),
          errors);
    }
    JsonObject affinity = spec.object("nodeAffinity");
    if (affinity != null) {
      if (affinity.object("required") instanceof JsonObject required) {
        SchedulingRules.nodeSelector(required, SPEC.child("nodeAffinity", "required"), errors);
      } else {
        errors.required(
            SPEC.child("nodeAffinity", "required"), "must specify required node constraints");
      }
    }
    sources(volume.objectOrEmpty("metadata").string("name"), spec, errors);
    JsonObject hostPath = spec.object("hostPath");
    if (hostPath != null
        && hostPath.string("path").matches("/+(\\./*)*")
        && spec.string("persistentVolumeReclaimPolicy").equals("Recycle")) {
      errors.forbidden(
          SPEC.child("persistentVolumeReclaimPolicy"),
          "may not be 'recycle' for a hostPath mount of '/'");
    }
    if (!spec.string("storageClassName").isEmpty()) {
      FieldRules.dnsSubdomain(
          spec.string("storageClassName"), SPEC.child("storageClassName"), errors);
    }
    if (spec.has("volumeMode")) {
      FieldRules.supported(
          spec.string("volumeMode"),
          PersistentVolumeClaimRules.VOLUME_MODES,
          SPEC.child("volumeMode"),
          errors);
    }
    String attributes = spec.stringOrNull("volumeAttributesClassName");
    if (attributes != null) {
      FieldPath at = SPEC.child("volumeAttributesClassName");
      if (attributes.isEmpty()) {
        errors.required(at, "an empty string is disallowed");
      } else {
        FieldRules.dnsSubdomain(attributes, at, errors);
      }
      if (!spec.has("csi")) {
        errors.required(
            SPEC.child("csi"), "has to be specified when using volumeAttributesClassName");
      }
    }
  }

  private static void capacity(JsonObject spec, ErrorList errors) {
    JsonObject capacity = spec.objectOrEmpty("capacity");
    FieldPath path = SPEC.child("capacity");
    if (capacity.isEmpty()) {
      errors.required(path, "");
    }
    if (!capacity.has("storage") || capacity.size() > 1) {
      errors.notSupported(path, spec.get("capacity"), List.of("storage"));
    }
    for (Map.Entry<String, @Nullable Object> entry : capacity.entrySet()) {
      Quantity amount = FieldRules.quantity(entry.getValue());
      if (amount.value() < 0) {
        errors.invalid(
            path.key(entry.getKey()), amount.value(), "must be a valid resource quantity");
      }
      if (amount.signum() <= 0) {
        errors.invalid(path.key(entry.getKey()), amount.toString(), FieldRules.POSITIVE);
      }
    }
  }

  private static void sources(String name, JsonObject spec, ErrorList errors) {
    int count = 0;
    for (Source source : SOURCES) {
      JsonObject given = spec.object(source.member());
      if (given == null) {
        continue;
      }
      if (count > 0 && !source.member().equals("flexVolume")) {
        errors.forbidden(SPEC.child(source.shownIfSecond()), ONE_TYPE);
        continue;
      }
      count++;
      source.rule().check(given, SPEC.child(source.shown()), errors);
      if (source.member().equals("local") && !spec.has("nodeAffinity")) {
        errors.required(SPEC.child("nodeAffinity"), "Local volume requires node affinity");
      }
      if (source.member().equals("iscsi")
          && given.has("initiatorName")
          && (name + ":" + given.string("targetPortal")).length() > 64) {
        errors.invalid(
            SPEC.child("iscsi", "targetportal"),
            given.string("targetPortal"),
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is"
                + " specified.");
      }
    }
    if (count == 0) {
      errors.required(SPEC, "must specify a volume type");
    }
  }

  private static void glusterfs(JsonObject source, FieldPath path, ErrorList errors) {
    VolumeSources.glusterfs(source, path, errors);
    String namespace = source.stringOrNull("endpointsNamespace");
    if (namespace != null) {
      FieldPath at = path.child("endpointsNamespace");
      if (namespace.isEmpty()) {
        errors.invalid(
            at, namespace, "if the endpointnamespace is set, it must be a valid namespace name");
      } else {
        FieldRules.dnsLabel(namespace, at, errors);
      }
    }
  }

  private static void iscsi(JsonObject source, FieldPath path, ErrorList errors) {
    VolumeSources.iscsi(source, "must be valid format", path, errors);
    secretRef(source, List.of("name"), path, errors);
  }

  private static void cinder(JsonObject source, FieldPath path, ErrorList errors) {
    required(source, "volumeID", path, errors);
    secretRef(source, List.of("name", "namespace"), path, errors);
  }

  private static void storageos(JsonObject source, FieldPath path, ErrorList errors) {
    VolumeSources.storageos(source, path, errors);
    secretRef(source, List.of("namespace"), path, errors);
  }

  private static void azureFile(JsonObject source, FieldPath path, ErrorList errors) {
    VolumeSources.azureFile(source, path, errors);
    if (source.has("secretNamespace") && source.string("secretNamespace").isEmpty()) {
      errors.required(path.child("secretNamespace"), "");
    }
  }

  private static void secretRef(
      JsonObject source, List<String> members, FieldPath path, ErrorList errors) {
    JsonObject secret = source.object("secretRef");
    if (secret != null) {
      members.forEach(member -> required(secret, member, path.child("secretRef"), errors));
    }
  }

  private static void csi(JsonObject source, FieldPath path, ErrorList errors) {
    VolumeSources.csiDriverName(source.string("driver"), path.child("driver"), errors);
    required(source, "volumeHandle", path, errors);
    for (String name :
        List.of(
            "controllerPublishSecretRef",
            "controllerExpandSecretRef",
            "nodePublishSecretRef",
            "nodeExpandSecretRef")) {
      JsonObject secret = source.object(name);
      if (secret != null) {
        FieldRules.requiredSubdomain(secret.string("name"), path.child(name, "name"), errors);
        String namespace = secret.string("namespace");
        if (namespace.isEmpty()) {
          errors.required(path.child(name, "namespace"), "");
        } else {
          FieldRules.dnsLabel(namespace, path.child(name, "namespace"), errors);
        }
      }
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject volume, JsonObject old, ErrorList errors) {
    check(volume, errors);
    JsonObject spec = volume.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    JsonObject now = sourcesOf(spec);
    JsonObject was = sourcesOf(before);
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
    if (before.has("nodeAffinity")) {
      FieldRules.immutable(
          spec.get("nodeAffinity"),
          before.get("nodeAffinity"),
          FieldPath.of("nodeAffinity"),
          errors);
    }
    if (!Objects.equals(
            spec.get("volumeAttributesClassName"), before.get("volumeAttributesClassName"))
        && before.has("volumeAttributesClassName")
        && !spec.has("volumeAttributesClassName")) {
      errors.forbidden(
          SPEC.child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
    }
  }

  private static JsonObject sourcesOf(JsonObject spec) {
    Set<String> names = new HashSet<>();
    SOURCES.forEach(source -> names.add(source.member()));
    JsonObject sources = new JsonObject();
    spec.forEach((name, value) -> {
      if (names.contains(name)) {
        sources.put(name, dev.javernetes.api.machinery.json.Json.deepCopy(value));
      }
    });
    return sources;
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject volume) {
    JsonObject spec = volume.objectOrEmpty("spec");
    List<String> warnings = new ArrayList<>();
    Quantity storage = FieldRules.quantity(spec.objectOrEmpty("capacity").get("storage"));
    if (storage.amount().remainder(BigDecimal.ONE).signum() != 0) {
      warnings.add(
          "spec.capacity[storage]: fractional byte value \""
              + storage
              + "\" is invalid, must be an integer");
    }
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
    for (Source source : SOURCES) {
      String text = deprecated.get(source.member());
      if (text != null && spec.has(source.member())) {
        String shown = source.member().equals("storageos") ? "storageOS" : source.member();
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
