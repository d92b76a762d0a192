package dev.javernetes.kubelet.server;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.pod.PodWorkers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code /containerLogs/<namespace>/<pod>/<container>}. */
final class LogRoute {
  private final PodWorkers workers;
  private final ContainerRuntime runtime;
  private final Timers timers;

  LogRoute(PodWorkers workers, ContainerRuntime runtime, Timers timers) {
    this.workers = workers;
    this.runtime = runtime;
    this.timers = timers;
  }

  void serve(Call call, List<String> path) throws CallException, IOException, InterruptedException {
    if (path.size() != 4) {
      throw new CallException(400, "expected /containerLogs/<namespace>/<pod>/<container>");
    }
    LogOptions options;
    try {
      options = LogOptions.of(call, timers.instant());
    } catch (IllegalArgumentException problem) {
      throw new CallException(400, String.valueOf(problem.getMessage()));
    }
    String name = path.get(3);
    Pod pod = workers.find(path.get(1), path.get(2));
    if (pod == null) {
      throw new CallException(404, "pod " + GoQuote.quote(path.get(2)) + " does not exist");
    }
    Container container = PodContainers.find(pod, name);
    if (container == null) {
      throw new CallException(
          404,
          "container %s not found in pod %s"
              .formatted(GoQuote.quote(name), GoQuote.quote(path.get(2))));
    }
    ContainerView view = choose(Target.view(runtime, pod), pod, name, options.previous());
    Path file = Path.of(view.status().getLogPath());
    if (view.status().getLogPath().isEmpty() || !Files.isRegularFile(file)) {
      throw new CallException(
          500,
          "failed to try resolving symlinks in path "
              + GoQuote.quote(file.toString())
              + ": no such file or directory");
    }
    try (OutputStream out = call.stream("text/plain; charset=utf-8")) {
      new ContainerLog(file, options, out, timers, () -> running(view.id()), call::clientGone)
          .copy();
    }
  }

  private static ContainerView choose(PodView view, Pod pod, String name, boolean previous)
      throws CallException {
    List<ContainerView> all =
        view.containers().stream().filter(container -> container.name().equals(name)).toList();
    String where =
        "%s in pod %s".formatted(GoQuote.quote(name), GoQuote.quote(pod.metadata().name()));
    if (previous) {
      if (all.size() < 2) {
        throw new CallException(400, "previous terminated container " + where + " not found");
      }
      return all.get(1);
    }
    if (all.isEmpty()) {
      throw new CallException(
          400, "container " + where + " is waiting to start: " + waitingReason(pod, name));
    }
    return all.getFirst();
  }

  private static String waitingReason(Pod pod, String name) {
    for (var list :
        List.of(pod.status().containerStatuses(), pod.status().initContainerStatuses())) {
      for (var status : list) {
        if (status.name().equals(name)
            && status.state() != null
            && status.state().waiting() != null
            && !status.state().waiting().reason().isEmpty()) {
          String reason = status.state().waiting().reason();
          return reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff")
              ? "trying and failing to pull image"
              : reason;
        }
      }
    }
    return "ContainerCreating";
  }

  private boolean running(String containerId) {
    try {
      return runtime.containerStatus(containerId).getState()
          == dev.javernetes.cri.v1.ContainerState.CONTAINER_RUNNING;
    } catch (RuntimeCallException problem) {
      return !problem.is(RuntimeCallException.Kind.NOT_FOUND);
    }
  }
}
