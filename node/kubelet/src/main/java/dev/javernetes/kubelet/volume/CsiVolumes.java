package dev.javernetes.kubelet.volume;

import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Volume;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that a CSI driver on this node mounts. A port: a kubelet without drivers refuses them.
 */
public interface CsiVolumes {

  MountedVolume inline(Pod pod, Volume volume) throws VolumeException;

  MountedVolume persistent(
      Pod pod, String volumeName, PersistentVolume volume, boolean readOnly, @Nullable Long fsGroup)
      throws VolumeException;

  /** Unpublishes what was published for the pod. */
  void tearDown(String podUid) throws IOException;

  /** Where no driver can register. */
  CsiVolumes NONE =
      new CsiVolumes() {
        @Override
        public MountedVolume inline(Pod pod, Volume volume) throws VolumeException {
          throw new VolumeException("CSI volumes are not supported by this kubelet");
        }

        @Override
        public MountedVolume persistent(
            Pod pod,
            String volumeName,
            PersistentVolume volume,
            boolean readOnly,
            @Nullable Long fsGroup)
            throws VolumeException {
          throw new VolumeException("CSI volumes are not supported by this kubelet");
        }

        @Override
        public void tearDown(String podUid) {}
      };
}
