package dev.javernetes.apiserver.authorization.node;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The secrets a PersistentVolume's spec refers to that a kubelet needs to mount it. */
final class VolumeSecrets {
  record SecretName(String namespace, String name) {}

  private static final List<String> WITH_SECRET_REF =
      List.of("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos");
  private static final List<String> CSI_NODE_SECRETS =
      List.of("nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef");

  private VolumeSecrets() {}

  /** A reference without namespace means the claim's. */
  static List<SecretName> visibleToKubelet(JsonObject spec) {
    String claimNamespace = spec.objectOrEmpty("claimRef").string("namespace");
    List<SecretName> secrets = new ArrayList<>();
    JsonObject azureFile = spec.objectOrEmpty("azureFile");
    add(
        secrets,
        azureFile.string("secretNamespace"),
        azureFile.string("secretName"),
        claimNamespace);
    for (String type : WITH_SECRET_REF) {
      add(secrets, spec.objectOrEmpty(type).objectOrEmpty("secretRef"), claimNamespace);
    }
    for (String reference : CSI_NODE_SECRETS) {
      add(secrets, spec.objectOrEmpty("csi").objectOrEmpty(reference), claimNamespace);
    }
    return secrets;
  }

  private static void add(List<SecretName> secrets, JsonObject reference, String claimNamespace) {
    add(secrets, reference.string("namespace"), reference.string("name"), claimNamespace);
  }

  private static void add(
      List<SecretName> secrets, String namespace, String name, String claimNamespace) {
    if (!name.isEmpty()) {
      secrets.add(new SecretName(namespace.isEmpty() ? claimNamespace : namespace, name));
    }
  }
}
