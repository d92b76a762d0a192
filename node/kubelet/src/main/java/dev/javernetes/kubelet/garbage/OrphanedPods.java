package dev.javernetes.kubelet.garbage;

import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxState;
import dev.javernetes.kubelet.cgroup.PodCgroups;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.CriLabels;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.volume.PodDirectories;
import dev.javernetes.kubelet.volume.PodVolumes;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends and removes what belongs to no pod that this node should run: a pod deleted while the
 * kubelet was away, a directory whose pod is long gone.
 */
public final class OrphanedPods {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanedPods.class);
  private static final long DEFAULT_GRACE_SECONDS = 30;

  private final ContainerRuntime runtime;
  private final PodDirectories directories;
  private final PodVolumes volumes;
  private final PodCgroups cgroups;
  private final Predicate<String> known;

  /** {@code known}: whether a pod of this uid has a worker, which then looks after it. */
  public OrphanedPods(
      ContainerRuntime runtime,
      PodDirectories directories,
      PodVolumes volumes,
      PodCgroups cgroups,
      Predicate<String> known) {
    this.runtime = runtime;
    this.directories = directories;
    this.volumes = volumes;
    this.cgroups = cgroups;
    this.known = known;
  }

  /** Only after every source has said which pods there are. */
  public void sweep() throws RuntimeCallException {
    Set<String> live = new HashSet<>();
    for (Container container : runtime.listContainers(Map.of())) {
      String uid = container.getLabelsOrDefault(CriLabels.POD_UID, "");
      if (!uid.isEmpty() && !known.test(uid)) {
        live.add(uid);
        end(container);
      }
    }
    for (PodSandbox sandbox : runtime.listPodSandboxes(Map.of())) {
      String uid = sandbox.getMetadata().getUid();
      if (!uid.isEmpty() && !known.test(uid)) {
        live.add(uid);
        LOG.info("removing sandbox of orphaned pod {}", uid);
        if (sandbox.getState() == PodSandboxState.SANDBOX_READY) {
          runtime.stopPodSandbox(sandbox.getId());
        }
        runtime.removePodSandbox(sandbox.getId());
      }
    }
    try {
      for (String uid : directories.podUids()) {
        if (!known.test(uid)) {
          volumes.tearDown(uid);
        }
      }
      for (String uid : cgroups.podUids()) {
        if (!known.test(uid)) {
          cgroups.remove(uid);
        }
      }
    } catch (IOException problem) {
      LOG.warn("orphaned pods: {}", problem.getMessage()); // tried again with the next sweep
    }
  }

  private void end(Container container) throws RuntimeCallException {
    if (container.getState() == ContainerState.CONTAINER_RUNNING) {
      String grace = container.getAnnotationsOrDefault(CriLabels.POD_TERMINATION_GRACE_PERIOD, "");
      long seconds = grace.matches("[0-9]{1,9}") ? Long.parseLong(grace) : DEFAULT_GRACE_SECONDS;
      runtime.stopContainer(container.getId(), seconds);
    }
    runtime.removeContainer(container.getId());
  }
}
