package dev.javernetes.kubelet.server;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.pod.PodWorkers;

/** The pod and container that a path names, found or refused as upstream refuses. */
record Target(Pod pod, Container container, ContainerView view) {

  static Pod pod(PodWorkers workers, String namespace, String name) throws CallException {
    Pod pod = workers.find(namespace, name);
    if (pod == null) {
      throw new CallException(404, "pod does not exist");
    }
    return pod;
  }

  /** A container that runs. */
  static Target running(
      PodWorkers workers,
      ContainerRuntime runtime,
      String namespace,
      String name,
      String containerName)
      throws CallException {
    Pod pod = pod(workers, namespace, name);
    Container container = PodContainers.find(pod, containerName);
    ContainerView view = container == null ? null : view(runtime, pod).latest(containerName);
    if (container == null || view == null) {
      throw new CallException(404, "container not found (\"" + containerName + "\")");
    }
    return new Target(pod, container, view);
  }

  static PodView view(ContainerRuntime runtime, Pod pod) throws CallException {
    try {
      return PodView.read(runtime, pod.metadata().uid());
    } catch (RuntimeCallException problem) {
      throw new CallException(500, String.valueOf(problem.getMessage()));
    }
  }
}
