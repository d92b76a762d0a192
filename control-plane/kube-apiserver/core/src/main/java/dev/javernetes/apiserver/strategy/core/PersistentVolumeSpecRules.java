package dev.javernetes.apiserver.strategy.core;

import static dev.javernetes.apiserver.strategy.FieldRules.required;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a persistent volume's specification must be, in a volume and within an attachment. */
public final class PersistentVolumeSpecRules {
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
          new Source("glusterfs", PersistentVolumeSpecRules::glusterfs),
          new Source("flocker", VolumeSources::flocker),
          new Source("nfs", VolumeSources::nfs),
          new Source("rbd", VolumeSources::rbd),
          new Source("quobyte", VolumeSources::quobyte),
          new Source("cephfs", "cephFS", "cephfs", VolumeSources::cephfs),
          new Source("iscsi", PersistentVolumeSpecRules::iscsi),
          new Source("cinder", PersistentVolumeSpecRules::cinder),
          new Source("fc", VolumeSources::fc),
          new Source("flexVolume", VolumeSources::flexVolume),
          new Source("azureFile", PersistentVolumeSpecRules::azureFile),
          new Source("vsphereVolume", VolumeSources::vsphereVolume),
          new Source("photonPersistentDisk", VolumeSources::photonPersistentDisk),
          new Source("portworxVolume", VolumeSources::portworxVolume),
          new Source("azureDisk", VolumeSources::azureDisk),
          new Source("scaleIO", VolumeSources::scaleIo),
          new Source("local", VolumeSources::hostPath),
          new Source("storageos", PersistentVolumeSpecRules::storageos),
          new Source("csi", PersistentVolumeSpecRules::csi));

  static void check(JsonObject spec, String volumeName, FieldPath path, ErrorList errors) {
    List<String> modes = spec.strings("accessModes");
    if (modes.isEmpty()) {
      errors.required(path.child("accessModes"), "");
    }
    PersistentVolumeClaimRules.accessModes(modes, path.child("accessModes"), errors);
    capacity(spec, path.child("capacity"), errors);
    if (!spec.string("persistentVolumeReclaimPolicy").isEmpty()) {
      FieldRules.supported(
          spec.string("persistentVolumeReclaimPolicy"),
          List.of("Delete", "Recycle", "Retain"),
          path.child("persistentVolumeReclaimPolicy"),
          errors);
    }
    JsonObject affinity = spec.object("nodeAffinity");
    if (affinity != null) {
      if (affinity.object("required") instanceof JsonObject required) {
        SchedulingRules.nodeSelector(required, path.child("nodeAffinity", "required"), errors);
      } else {
        errors.required(
            path.child("nodeAffinity", "required"), "must specify required node constraints");
      }
    }
    sources(volumeName, spec, path, errors);
    if (!spec.string("storageClassName").isEmpty()) {
      FieldRules.dnsSubdomain(
          spec.string("storageClassName"), path.child("storageClassName"), errors);
    }
    if (spec.has("volumeMode")) {
      FieldRules.supported(
          spec.string("volumeMode"),
          PersistentVolumeClaimRules.VOLUME_MODES,
          path.child("volumeMode"),
          errors);
    }
    String attributes = spec.stringOrNull("volumeAttributesClassName");
    if (attributes != null) {
      FieldPath at = path.child("volumeAttributesClassName");
      if (attributes.isEmpty()) {
        errors.required(at, "an empty string is disallowed");
      } else {
        FieldRules.dnsSubdomain(attributes, at, errors);
      }
      if (!spec.has("csi")) {
        errors.required(
            path.child("csi"), "has to be specified when using volumeAttributesClassName");
      }
    }
  }

  /** A volume described within an attachment, where only CSI volumes may be (KEP-625). */
  public static void checkInline(JsonObject spec, FieldPath path, ErrorList errors) {
    String context = "may not be specified in the context of inline volumes";
    if (spec.has("claimRef")) {
      errors.forbidden(path.child("claimRef"), context);
    }
    if (!spec.objectOrEmpty("capacity").isEmpty()) {
      errors.forbidden(path.child("capacity"), context);
    }
    if (!spec.has("csi")) {
      errors.required(path.child("csi"), "has to be specified in the context of inline volumes");
    }
    List<String> modes = spec.strings("accessModes");
    if (modes.isEmpty()) {
      errors.required(path.child("accessModes"), "");
    }
    PersistentVolumeClaimRules.accessModes(modes, path.child("accessModes"), errors);
    String reclaim = spec.string("persistentVolumeReclaimPolicy");
    if (!reclaim.isEmpty() && !reclaim.equals("Retain")) {
      errors.forbidden(
          path.child("persistentVolumeReclaimPolicy"),
          "may only be Retain in the context of inline volumes");
    }
    if (spec.has("nodeAffinity")) {
      errors.forbidden(path.child("nodeAffinity"), context);
    }
    sources("", spec, path, errors);
    if (!spec.string("storageClassName").isEmpty()) {
      errors.forbidden(path.child("storageClassName"), context);
    }
    if (spec.has("volumeMode") && !spec.string("volumeMode").equals("Filesystem")) {
      errors.forbidden(
          path.child("volumeMode"),
          "may not specify volumeMode other than Filesystem in the context of inline volumes");
    }
  }

  /** The members under which a volume's source stands. */
  static List<String> sources() {
    return SOURCES.stream().map(Source::member).toList();
  }

  private static void capacity(JsonObject spec, FieldPath path, ErrorList errors) {
    JsonObject capacity = spec.objectOrEmpty("capacity");
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

  private static void sources(String name, JsonObject spec, FieldPath path, ErrorList errors) {
    int count = 0;
    for (Source source : SOURCES) {
      JsonObject given = spec.object(source.member());
      if (given == null) {
        continue;
      }
      if (count > 0 && !source.member().equals("flexVolume")) {
        errors.forbidden(path.child(source.shownIfSecond()), ONE_TYPE);
        continue;
      }
      count++;
      source.rule().check(given, path.child(source.shown()), errors);
      if (source.member().equals("local") && !spec.has("nodeAffinity")) {
        errors.required(path.child("nodeAffinity"), "Local volume requires node affinity");
      }
      if (source.member().equals("iscsi")
          && given.has("initiatorName")
          && (name + ":" + given.string("targetPortal")).length() > 64) {
        errors.invalid(
            path.child("iscsi", "targetportal"),
            given.string("targetPortal"),
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is"
                + " specified.");
      }
    }
    if (count == 0) {
      errors.required(path, "must specify a volume type");
    }
    JsonObject hostPath = spec.object("hostPath");
    if (hostPath != null
        && hostPath.string("path").matches("/+(\\./*)*")
        && spec.string("persistentVolumeReclaimPolicy").equals("Recycle")) {
      errors.forbidden(
          path.child("persistentVolumeReclaimPolicy"),
          "may not be 'recycle' for a hostPath mount of '/'");
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

  static JsonObject sourcesOf(JsonObject spec) {
    Set<String> names = new HashSet<>();
    SOURCES.forEach(source -> names.add(source.member()));
    JsonObject sources = new JsonObject();
    spec.forEach((name, value) -> {
      if (names.contains(name)) {
        sources.put(name, Json.deepCopy(value));
      }
    });
    return sources;
  }
}
