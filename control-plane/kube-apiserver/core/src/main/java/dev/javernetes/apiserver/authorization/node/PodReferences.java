package dev.javernetes.apiserver.authorization.node;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The objects that a pod's kubelet must read to run it: secrets and config maps of volumes,
 * environment and image pulls, claims, the service account.
 */
public final class PodReferences {
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");
  private static final List<String> VOLUMES_WITH_SECRET_REF =
      List.of("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos");

  private PodReferences() {}

  public static Set<String> secretNames(JsonObject pod) {
    Set<String> names = new LinkedHashSet<>();
    JsonObject spec = pod.objectOrEmpty("spec");
    for (JsonObject reference : spec.objects("imagePullSecrets")) {
      addName(names, reference.string("name"));
    }
    environment(spec, "secretKeyRef", "secretRef", names);
    for (JsonObject volume : spec.objects("volumes")) {
      addName(names, volume.objectOrEmpty("secret").string("secretName"));
      addName(names, volume.objectOrEmpty("azureFile").string("secretName"));
      addName(
          names, volume.objectOrEmpty("csi").objectOrEmpty("nodePublishSecretRef").string("name"));
      for (String type : VOLUMES_WITH_SECRET_REF) {
        addName(names, volume.objectOrEmpty(type).objectOrEmpty("secretRef").string("name"));
      }
      for (JsonObject source : volume.objectOrEmpty("projected").objects("sources")) {
        addName(names, source.objectOrEmpty("secret").string("name"));
      }
    }
    return names;
  }

  public static Set<String> configMapNames(JsonObject pod) {
    Set<String> names = new LinkedHashSet<>();
    JsonObject spec = pod.objectOrEmpty("spec");
    environment(spec, "configMapKeyRef", "configMapRef", names);
    for (JsonObject volume : spec.objects("volumes")) {
      addName(names, volume.objectOrEmpty("configMap").string("name"));
      for (JsonObject source : volume.objectOrEmpty("projected").objects("sources")) {
        addName(names, source.objectOrEmpty("configMap").string("name"));
      }
    }
    return names;
  }

  /** Claims by name, with those that generic ephemeral volumes will have. */
  public static Set<String> claimNames(JsonObject pod) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonObject volume : pod.objectOrEmpty("spec").objects("volumes")) {
      addName(names, volume.objectOrEmpty("persistentVolumeClaim").string("claimName"));
      if (volume.has("ephemeral")) {
        names.add(pod.objectOrEmpty("metadata").string("name") + "-" + volume.string("name"));
      }
    }
    return names;
  }

  /** Resource claims by name, with those made from templates once they are known. */
  public static Set<String> resourceClaimNames(JsonObject pod) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonObject claim : pod.objectOrEmpty("spec").objects("resourceClaims")) {
      addName(names, claim.string("resourceClaimName"));
    }
    JsonObject status = pod.objectOrEmpty("status");
    for (JsonObject claim : status.objects("resourceClaimStatuses")) {
      addName(names, claim.string("resourceClaimName"));
    }
    addName(names, status.objectOrEmpty("extendedResourceClaimStatus").string("resourceClaimName"));
    return names;
  }

  private static void environment(
      JsonObject spec, String oneKey, String wholeObject, Set<String> names) {
    for (String list : CONTAINERS) {
      for (JsonObject container : spec.objects(list)) {
        for (JsonObject variable : container.objects("env")) {
          addName(names, variable.objectOrEmpty("valueFrom").objectOrEmpty(oneKey).string("name"));
        }
        for (JsonObject source : container.objects("envFrom")) {
          addName(names, source.objectOrEmpty(wholeObject).string("name"));
        }
      }
    }
  }

  private static void addName(Set<String> names, String name) {
    if (!name.isEmpty()) {
      names.add(name);
    }
  }
}
