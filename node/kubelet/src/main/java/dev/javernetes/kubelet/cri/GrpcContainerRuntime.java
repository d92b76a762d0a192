package dev.javernetes.kubelet.cri;

import dev.javernetes.cri.CriChannel;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.AttachRequest;
import dev.javernetes.cri.v1.AuthConfig;
import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerEventResponse;
import dev.javernetes.cri.v1.ContainerFilter;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.ContainerStatsFilter;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ContainerStatusRequest;
import dev.javernetes.cri.v1.CreateContainerRequest;
import dev.javernetes.cri.v1.ExecRequest;
import dev.javernetes.cri.v1.ExecSyncRequest;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.FilesystemUsage;
import dev.javernetes.cri.v1.GetEventsRequest;
import dev.javernetes.cri.v1.Image;
import dev.javernetes.cri.v1.ImageFsInfoRequest;
import dev.javernetes.cri.v1.ImageServiceGrpc;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.ImageStatusRequest;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.ListContainerStatsRequest;
import dev.javernetes.cri.v1.ListContainersRequest;
import dev.javernetes.cri.v1.ListImagesRequest;
import dev.javernetes.cri.v1.ListPodSandboxRequest;
import dev.javernetes.cri.v1.ListPodSandboxStatsRequest;
import dev.javernetes.cri.v1.NetworkConfig;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxFilter;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.cri.v1.PodSandboxStatusRequest;
import dev.javernetes.cri.v1.PortForwardRequest;
import dev.javernetes.cri.v1.PullImageRequest;
import dev.javernetes.cri.v1.RemoveContainerRequest;
import dev.javernetes.cri.v1.RemoveImageRequest;
import dev.javernetes.cri.v1.RemovePodSandboxRequest;
import dev.javernetes.cri.v1.ReopenContainerLogRequest;
import dev.javernetes.cri.v1.RunPodSandboxRequest;
import dev.javernetes.cri.v1.RuntimeConfig;
import dev.javernetes.cri.v1.RuntimeServiceGrpc;
import dev.javernetes.cri.v1.StartContainerRequest;
import dev.javernetes.cri.v1.StatusRequest;
import dev.javernetes.cri.v1.StatusResponse;
import dev.javernetes.cri.v1.StopContainerRequest;
import dev.javernetes.cri.v1.StopPodSandboxRequest;
import dev.javernetes.cri.v1.UpdateContainerResourcesRequest;
import dev.javernetes.cri.v1.UpdateRuntimeConfigRequest;
import dev.javernetes.cri.v1.VersionRequest;
import dev.javernetes.cri.v1.VersionResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link ContainerRuntime} over a unix socket: our runtime, containerd, CRI-O. Deadlines are
 * upstream's: two minutes for a call, four for a sandbox, none for a pull or an event stream.
 */
public final class GrpcContainerRuntime implements ContainerRuntime {
  private static final Duration CALL = Duration.ofMinutes(2);
  private static final Duration SANDBOX = Duration.ofMinutes(4);

  private final CriChannel runtimeChannel;
  private final CriChannel imageChannel;

  private GrpcContainerRuntime(CriChannel runtimeChannel, CriChannel imageChannel) {
    this.runtimeChannel = runtimeChannel;
    this.imageChannel = imageChannel;
  }

  /** {@code images} may be the same endpoint, and is with every common runtime. */
  public static GrpcContainerRuntime open(CriEndpoint runtime, CriEndpoint images) {
    CriChannel channel = CriChannel.open(runtime, Thread::startVirtualThread);
    return new GrpcContainerRuntime(
        channel,
        runtime.equals(images) ? channel : CriChannel.open(images, Thread::startVirtualThread));
  }

  @Override
  public VersionResponse version() throws RuntimeCallException {
    return call(
        () -> runtime(CALL).version(VersionRequest.newBuilder().setVersion("0.1.0").build()));
  }

  @Override
  public StatusResponse status() throws RuntimeCallException {
    return call(() -> runtime(CALL).status(StatusRequest.getDefaultInstance()));
  }

  @Override
  public void updatePodCidr(String podCidr) throws RuntimeCallException {
    var network = NetworkConfig.newBuilder().setPodCidr(podCidr);
    var config = RuntimeConfig.newBuilder().setNetworkConfig(network);
    var request = UpdateRuntimeConfigRequest.newBuilder().setRuntimeConfig(config).build();
    run(() -> runtime(CALL).updateRuntimeConfig(request));
  }

  @Override
  public String runPodSandbox(PodSandboxConfig config, String runtimeHandler)
      throws RuntimeCallException {
    var request =
        RunPodSandboxRequest.newBuilder()
            .setConfig(config)
            .setRuntimeHandler(runtimeHandler)
            .build();
    return call(() -> runtime(SANDBOX).runPodSandbox(request)).getPodSandboxId();
  }

  @Override
  public void stopPodSandbox(String sandboxId) throws RuntimeCallException {
    var request = StopPodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
    run(() -> runtime(SANDBOX).stopPodSandbox(request));
  }

  @Override
  public void removePodSandbox(String sandboxId) throws RuntimeCallException {
    var request = RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
    run(() -> runtime(SANDBOX).removePodSandbox(request));
  }

  @Override
  public PodSandboxStatus podSandboxStatus(String sandboxId) throws RuntimeCallException {
    var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(sandboxId).build();
    return call(() -> runtime(CALL).podSandboxStatus(request)).getStatus();
  }

  @Override
  public List<PodSandbox> listPodSandboxes(Map<String, String> labels) throws RuntimeCallException {
    var filter = PodSandboxFilter.newBuilder().putAllLabelSelector(labels);
    var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
    return call(() -> runtime(CALL).listPodSandbox(request)).getItemsList();
  }

  @Override
  public String createContainer(
      String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig)
      throws RuntimeCallException {
    var request =
        CreateContainerRequest.newBuilder()
            .setPodSandboxId(sandboxId)
            .setConfig(config)
            .setSandboxConfig(sandboxConfig)
            .build();
    return call(() -> runtime(CALL).createContainer(request)).getContainerId();
  }

  @Override
  public void startContainer(String containerId) throws RuntimeCallException {
    var request = StartContainerRequest.newBuilder().setContainerId(containerId).build();
    run(() -> runtime(CALL).startContainer(request));
  }

  @Override
  public void stopContainer(String containerId, long graceSeconds) throws RuntimeCallException {
    var request =
        StopContainerRequest.newBuilder()
            .setContainerId(containerId)
            .setTimeout(graceSeconds)
            .build();
    run(() -> runtime(CALL.plusSeconds(graceSeconds)).stopContainer(request));
  }

  @Override
  public void removeContainer(String containerId) throws RuntimeCallException {
    var request = RemoveContainerRequest.newBuilder().setContainerId(containerId).build();
    run(() -> runtime(CALL).removeContainer(request));
  }

  @Override
  public List<Container> listContainers(Map<String, String> labels) throws RuntimeCallException {
    var filter = ContainerFilter.newBuilder().putAllLabelSelector(labels);
    var request = ListContainersRequest.newBuilder().setFilter(filter).build();
    return call(() -> runtime(CALL).listContainers(request)).getContainersList();
  }

  @Override
  public ContainerStatus containerStatus(String containerId) throws RuntimeCallException {
    var request = ContainerStatusRequest.newBuilder().setContainerId(containerId).build();
    return call(() -> runtime(CALL).containerStatus(request)).getStatus();
  }

  @Override
  public void updateContainerResources(String containerId, LinuxContainerResources resources)
      throws RuntimeCallException {
    var request =
        UpdateContainerResourcesRequest.newBuilder()
            .setContainerId(containerId)
            .setLinux(resources)
            .build();
    run(() -> runtime(CALL).updateContainerResources(request));
  }

  @Override
  public void reopenContainerLog(String containerId) throws RuntimeCallException {
    var request = ReopenContainerLogRequest.newBuilder().setContainerId(containerId).build();
    run(() -> runtime(CALL).reopenContainerLog(request));
  }

  @Override
  public ExecSyncResponse execSync(String containerId, List<String> command, Duration timeout)
      throws RuntimeCallException {
    var request =
        ExecSyncRequest.newBuilder()
            .setContainerId(containerId)
            .addAllCmd(command)
            .setTimeout(timeout.toSeconds())
            .build();
    // The runtime keeps the limit; ours is only a net below it, as upstream's.
    Duration deadline = timeout.isZero() ? Duration.ofDays(1) : timeout.plus(CALL);
    return call(() -> runtime(deadline).execSync(request));
  }

  @Override
  public String execUrl(String containerId, List<String> command, StreamOptions options)
      throws RuntimeCallException {
    var request =
        ExecRequest.newBuilder()
            .setContainerId(containerId)
            .addAllCmd(command)
            .setStdin(options.stdin())
            .setStdout(options.stdout())
            .setStderr(options.stderr())
            .setTty(options.tty())
            .build();
    return call(() -> runtime(CALL).exec(request)).getUrl();
  }

  @Override
  public String attachUrl(String containerId, StreamOptions options) throws RuntimeCallException {
    var request =
        AttachRequest.newBuilder()
            .setContainerId(containerId)
            .setStdin(options.stdin())
            .setStdout(options.stdout())
            .setStderr(options.stderr())
            .setTty(options.tty())
            .build();
    return call(() -> runtime(CALL).attach(request)).getUrl();
  }

  @Override
  public String portForwardUrl(String sandboxId, List<Integer> ports) throws RuntimeCallException {
    var request =
        PortForwardRequest.newBuilder().setPodSandboxId(sandboxId).addAllPort(ports).build();
    return call(() -> runtime(CALL).portForward(request)).getUrl();
  }

  @Override
  public List<ContainerStats> listContainerStats(Map<String, String> labels)
      throws RuntimeCallException {
    var filter = ContainerStatsFilter.newBuilder().putAllLabelSelector(labels);
    var request = ListContainerStatsRequest.newBuilder().setFilter(filter).build();
    return call(() -> runtime(CALL).listContainerStats(request)).getStatsList();
  }

  @Override
  public List<PodSandboxStats> listPodSandboxStats() throws RuntimeCallException {
    var request = ListPodSandboxStatsRequest.getDefaultInstance();
    return call(() -> runtime(CALL).listPodSandboxStats(request)).getStatsList();
  }

  @Override
  public void containerEvents(Consumer<ContainerEventResponse> events) throws RuntimeCallException {
    run(() -> {
      Iterator<ContainerEventResponse> stream =
          runtimeChannel.runtime().getContainerEvents(GetEventsRequest.getDefaultInstance());
      while (stream.hasNext()) {
        events.accept(stream.next());
      }
    });
  }

  @Override
  public List<Image> listImages() throws RuntimeCallException {
    return call(() -> images().listImages(ListImagesRequest.getDefaultInstance())).getImagesList();
  }

  @Override
  public @Nullable Image imageStatus(ImageSpec image) throws RuntimeCallException {
    var request = ImageStatusRequest.newBuilder().setImage(image).build();
    var response = call(() -> images().imageStatus(request));
    return response.hasImage() && !response.getImage().getId().isEmpty()
        ? response.getImage()
        : null;
  }

  @Override
  public String pullImage(
      ImageSpec image, @Nullable AuthConfig auth, PodSandboxConfig sandboxConfig)
      throws RuntimeCallException {
    var request = PullImageRequest.newBuilder().setImage(image).setSandboxConfig(sandboxConfig);
    if (auth != null) {
      request.setAuth(auth);
    }
    return call(() -> imageChannel.images().pullImage(request.build())).getImageRef();
  }

  @Override
  public void removeImage(ImageSpec image) throws RuntimeCallException {
    var request = RemoveImageRequest.newBuilder().setImage(image).build();
    run(() -> images().removeImage(request));
  }

  @Override
  public List<FilesystemUsage> imageFileSystems() throws RuntimeCallException {
    return call(() -> images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance()))
        .getImageFilesystemsList();
  }

  @Override
  public void close() {
    runtimeChannel.close();
    if (imageChannel != runtimeChannel) {
      imageChannel.close();
    }
  }

  private RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime(Duration deadline) {
    return runtimeChannel.runtime().withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private ImageServiceGrpc.ImageServiceBlockingStub images() {
    return imageChannel.images().withDeadlineAfter(CALL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void run(Runnable call) throws RuntimeCallException {
    call(() -> {
      call.run();
      return true;
    });
  }

  private static <T> T call(Supplier<T> call) throws RuntimeCallException {
    try {
      return call.get();
    } catch (StatusRuntimeException problem) {
      throw translated(problem);
    }
  }

  private static RuntimeCallException translated(StatusRuntimeException problem) {
    Status status = problem.getStatus();
    RuntimeCallException.Kind kind =
        switch (status.getCode()) {
          case NOT_FOUND -> RuntimeCallException.Kind.NOT_FOUND;
          case UNIMPLEMENTED -> RuntimeCallException.Kind.UNIMPLEMENTED;
          case UNAVAILABLE -> RuntimeCallException.Kind.UNAVAILABLE;
          case DEADLINE_EXCEEDED -> RuntimeCallException.Kind.TIMEOUT;
          case CANCELLED -> RuntimeCallException.Kind.CANCELLED;
          default -> RuntimeCallException.Kind.FAILED;
        };
    String description = status.getDescription();
    return new RuntimeCallException(
        kind, goName(status.getCode()), description == null ? "" : description, problem);
  }

  /** {@code DEADLINE_EXCEEDED} is {@code DeadlineExceeded} in every message of upstream's. */
  private static String goName(Status.Code code) {
    StringBuilder name = new StringBuilder();
    for (String word : code.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
    }
    return name.toString();
  }
}
