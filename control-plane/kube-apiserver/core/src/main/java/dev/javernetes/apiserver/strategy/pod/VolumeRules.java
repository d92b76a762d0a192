package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A pod's volumes: unique names, exactly one source each, every source as it must be. */
public final class VolumeRules {
  private static final String ONE_TYPE = "may not specify more than 1 volume type";

  /** A source's member name, with the two names that upstream's messages know it by. */
  private record Source(String member, String shownIfSecond, String shown, Rule rule) {
    Source(String member, Rule rule) {
      this(member, member, member, rule);
    }
  }

  @FunctionalInterface
  interface Rule {
    void check(JsonObject source, FieldPath path, ErrorList errors);
  }

  /** In the order in which upstream looks at them. */
  private static final List<Source> SOURCES =
      List.of(
          new Source("emptyDir", (source, path, errors) -> {}),
          new Source("hostPath", VolumeSources::hostPath),
          new Source("gitRepo", VolumeSources::gitRepo),
          new Source(
              "gcePersistentDisk",
              "gcePersistentDisk",
              "persistentDisk",
              VolumeSources::gcePersistentDisk),
          new Source("awsElasticBlockStore", VolumeSources::awsElasticBlockStore),
          new Source("secret", VolumeSources::secret),
          new Source("nfs", VolumeSources::nfs),
          new Source("iscsi", VolumeSources::iscsi),
          new Source("glusterfs", VolumeSources::glusterfs),
          new Source("flocker", VolumeSources::flocker),
          new Source("persistentVolumeClaim", VolumeSources::claim),
          new Source("rbd", VolumeSources::rbd),
          new Source("cinder", VolumeSources::cinder),
          new Source("cephfs", "cephFS", "cephfs", VolumeSources::cephfs),
          new Source("quobyte", VolumeSources::quobyte),
          new Source("downwardAPI", "downwarAPI", "downwardAPI", ProjectedVolumeRules::downwardApi),
          new Source("fc", VolumeSources::fc),
          new Source("flexVolume", VolumeSources::flexVolume),
          new Source("configMap", VolumeSources::configMap),
          new Source("azureFile", VolumeSources::azureFile),
          new Source("vsphereVolume", VolumeSources::vsphereVolume),
          new Source("photonPersistentDisk", VolumeSources::photonPersistentDisk),
          new Source("portworxVolume", VolumeSources::portworxVolume),
          new Source("azureDisk", VolumeSources::azureDisk),
          new Source("storageos", VolumeSources::storageos),
          new Source("projected", ProjectedVolumeRules::projected),
          new Source("scaleIO", VolumeSources::scaleIo),
          new Source("csi", VolumeSources::csi),
          new Source("ephemeral", VolumeSources::ephemeral),
          new Source("image", (source, path, errors) -> {}));

  private VolumeRules() {}

  /** All member names of volume sources. */
  static Set<String> sourceNames() {
    Set<String> names = new HashSet<>();
    SOURCES.forEach(source -> names.add(source.member()));
    return names;
  }

  /**
   * Checks the volumes and answers the good ones by name.
   *
   * @param podName the pod's own name, empty in a template
   * @param isPod whether this is a pod itself, not a template
   */
  static Map<String, JsonObject> check(
      List<JsonObject> volumes, String podName, boolean isPod, FieldPath path, ErrorList errors) {
    Set<String> madeClaims = new HashSet<>();
    if (!podName.isEmpty()) {
      for (JsonObject volume : volumes) {
        if (volume.has("ephemeral")) {
          madeClaims.add(podName + "-" + volume.string("name"));
        }
      }
    }
    Map<String, JsonObject> good = new LinkedHashMap<>();
    for (int i = 0; i < volumes.size(); i++) {
      JsonObject volume = volumes.get(i);
      FieldPath at = path.index(i);
      String name = volume.string("name");
      ErrorList found = new ErrorList();
      source(volume, podName, isPod, at, found);
      if (name.isEmpty()) {
        found.required(at.child("name"), "");
      } else {
        FieldRules.dnsLabel(name, at.child("name"), found);
      }
      if (good.containsKey(name)) {
        found.duplicate(at.child("name"), name);
      }
      if (found.isEmpty()) {
        good.put(name, volume);
      } else {
        errors.addAll(found);
      }
      JsonObject claim = volume.object("persistentVolumeClaim");
      if (claim != null && madeClaims.contains(claim.string("claimName"))) {
        errors.invalid(
            at.child("persistentVolumeClaim", "claimName"),
            claim.string("claimName"),
            "must not reference a PVC that gets created for an ephemeral volume");
      }
    }
    return good;
  }

  private static void source(
      JsonObject volume, String podName, boolean isPod, FieldPath path, ErrorList errors) {
    String name = volume.string("name");
    int count = 0;
    for (Source source : SOURCES) {
      JsonObject given = volume.object(source.member());
      if (given == null) {
        continue;
      }
      if (count > 0) {
        errors.forbidden(path.child(source.shownIfSecond()), ONE_TYPE);
      } else {
        count++;
        source.rule().check(given, path.child(source.shown()), errors);
        more(source.member(), given, name, podName, isPod, path, errors);
      }
      if (source.member().equals("iscsi")
          && given.has("initiatorName")
          && (name + ":" + given.string("targetPortal")).length() > 64) {
        errors.invalid(path.child("name"), name, VolumeSources.ISCSI_NAME_TOO_LONG);
      }
    }
    if (count == 0) {
      errors.required(path, "must specify a volume type");
    }
  }

  /** What depends on more than the source alone. */
  private static void more(
      String member,
      JsonObject source,
      String name,
      String podName,
      boolean isPod,
      FieldPath path,
      ErrorList errors) {
    switch (member) {
      case "emptyDir" -> {
        if (FieldRules.quantity(source.get("sizeLimit")).signum() < 0) {
          errors.forbidden(
              path.child("emptyDir", "sizeLimit"),
              "SizeLimit field must be a valid resource quantity");
        }
      }
      case "ephemeral" -> {
        if (!podName.isEmpty() && !name.isEmpty()) {
          String claim = podName + "-" + name;
          for (String problem : NameFormats.dnsSubdomain(claim)) {
            errors.invalid(
                path.child("name"), name, "PVC name " + GoQuote.quote(claim) + ": " + problem);
          }
        }
      }
      case "image" -> {
        if (isPod && source.string("reference").isEmpty()) {
          errors.required(path.child("image", "reference"), "");
        }
        FieldRules.oneOf(
            source.string("pullPolicy"),
            ContainerRules.PULL_POLICIES,
            path.child("image", "pullPolicy"),
            errors);
      }
      default -> {}
    }
  }

  /**
   * Whether a volume by that name may be a block device: {@code null} if there is no such volume.
   */
  static @Nullable Boolean isBlockCapable(String name, Map<String, JsonObject> volumes) {
    JsonObject volume = volumes.get(name);
    return volume == null
        ? null
        : (Boolean) (volume.has("persistentVolumeClaim") || volume.has("ephemeral"));
  }
}
