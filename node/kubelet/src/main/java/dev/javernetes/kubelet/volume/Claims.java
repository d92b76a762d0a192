package dev.javernetes.kubelet.volume;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;

/** From a claim's name to the volume that it is bound to. */
public final class Claims {
  private final Client client;

  public Claims(Client client) {
    this.client = client;
  }

  /** {@code mustBeOwned}: made for this pod's ephemeral volume, not somebody's of that name. */
  PersistentVolume volumeOf(Pod pod, String claimName, boolean mustBeOwned) throws VolumeException {
    String namespace = pod.metadata().namespace();
    PersistentVolumeClaim claim =
        client
            .find(PersistentVolumeClaim.TYPE, namespace, claimName)
            .orElseThrow(() ->
                new VolumeException(
                    "persistentvolumeclaim " + GoQuote.quote(claimName) + " not found"));
    boolean owned =
        claim.metadata().ownerReferences().stream()
            .anyMatch(owner -> owner.uid().equals(pod.metadata().uid()));
    if (mustBeOwned && !owned) {
      throw new VolumeException(
          "PVC %s/%s was not created for pod %s/%s (pod is not owner)"
              .formatted(namespace, claimName, namespace, pod.metadata().name()));
    }
    if (claim.metadata().deletionTimestamp() != null) {
      throw new VolumeException("can't start pod because PVC " + claimName + " is being deleted");
    }
    String volumeName = claim.spec().volumeName();
    if (!claim.status().phase().equals("Bound") || volumeName.isEmpty()) {
      throw new VolumeException(
          "PVC %s/%s has non-bound phase (%s) or empty pvc.Spec.VolumeName (%s)"
              .formatted(
                  namespace,
                  claimName,
                  GoQuote.quote(claim.status().phase()),
                  GoQuote.quote(volumeName)));
    }
    PersistentVolume volume =
        client
            .find(PersistentVolume.TYPE, "", volumeName)
            .orElseThrow(() ->
                new VolumeException(
                    "persistentvolume " + GoQuote.quote(volumeName) + " not found"));
    var reference = volume.spec().claimRef();
    if (reference == null || !reference.uid().equals(claim.metadata().uid())) {
      throw new VolumeException(
          "persistent volume " + volumeName + " is not bound to claim " + claimName);
    }
    return volume;
  }
}
