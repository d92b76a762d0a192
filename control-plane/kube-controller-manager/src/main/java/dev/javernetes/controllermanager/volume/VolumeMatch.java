package dev.javernetes.controllermanager.volume;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.ObjectReference;
import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.Selectors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which volume a claim gets: one that was set aside for it, else the smallest free one that is
 * large enough, of the same class, mode and selector, with all access modes. Pure.
 */
final class VolumeMatch {
  private VolumeMatch() {}

  /** Whether the volume's claimRef means this claim, by uid where it has one. */
  static boolean boundTo(PersistentVolume volume, PersistentVolumeClaim claim) {
    ObjectReference reference = volume.spec().claimRef();
    return reference != null
        && reference.namespace().equals(claim.metadata().namespace())
        && reference.name().equals(claim.metadata().name())
        && (reference.uid().isEmpty() || reference.uid().equals(Meta.uid(claim)));
  }

  static @Nullable PersistentVolume best(
      PersistentVolumeClaim claim, List<PersistentVolume> volumes) {
    PersistentVolume best = null;
    for (PersistentVolume volume : volumes) {
      if (Meta.deleting(volume)) {
        continue;
      }
      if (boundTo(volume, claim)) {
        return fits(volume, claim) ? volume : null;
      }
      if (volume.spec().claimRef() == null
          && (volume.status().phase().isEmpty() || volume.status().phase().equals("Available"))
          && selected(claim, volume)
          && storageClass(volume).equals(storageClass(claim))
          && fits(volume, claim)
          && (best == null || capacity(volume).compareTo(capacity(best)) < 0)) {
        best = volume;
      }
    }
    return best;
  }

  static boolean fits(PersistentVolume volume, PersistentVolumeClaim claim) {
    return capacity(volume).compareTo(asked(claim)) >= 0
        && volume.spec().accessModes().containsAll(claim.spec().accessModes())
        && mode(volume.spec().volumeMode()).equals(mode(claim.spec().volumeMode()));
  }

  /** {@code ""}: none, which is a class of its own. */
  static String storageClass(PersistentVolumeClaim claim) {
    String annotated = Meta.annotation(claim, "volume.beta.kubernetes.io/storage-class");
    return annotated.isEmpty()
        ? Objects.requireNonNullElse(claim.spec().storageClassName(), "")
        : annotated;
  }

  private static String storageClass(PersistentVolume volume) {
    return volume.spec().storageClassName();
  }

  private static boolean selected(PersistentVolumeClaim claim, PersistentVolume volume) {
    return claim.spec().selector() == null
        || Selectors.of(claim.spec().selector()).test(volume.metadata().labels());
  }

  private static String mode(String mode) {
    return mode.isEmpty() ? "Filesystem" : mode;
  }

  private static Quantity capacity(PersistentVolume volume) {
    return volume.spec().capacity().getOrDefault("storage", Quantity.ZERO);
  }

  private static Quantity asked(PersistentVolumeClaim claim) {
    Map<String, Quantity> requests =
        claim.spec().resources() == null ? Map.of() : claim.spec().resources().requests();
    return requests.getOrDefault("storage", Quantity.ZERO);
  }
}
