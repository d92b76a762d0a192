package dev.javernetes.kubelet.cri;

import dev.javernetes.cri.v1.AuthConfig;
import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerEventResponse;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.FilesystemUsage;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.cri.v1.StatusResponse;
import dev.javernetes.cri.v1.VersionResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelet asks of a container runtime: CRI v1, one blocking method per call.
 *
 * <p>Every call may take as long as its deadline; the caller is a virtual thread, and interrupting
 * it cancels the call ({@link RuntimeCallException.Kind#CANCELLED}). Two implementations: {@link
 * GrpcContainerRuntime} over a unix socket, {@link FakeContainerRuntime} in memory.
 *
 * <pre>{@code
 * String sandbox = runtime.runPodSandbox(config, "");
 * String container = runtime.createContainer(sandbox, containerConfig, config);
 * runtime.startContainer(container);
 * }</pre>
 */
public interface ContainerRuntime extends AutoCloseable {

  VersionResponse version() throws RuntimeCallException;

  StatusResponse status() throws RuntimeCallException;

  void updatePodCidr(String podCidr) throws RuntimeCallException;

  String runPodSandbox(PodSandboxConfig config, String runtimeHandler) throws RuntimeCallException;

  void stopPodSandbox(String sandboxId) throws RuntimeCallException;

  void removePodSandbox(String sandboxId) throws RuntimeCallException;

  PodSandboxStatus podSandboxStatus(String sandboxId) throws RuntimeCallException;

  /** Sandboxes with all of these labels; an empty map asks for every sandbox. */
  List<PodSandbox> listPodSandboxes(Map<String, String> labels) throws RuntimeCallException;

  String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig)
      throws RuntimeCallException;

  void startContainer(String containerId) throws RuntimeCallException;

  /** Returns when the container has stopped, killed after {@code graceSeconds} if need be. */
  void stopContainer(String containerId, long graceSeconds) throws RuntimeCallException;

  void removeContainer(String containerId) throws RuntimeCallException;

  List<Container> listContainers(Map<String, String> labels) throws RuntimeCallException;

  ContainerStatus containerStatus(String containerId) throws RuntimeCallException;

  void updateContainerResources(String containerId, LinuxContainerResources resources)
      throws RuntimeCallException;

  void reopenContainerLog(String containerId) throws RuntimeCallException;

  ExecSyncResponse execSync(String containerId, List<String> command, Duration timeout)
      throws RuntimeCallException;

  /** The URL of a streaming server that runs the command when it is dialled. */
  String execUrl(String containerId, List<String> command, StreamOptions options)
      throws RuntimeCallException;

  String attachUrl(String containerId, StreamOptions options) throws RuntimeCallException;

  String portForwardUrl(String sandboxId, List<Integer> ports) throws RuntimeCallException;

  List<ContainerStats> listContainerStats(Map<String, String> labels) throws RuntimeCallException;

  List<PodSandboxStats> listPodSandboxStats() throws RuntimeCallException;

  /**
   * Hands every container event to {@code events} on this thread, for as long as the stream lives;
   * returns when the runtime ends it.
   */
  void containerEvents(Consumer<ContainerEventResponse> events) throws RuntimeCallException;

  List<Image> listImages() throws RuntimeCallException;

  @Nullable Image imageStatus(ImageSpec image) throws RuntimeCallException;

  /** The reference of the image now present. */
  String pullImage(ImageSpec image, @Nullable AuthConfig auth, PodSandboxConfig sandboxConfig)
      throws RuntimeCallException;

  void removeImage(ImageSpec image) throws RuntimeCallException;

  /** The file systems that hold images. */
  List<FilesystemUsage> imageFileSystems() throws RuntimeCallException;

  @Override
  void close();

  /** Which of a container's streams a client wants. */
  record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}
}
