package dev.javernetes.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.v1.AttachRequest;
import dev.javernetes.cri.v1.AttachResponse;
import dev.javernetes.cri.v1.CgroupDriver;
import dev.javernetes.cri.v1.CheckpointContainerRequest;
import dev.javernetes.cri.v1.CheckpointContainerResponse;
import dev.javernetes.cri.v1.ContainerEventResponse;
import dev.javernetes.cri.v1.ContainerStatsRequest;
import dev.javernetes.cri.v1.ContainerStatsResponse;
import dev.javernetes.cri.v1.ContainerStatusRequest;
import dev.javernetes.cri.v1.ContainerStatusResponse;
import dev.javernetes.cri.v1.CreateContainerRequest;
import dev.javernetes.cri.v1.CreateContainerResponse;
import dev.javernetes.cri.v1.ExecRequest;
import dev.javernetes.cri.v1.ExecResponse;
import dev.javernetes.cri.v1.ExecSyncRequest;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.GetEventsRequest;
import dev.javernetes.cri.v1.LinuxRuntimeConfiguration;
import dev.javernetes.cri.v1.ListContainerStatsRequest;
import dev.javernetes.cri.v1.ListContainerStatsResponse;
import dev.javernetes.cri.v1.ListContainersRequest;
import dev.javernetes.cri.v1.ListContainersResponse;
import dev.javernetes.cri.v1.ListMetricDescriptorsRequest;
import dev.javernetes.cri.v1.ListMetricDescriptorsResponse;
import dev.javernetes.cri.v1.ListPodSandboxMetricsRequest;
import dev.javernetes.cri.v1.ListPodSandboxMetricsResponse;
import dev.javernetes.cri.v1.ListPodSandboxRequest;
import dev.javernetes.cri.v1.ListPodSandboxResponse;
import dev.javernetes.cri.v1.ListPodSandboxStatsRequest;
import dev.javernetes.cri.v1.ListPodSandboxStatsResponse;
import dev.javernetes.cri.v1.PodSandboxStatsFilter;
import dev.javernetes.cri.v1.PodSandboxStatsRequest;
import dev.javernetes.cri.v1.PodSandboxStatsResponse;
import dev.javernetes.cri.v1.PodSandboxStatusRequest;
import dev.javernetes.cri.v1.PodSandboxStatusResponse;
import dev.javernetes.cri.v1.PortForwardRequest;
import dev.javernetes.cri.v1.PortForwardResponse;
import dev.javernetes.cri.v1.RemoveContainerRequest;
import dev.javernetes.cri.v1.RemoveContainerResponse;
import dev.javernetes.cri.v1.RemovePodSandboxRequest;
import dev.javernetes.cri.v1.RemovePodSandboxResponse;
import dev.javernetes.cri.v1.ReopenContainerLogRequest;
import dev.javernetes.cri.v1.ReopenContainerLogResponse;
import dev.javernetes.cri.v1.RunPodSandboxRequest;
import dev.javernetes.cri.v1.RunPodSandboxResponse;
import dev.javernetes.cri.v1.RuntimeCondition;
import dev.javernetes.cri.v1.RuntimeConfigRequest;
import dev.javernetes.cri.v1.RuntimeConfigResponse;
import dev.javernetes.cri.v1.RuntimeFeatures;
import dev.javernetes.cri.v1.RuntimeHandler;
import dev.javernetes.cri.v1.RuntimeHandlerFeatures;
import dev.javernetes.cri.v1.RuntimeServiceGrpc;
import dev.javernetes.cri.v1.RuntimeStatus;
import dev.javernetes.cri.v1.StartContainerRequest;
import dev.javernetes.cri.v1.StartContainerResponse;
import dev.javernetes.cri.v1.StatusRequest;
import dev.javernetes.cri.v1.StatusResponse;
import dev.javernetes.cri.v1.StopContainerRequest;
import dev.javernetes.cri.v1.StopContainerResponse;
import dev.javernetes.cri.v1.StopPodSandboxRequest;
import dev.javernetes.cri.v1.StopPodSandboxResponse;
import dev.javernetes.cri.v1.StreamContainerStatsRequest;
import dev.javernetes.cri.v1.StreamContainerStatsResponse;
import dev.javernetes.cri.v1.StreamContainersRequest;
import dev.javernetes.cri.v1.StreamContainersResponse;
import dev.javernetes.cri.v1.StreamPodSandboxMetricsRequest;
import dev.javernetes.cri.v1.StreamPodSandboxMetricsResponse;
import dev.javernetes.cri.v1.StreamPodSandboxStatsRequest;
import dev.javernetes.cri.v1.StreamPodSandboxStatsResponse;
import dev.javernetes.cri.v1.StreamPodSandboxesRequest;
import dev.javernetes.cri.v1.StreamPodSandboxesResponse;
import dev.javernetes.cri.v1.UpdateContainerResourcesRequest;
import dev.javernetes.cri.v1.UpdateContainerResourcesResponse;
import dev.javernetes.cri.v1.UpdatePodSandboxResourcesRequest;
import dev.javernetes.cri.v1.UpdatePodSandboxResourcesResponse;
import dev.javernetes.cri.v1.UpdateRuntimeConfigRequest;
import dev.javernetes.cri.v1.UpdateRuntimeConfigResponse;
import dev.javernetes.cri.v1.VersionRequest;
import dev.javernetes.cri.v1.VersionResponse;
import dev.javernetes.runtime.cni.CniNetwork;
import dev.javernetes.runtime.cni.DefaultNetwork;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.pod.Events;
import dev.javernetes.runtime.pod.Pods;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import dev.javernetes.runtime.streaming.Session;
import dev.javernetes.runtime.streaming.StreamingServer;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** CRI's RuntimeService over {@link Pods}. Every call runs on a virtual thread of its own. */
final class RuntimeCalls extends RuntimeServiceGrpc.RuntimeServiceImplBase {
  private static final int STREAM_PAGE = 200;
  private static final long EVENT_WAIT_MILLIS = 30_000;

  private final Pods pods;
  private final CniNetwork network;
  private final StreamingServer streaming;
  private final RuntimeOptions options;
  private final String version;
  private final Clock clock;

  RuntimeCalls(
      Pods pods,
      CniNetwork network,
      StreamingServer streaming,
      RuntimeOptions options,
      String version,
      Clock clock) {
    this.pods = pods;
    this.network = network;
    this.streaming = streaming;
    this.options = options;
    this.version = version;
    this.clock = clock;
  }

  // ------------------------------------------------------------------ about the runtime

  @Override
  public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
    Calls.answer(
        observer,
        () ->
            VersionResponse.newBuilder()
                .setVersion("0.1.0")
                .setRuntimeName("javernetes")
                .setRuntimeVersion(version)
                .setRuntimeApiVersion("v1")
                .build());
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          Optional<String> problem = network.problem();
          RuntimeCondition.Builder networkReady =
              RuntimeCondition.newBuilder().setType("NetworkReady").setStatus(problem.isEmpty());
          problem.ifPresent(
              text -> networkReady.setReason("NetworkPluginNotReady").setMessage(text));
          StatusResponse.Builder response =
              StatusResponse.newBuilder()
                  .setStatus(
                      RuntimeStatus.newBuilder()
                          .addConditions(
                              RuntimeCondition.newBuilder().setType("RuntimeReady").setStatus(true))
                          .addConditions(networkReady))
                  .setFeatures(RuntimeFeatures.newBuilder().setSupplementalGroupsPolicy(true));
          for (String handler : List.of("", "crun")) {
            response.addRuntimeHandlers(
                RuntimeHandler.newBuilder()
                    .setName(handler)
                    .setFeatures(
                        RuntimeHandlerFeatures.newBuilder().setRecursiveReadOnlyMounts(true)));
          }
          if (request.getVerbose()) {
            response.putInfo(
                "config",
                Json.text(
                    JsonObject.of(
                        "root", options.root().toString(),
                        "state", options.state().toString(),
                        "cniConfDir", options.cniConfDir().toString(),
                        "bridge", options.bridge())));
          }
          return response.build();
        });
  }

  @Override
  public void runtimeConfig(
      RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> observer) {
    Calls.answer(
        observer,
        () ->
            RuntimeConfigResponse.newBuilder()
                .setLinux(
                    LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(CgroupDriver.CGROUPFS))
                .build());
  }

  @Override
  public void updateRuntimeConfig(
      UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> observer) {
    Calls.answer(
        observer,
        UpdateRuntimeConfigResponse.getDefaultInstance(),
        () -> {
          List<String> cidrs =
              DefaultNetwork.parseCidrs(request.getRuntimeConfig().getNetworkConfig().getPodCidr());
          if (!cidrs.isEmpty()) {
            new DefaultNetwork(options.bridge(), cidrs, pods.paths().ipam())
                .writeTo(options.cniConfDir());
          }
        });
  }

  @Override
  public void getContainerEvents(
      GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
    var call = (ServerCallStreamObserver<ContainerEventResponse>) observer;
    // the handler returns at once; events come from a thread of their own until the client leaves
    Events.Subscription subscription = pods.events().subscribe();
    Thread sender =
        Thread.ofVirtual()
            .unstarted(() -> {
              try (subscription) {
                while (!call.isCancelled() && !subscription.isLost()) {
                  subscription.next(EVENT_WAIT_MILLIS).ifPresent(call::onNext);
                }
                if (subscription.isLost()) {
                  call.onError(
                      io.grpc.Status.DATA_LOSS
                          .withDescription("the listener fell behind; list and listen again")
                          .asRuntimeException());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    call.setOnCancelHandler(sender::interrupt);
    sender.start();
  }

  // ------------------------------------------------------------------ sandboxes

  @Override
  public void runPodSandbox(
      RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> observer) {
    Calls.answer(
        observer,
        () ->
            RunPodSandboxResponse.newBuilder()
                .setPodSandboxId(pods.runSandbox(request.getConfig(), request.getRuntimeHandler()))
                .build());
  }

  @Override
  public void stopPodSandbox(
      StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> observer) {
    Calls.answer(
        observer,
        StopPodSandboxResponse.getDefaultInstance(),
        () -> pods.stopSandbox(request.getPodSandboxId()));
  }

  @Override
  public void removePodSandbox(
      RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> observer) {
    Calls.answer(
        observer,
        RemovePodSandboxResponse.getDefaultInstance(),
        () -> pods.removeSandbox(request.getPodSandboxId()));
  }

  @Override
  public void podSandboxStatus(
      PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          PodSandboxStatusResponse.Builder response =
              PodSandboxStatusResponse.newBuilder()
                  .setStatus(pods.sandboxStatus(request.getPodSandboxId()))
                  .addAllContainersStatuses(pods.statusesOf(request.getPodSandboxId()))
                  .setTimestamp(now());
          if (request.getVerbose()) {
            SandboxRecord record = pods.sandbox(request.getPodSandboxId());
            response.putInfo(
                "info",
                Json.text(
                    JsonObject.of(
                        "pid", record.getPausePid(),
                        "cgroupParent", record.getCgroupParent(),
                        "namespaces",
                            pods.paths()
                                .state()
                                .resolve("ns")
                                .resolve(record.getId())
                                .toString())));
          }
          return response.build();
        });
  }

  @Override
  public void listPodSandbox(
      ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListPodSandboxResponse.newBuilder()
                .addAllItems(pods.listSandboxes(request.getFilter()))
                .build());
  }

  @Override
  public void streamPodSandboxes(
      StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> observer) {
    pages(
        observer,
        () -> pods.listSandboxes(request.getFilter()),
        page -> StreamPodSandboxesResponse.newBuilder().addAllPodSandboxes(page).build());
  }

  @Override
  public void updatePodSandboxResources(
      UpdatePodSandboxResourcesRequest request,
      StreamObserver<UpdatePodSandboxResourcesResponse> observer) {
    Calls.answer(
        observer,
        UpdatePodSandboxResourcesResponse.getDefaultInstance(),
        () ->
            pods.updateSandboxResources(
                request.getPodSandboxId(), request.getOverhead(), request.getResources()));
  }

  // ------------------------------------------------------------------ containers

  @Override
  public void createContainer(
      CreateContainerRequest request, StreamObserver<CreateContainerResponse> observer) {
    Calls.answer(
        observer,
        () ->
            CreateContainerResponse.newBuilder()
                .setContainerId(
                    pods.createContainer(request.getPodSandboxId(), request.getConfig()))
                .build());
  }

  @Override
  public void startContainer(
      StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
    Calls.answer(
        observer,
        StartContainerResponse.getDefaultInstance(),
        () -> pods.startContainer(request.getContainerId()));
  }

  @Override
  public void stopContainer(
      StopContainerRequest request, StreamObserver<StopContainerResponse> observer) {
    Calls.answer(
        observer,
        StopContainerResponse.getDefaultInstance(),
        () -> pods.stopContainer(request.getContainerId(), request.getTimeout()));
  }

  @Override
  public void removeContainer(
      RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
    Calls.answer(
        observer,
        RemoveContainerResponse.getDefaultInstance(),
        () -> pods.removeContainer(request.getContainerId()));
  }

  @Override
  public void listContainers(
      ListContainersRequest request, StreamObserver<ListContainersResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListContainersResponse.newBuilder()
                .addAllContainers(pods.listContainers(request.getFilter()))
                .build());
  }

  @Override
  public void streamContainers(
      StreamContainersRequest request, StreamObserver<StreamContainersResponse> observer) {
    pages(
        observer,
        () -> pods.listContainers(request.getFilter()),
        page -> StreamContainersResponse.newBuilder().addAllContainers(page).build());
  }

  @Override
  public void containerStatus(
      ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          ContainerStatusResponse.Builder response =
              ContainerStatusResponse.newBuilder()
                  .setStatus(pods.containerStatus(request.getContainerId()));
          if (request.getVerbose()) {
            ContainerRecord record = pods.container(request.getContainerId());
            response.putInfo(
                "info",
                Json.text(
                    JsonObject.of(
                        "pid", record.getPid(),
                        "conmonPid", record.getConmonPid(),
                        "sandboxID", record.getSandboxId(),
                        "cgroup", record.getCgroup())));
          }
          return response.build();
        });
  }

  @Override
  public void updateContainerResources(
      UpdateContainerResourcesRequest request,
      StreamObserver<UpdateContainerResourcesResponse> observer) {
    Calls.answer(
        observer,
        UpdateContainerResourcesResponse.getDefaultInstance(),
        () -> pods.updateContainer(request.getContainerId(), request.getLinux()));
  }

  @Override
  public void reopenContainerLog(
      ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> observer) {
    Calls.answer(
        observer,
        ReopenContainerLogResponse.getDefaultInstance(),
        () -> pods.processes().reopenLog(request.getContainerId()));
  }

  @Override
  public void checkpointContainer(
      CheckpointContainerRequest request, StreamObserver<CheckpointContainerResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          throw RuntimeFailure.unsupported(
              "checkpointing containers is not supported by this runtime");
        });
  }

  // ------------------------------------------------------------------ exec, attach, port-forward

  @Override
  public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> observer) {
    Calls.answer(
        observer,
        () ->
            pods.processes()
                .execSync(request.getContainerId(), request.getCmdList(), request.getTimeout()));
  }

  @Override
  public void exec(ExecRequest request, StreamObserver<ExecResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          checkStreams(
              request.getTty(), request.getStdin(), request.getStdout(), request.getStderr());
          String id =
              pods.processes().runnable(request.getContainerId(), request.getCmdList()).getId();
          return ExecResponse.newBuilder()
              .setUrl(
                  streaming.urlFor(
                      new Session.Exec(
                          id,
                          request.getCmdList(),
                          request.getTty(),
                          request.getStdin(),
                          request.getStdout(),
                          request.getStderr())))
              .build();
        });
  }

  @Override
  public void attach(AttachRequest request, StreamObserver<AttachResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          checkStreams(
              request.getTty(), request.getStdin(), request.getStdout(), request.getStderr());
          ContainerRecord container = pods.processes().running(request.getContainerId());
          return AttachResponse.newBuilder()
              .setUrl(
                  streaming.urlFor(
                      new Session.Attach(
                          container.getId(),
                          container.getConfig().getTty(),
                          request.getStdin(),
                          request.getStdout(),
                          request.getStderr())))
              .build();
        });
  }

  private static void checkStreams(boolean tty, boolean stdin, boolean stdout, boolean stderr) {
    if (!stdin && !stdout && !stderr) {
      throw RuntimeFailure.invalid("one of stdin, stdout, or stderr must be set");
    }
    if (tty && stderr) {
      throw RuntimeFailure.invalid("tty and stderr cannot both be set");
    }
  }

  @Override
  public void portForward(
      PortForwardRequest request, StreamObserver<PortForwardResponse> observer) {
    Calls.answer(
        observer,
        () -> {
          pods.processes().checkSandbox(request.getPodSandboxId(), request.getPortList());
          String id = pods.sandbox(request.getPodSandboxId()).getId();
          return PortForwardResponse.newBuilder()
              .setUrl(streaming.urlFor(new Session.Forward(id, request.getPortList())))
              .build();
        });
  }

  // ------------------------------------------------------------------ usage

  @Override
  public void containerStats(
      ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ContainerStatsResponse.newBuilder()
                .setStats(pods.containerStats(request.getContainerId()))
                .build());
  }

  @Override
  public void listContainerStats(
      ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListContainerStatsResponse.newBuilder()
                .addAllStats(pods.listContainerStats(request.getFilter()))
                .build());
  }

  @Override
  public void streamContainerStats(
      StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> observer) {
    pages(
        observer,
        () -> pods.listContainerStats(request.getFilter()),
        page -> StreamContainerStatsResponse.newBuilder().addAllContainerStats(page).build());
  }

  @Override
  public void podSandboxStats(
      PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> observer) {
    Calls.answer(
        observer,
        () ->
            PodSandboxStatsResponse.newBuilder()
                .setStats(pods.sandboxStats(request.getPodSandboxId()))
                .build());
  }

  @Override
  public void listPodSandboxStats(
      ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListPodSandboxStatsResponse.newBuilder()
                .addAllStats(pods.listSandboxStats(request.getFilter()))
                .build());
  }

  @Override
  public void streamPodSandboxStats(
      StreamPodSandboxStatsRequest request,
      StreamObserver<StreamPodSandboxStatsResponse> observer) {
    pages(
        observer,
        () -> pods.listSandboxStats(request.getFilter()),
        page -> StreamPodSandboxStatsResponse.newBuilder().addAllPodSandboxStats(page).build());
  }

  @Override
  public void listMetricDescriptors(
      ListMetricDescriptorsRequest request,
      StreamObserver<ListMetricDescriptorsResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListMetricDescriptorsResponse.newBuilder()
                .addAllDescriptors(PodMetrics.DESCRIPTORS)
                .build());
  }

  @Override
  public void listPodSandboxMetrics(
      ListPodSandboxMetricsRequest request,
      StreamObserver<ListPodSandboxMetricsResponse> observer) {
    Calls.answer(
        observer,
        () ->
            ListPodSandboxMetricsResponse.newBuilder()
                .addAllPodMetrics(
                    PodMetrics.of(
                        pods.listSandboxStats(PodSandboxStatsFilter.getDefaultInstance())))
                .build());
  }

  @Override
  public void streamPodSandboxMetrics(
      StreamPodSandboxMetricsRequest request,
      StreamObserver<StreamPodSandboxMetricsResponse> observer) {
    pages(
        observer,
        () -> PodMetrics.of(pods.listSandboxStats(PodSandboxStatsFilter.getDefaultInstance())),
        page -> StreamPodSandboxMetricsResponse.newBuilder().addAllPodSandboxMetrics(page).build());
  }

  private interface Page<T, R extends Message> {
    R of(List<T> items) throws InvalidProtocolBufferException;
  }

  private static <T, R extends Message> void pages(
      StreamObserver<R> observer, Calls.Call<List<T>> items, Page<T, R> page) {
    try {
      List<T> all = items.answer();
      for (int i = 0; i < all.size(); i += STREAM_PAGE) {
        observer.onNext(page.of(all.subList(i, Math.min(all.size(), i + STREAM_PAGE))));
      }
      observer.onCompleted();
    } catch (IOException | RuntimeException e) {
      observer.onError(Calls.status(e).asRuntimeException());
    }
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
