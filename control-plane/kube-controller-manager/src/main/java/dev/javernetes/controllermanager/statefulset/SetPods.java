package dev.javernetes.controllermanager.statefulset;

import dev.javernetes.api.model.apps.v1.ControllerRevision;
import dev.javernetes.api.model.apps.v1.StatefulSet;
import dev.javernetes.api.model.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaimVolumeSource;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.core.v1.Volume;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodTemplates;
import dev.javernetes.controllermanager.loop.RevisionHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A StatefulSet's pods and claims by their number: {@code web-0}, {@code data-web-0}. Pure. */
final class SetPods {
  static final String REVISION = "controller-revision-hash";
  private static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
  private static final String POD_INDEX = "apps.kubernetes.io/pod-index";

  private SetPods() {}

  /** -1 if the pod's name is not of this set. */
  static int ordinal(StatefulSet set, String podName) {
    String prefix = set.metadata().name() + "-";
    if (!podName.startsWith(prefix)) {
      return -1;
    }
    String number = podName.substring(prefix.length());
    for (int i = 0; i < number.length(); i++) {
      if (number.charAt(i) < '0' || number.charAt(i) > '9') {
        return -1;
      }
    }
    try {
      return number.isEmpty() ? -1 : Integer.parseInt(number);
    } catch (NumberFormatException tooLarge) {
      return -1;
    }
  }

  static String revision(Pod pod) {
    return pod.metadata().labels().getOrDefault(REVISION, "");
  }

  static Pod pod(StatefulSet set, ControllerRevision revision, int ordinal) {
    PodTemplateSpec template = RevisionHistory.template(revision);
    String name = set.metadata().name() + "-" + ordinal;
    Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
    labels.put(POD_NAME, name);
    labels.put(POD_INDEX, Integer.toString(ordinal));
    labels.put(REVISION, revision.metadata().name());
    List<Volume> volumes = new ArrayList<>();
    for (PersistentVolumeClaim claim : set.spec().volumeClaimTemplates()) {
      volumes.add(
          Volume.builder()
              .name(claim.metadata().name())
              .persistentVolumeClaim(
                  new PersistentVolumeClaimVolumeSource(claimName(set, claim, ordinal), null))
              .build());
    }
    for (Volume volume : template.spec().volumes()) {
      boolean replaced =
          set.spec().volumeClaimTemplates().stream()
              .anyMatch(claim -> claim.metadata().name().equals(volume.name()));
      if (!replaced) {
        volumes.add(volume);
      }
    }
    PodTemplateSpec own =
        new PodTemplateSpec(
            template.metadata().toBuilder().labels(labels).build(),
            template.spec().toBuilder()
                .hostname(name)
                .subdomain(set.spec().serviceName())
                .volumes(volumes)
                .build());
    return PodTemplates.pod(own, set, name, "");
  }

  static List<PersistentVolumeClaim> claims(StatefulSet set, int ordinal) {
    List<PersistentVolumeClaim> claims = new ArrayList<>();
    for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
      Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
      if (set.spec().selector() != null) {
        labels.putAll(set.spec().selector().matchLabels());
      }
      claims.add(
          PersistentVolumeClaim.builder()
              .metadata(
                  ObjectMeta.builder()
                      .name(claimName(set, template, ordinal))
                      .namespace(set.metadata().namespace())
                      .labels(labels)
                      .annotations(template.metadata().annotations())
                      .ownerReferences(claimOwners(set))
                      .build())
              .spec(template.spec())
              .build());
    }
    return claims;
  }

  /** Claims that go with the set are owned by it: KEP-1847. */
  static List<OwnerReference> claimOwners(StatefulSet set) {
    StatefulSetPersistentVolumeClaimRetentionPolicy policy =
        set.spec().persistentVolumeClaimRetentionPolicy();
    return policy != null && policy.whenDeleted().equals("Delete")
        ? List.of(Meta.controllerReference(set).toBuilder().blockOwnerDeletion(null).build())
        : List.of();
  }

  static boolean claimsGoWithPods(StatefulSet set) {
    StatefulSetPersistentVolumeClaimRetentionPolicy policy =
        set.spec().persistentVolumeClaimRetentionPolicy();
    return policy != null && policy.whenScaled().equals("Delete");
  }

  static String claimName(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
    return template.metadata().name() + "-" + set.metadata().name() + "-" + ordinal;
  }
}
