package dev.javernetes.launch;

import dev.javernetes.cri.CriChannel;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.ListPodSandboxRequest;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.RemovePodSandboxRequest;
import dev.javernetes.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.javernetes.cri.v1.StopPodSandboxRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A container runtime that is not ours ({@code --container-runtime-endpoint}) and may have pods of
 * others, too: only those that this cluster's kubelet has a directory for are ended.
 */
final class OtherRuntime {
  private static final long DEADLINE_SECONDS = 60;

  private OtherRuntime() {}

  /** {@code pods} has a directory for each pod, named by its uid. */
  static void stopPods(String endpoint, Path pods) throws IOException {
    if (!Files.isDirectory(pods)) {
      return;
    }
    Set<String> uids;
    try (Stream<Path> directories = Files.list(pods)) {
      uids = directories.map(pod -> pod.getFileName().toString()).collect(Collectors.toSet());
    }
    try (CriChannel channel =
        CriChannel.open(CriEndpoint.parse(endpoint), Executors.newVirtualThreadPerTaskExecutor())) {
      for (PodSandbox sandbox :
          runtime(channel)
              .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
              .getItemsList()) {
        if (uids.contains(sandbox.getMetadata().getUid())) {
          runtime(channel)
              .stopPodSandbox(
                  StopPodSandboxRequest.newBuilder().setPodSandboxId(sandbox.getId()).build());
          runtime(channel)
              .removePodSandbox(
                  RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandbox.getId()).build());
        }
      }
    } catch (StatusRuntimeException problem) {
      throw new LaunchException(
          "cannot end the pods in the container runtime at "
              + endpoint
              + " ("
              + problem.getStatus().getCode()
              + "): start it and try again",
          problem);
    }
  }

  private static RuntimeServiceBlockingStub runtime(CriChannel channel) {
    return channel.runtime().withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
