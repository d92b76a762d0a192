package dev.javernetes.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.cri.v1.Capability;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerEventResponse;
import dev.javernetes.cri.v1.ContainerStatsRequest;
import dev.javernetes.cri.v1.GetEventsRequest;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.Int64Value;
import dev.javernetes.cri.v1.LinuxContainerResources;
import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.LinuxPodSandboxConfig;
import dev.javernetes.cri.v1.LinuxSandboxSecurityContext;
import dev.javernetes.cri.v1.Mount;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.NamespaceOption;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxStatsRequest;
import dev.javernetes.cri.v1.PortMapping;
import dev.javernetes.cri.v1.RemoveImageRequest;
import dev.javernetes.cri.v1.ReopenContainerLogRequest;
import dev.javernetes.cri.v1.SecurityProfile;
import dev.javernetes.cri.v1.UpdateContainerResourcesRequest;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodFeaturesEndToEndTest {
  @TempDir static Path home;
  private static RuntimeFixture runtime;

  @BeforeAll
  static void start() throws IOException {
    runtime = RuntimeFixture.open(home, 3);
  }

  @AfterAll
  static void end() throws IOException {
    if (runtime != null) {
      runtime.close();
    }
  }

  private static PodSandboxConfig pod(
      String name, UnaryOperator<NamespaceOption.Builder> namespaces) {
    PodSandboxConfig config = runtime.pod(name);
    var options = namespaces.apply(NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER));
    return config.toBuilder()
        .setLinux(
            LinuxPodSandboxConfig.newBuilder()
                .setSecurityContext(
                    LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(options)))
        .build();
  }

  private static ContainerConfig.Builder secured(
      ContainerConfig.Builder config, UnaryOperator<LinuxContainerSecurityContext.Builder> change) {
    config
        .getLinuxBuilder()
        .setSecurityContext(change.apply(config.getLinux().getSecurityContext().toBuilder()));
    return config;
  }

  @Test
  void usersGroupsCapabilitiesAndReadOnlyRoots() {
    String pod = runtime.runPod(runtime.pod("security"));
    String id =
        runtime.runContainer(
            pod,
            secured(
                RuntimeFixture.container("main", "sleep", "1000"),
                context ->
                    context
                        .setRunAsUsername("app")
                        .addSupplementalGroups(2000)
                        .setReadonlyRootfs(true)
                        .setNoNewPrivs(true)
                        .setSeccomp(
                            SecurityProfile.newBuilder()
                                .setProfileType(SecurityProfile.ProfileType.RuntimeDefault))
                        .addMaskedPaths("/proc/timer_list")
                        .setCapabilities(
                            Capability.newBuilder()
                                .addDropCapabilities("ALL")
                                .addAddCapabilities("NET_BIND_SERVICE"))));

    assertThat(runtime.output(id, "id", "-u")).isEqualTo("1000");
    assertThat(runtime.output(id, "id", "-g")).isEqualTo("1001");
    assertThat(runtime.output(id, "id", "-G").split(" ")).contains("1001", "44", "2000");
    assertThat(runtime.output(id, "sh", "-c", "touch /x 2>&1 || true")).contains("Read-only");
    String status = runtime.output(id, "cat", "/proc/1/status");
    assertThat(status)
        .contains("CapBnd:\t0000000000000400")
        .contains("NoNewPrivs:\t1")
        .contains("Seccomp:\t2");
    assertThat(runtime.status(id).getUser().getLinux().getUid()).isEqualTo(1000);
    runtime.removePod(pod);
  }

  @Test
  void privilegedContainersSeeTheHostsDevices() {
    String pod = runtime.runPod(runtime.pod("privileged"));
    String id =
        runtime.runContainer(
            pod,
            secured(
                RuntimeFixture.container("main", "sleep", "1000"),
                context -> context.setPrivileged(true)));
    assertThat(runtime.output(id, "ls", "/dev")).contains("kmsg");
    assertThat(runtime.output(id, "sh", "-c", "mount -t tmpfs none /tmp && echo yes"))
        .isEqualTo("yes");
    runtime.removePod(pod);
  }

  @Test
  void aSharedPidNamespaceHasAPauseProcessAndOutlivesItsContainers() {
    String pod = runtime.runPod(pod("shared", options -> options.setPid(NamespaceMode.POD)));
    UnaryOperator<LinuxContainerSecurityContext.Builder> shared =
        context -> {
          context.getNamespaceOptionsBuilder().setPid(NamespaceMode.POD);
          return context;
        };
    String first =
        runtime.runContainer(
            pod,
            secured(RuntimeFixture.container("first", "sh", "-c", "sleep 0.1; exit 2"), shared));
    String second =
        runtime.runContainer(
            pod, secured(RuntimeFixture.container("second", "sleep", "1234"), shared));

    assertThat(runtime.awaitExit(first).getExitCode()).isEqualTo(2);
    assertThat(runtime.output(second, "ps")).contains("/pause").contains("sleep 1234");
    runtime.removePod(pod);
  }

  @Test
  void anEphemeralContainerSeesItsTargetsProcesses() {
    String pod = runtime.runPod(runtime.pod("target"));
    String target = runtime.runContainer(pod, RuntimeFixture.container("main", "sleep", "2345"));
    String debug =
        runtime.runContainer(
            pod,
            secured(
                RuntimeFixture.container("debug", "sleep", "1000"),
                context -> {
                  context
                      .getNamespaceOptionsBuilder()
                      .setPid(NamespaceMode.TARGET)
                      .setTargetId(target);
                  return context;
                }));
    assertThat(runtime.output(debug, "ps")).contains("sleep 2345");
    runtime.removePod(pod);
  }

  @Test
  void hostNetworkSeesTheHostsInterfaces() throws Exception {
    String pod = runtime.runPod(pod("hostnet", options -> options.setNetwork(NamespaceMode.NODE)));
    String id =
        runtime.runContainer(
            pod,
            secured(
                RuntimeFixture.container("main", "sleep", "1000"),
                context -> {
                  context.getNamespaceOptionsBuilder().setNetwork(NamespaceMode.NODE);
                  return context;
                }));
    assertThat(runtime.address(pod)).isEmpty();
    assertThat(runtime.output(id, "cat", "/proc/net/dev")).contains("j8stest3");
    assertThat(runtime.output(id, "hostname"))
        .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    runtime.removePod(pod);
  }

  @Test
  void aHostPortLeadsToThePod() throws Exception {
    int hostPort = 38473;
    PodSandboxConfig config =
        runtime.pod("hostport").toBuilder()
            .addPortMappings(PortMapping.newBuilder().setContainerPort(8080).setHostPort(hostPort))
            .build();
    String pod = runtime.runPod(config);
    runtime.runContainer(
        pod,
        RuntimeFixture.container(
            "web", "sh", "-c", "echo mapped > /tmp/index.html; httpd -f -p 8080 -h /tmp"));
    InetAddress bridge =
        NetworkInterface.getByName("j8stest3")
            .inetAddresses()
            .filter(a -> a instanceof java.net.Inet4Address)
            .findFirst()
            .orElseThrow();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> {
          try (Socket socket = new Socket(bridge, hostPort)) {
            socket
                .getOutputStream()
                .write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .contains("mapped");
          }
        });
    runtime.removePod(pod);
  }

  @Test
  void volumesAreMountedAndImagesCanBeVolumes() throws IOException {
    Path volume = Files.createDirectories(home.resolve("volume"));
    Files.writeString(volume.resolve("file"), "from the host");
    String pod = runtime.runPod(runtime.pod("volumes"));
    ContainerConfig.Builder config =
        RuntimeFixture.container("main", "sleep", "1000")
            .addMounts(
                Mount.newBuilder()
                    .setContainerPath("/data/sub")
                    .setHostPath(volume.resolve("made").toString()))
            .addMounts(Mount.newBuilder().setContainerPath("/data").setHostPath(volume.toString()))
            .addMounts(
                Mount.newBuilder()
                    .setContainerPath("/ro")
                    .setHostPath(volume.toString())
                    .setReadonly(true))
            .addMounts(
                Mount.newBuilder()
                    .setContainerPath("/img")
                    .setImage(ImageSpec.newBuilder().setImage(RuntimeFixture.IMAGE))
                    .setImageSubPath("etc"));
    String id = runtime.runContainer(pod, config);
    assertThat(runtime.output(id, "cat", "/data/file")).isEqualTo("from the host");
    assertThat(runtime.output(id, "sh", "-c", "echo x > /ro/y 2>&1 || echo refused"))
        .contains("refused");
    assertThat(runtime.output(id, "cat", "/img/second")).isEqualTo("layer two");
    runtime.output(id, "touch", "/data/new", "/data/sub/new");
    assertThat(volume.resolve("new")).exists();
    assertThat(volume.resolve("made/new")).exists();
    runtime.removePod(pod);
  }

  @Test
  void limitsAreSetAndChanged() {
    String pod = runtime.runPod(runtime.pod("limits"));
    ContainerConfig.Builder config = RuntimeFixture.container("main", "sleep", "1000");
    config
        .getLinuxBuilder()
        .setResources(
            LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes(64 << 20)
                .setCpuPeriod(100_000)
                .setCpuQuota(50_000)
                .setCpuShares(256)
                .setOomScoreAdj(500));
    String id = runtime.runContainer(pod, config);
    assertThat(runtime.output(id, "cat", "/proc/1/oom_score_adj")).isEqualTo("500");

    runtime
        .cri
        .runtime()
        .updateContainerResources(
            UpdateContainerResourcesRequest.newBuilder()
                .setContainerId(id)
                .setLinux(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(96 << 20))
                .build());

    assertThat(runtime.status(id).getResources().getLinux().getMemoryLimitInBytes())
        .isEqualTo(96 << 20);
    assertThat(runtime.status(id).getResources().getLinux().getCpuQuota()).isEqualTo(50_000);
    var stats =
        runtime
            .cri
            .runtime()
            .containerStats(ContainerStatsRequest.newBuilder().setContainerId(id).build())
            .getStats();
    assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isGreaterThan(0);
    assertThat(stats.getMemory().getAvailableBytes().getValue()).isBetween(64L << 20, 96L << 20);
    assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isGreaterThan(0);
    var podStats =
        runtime
            .cri
            .runtime()
            .podSandboxStats(PodSandboxStatsRequest.newBuilder().setPodSandboxId(pod).build())
            .getStats();
    assertThat(podStats.getLinux().getNetwork().getDefaultInterface().getName()).isEqualTo("eth0");
    assertThat(podStats.getLinux().getContainersCount()).isEqualTo(1);
    runtime.removePod(pod);
  }

  @Test
  void tooMuchMemoryIsToldAsSuch() {
    String pod = runtime.runPod(runtime.pod("oom"));
    ContainerConfig.Builder config =
        RuntimeFixture.container(
            "main", "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=5");
    config
        .getLinuxBuilder()
        .setResources(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(16 << 20));
    String id = runtime.runContainer(pod, config);
    assertThat(runtime.awaitExit(id).getReason()).isEqualTo("OOMKilled");
    runtime.removePod(pod);
  }

  @Test
  void aRotatedLogIsReopened() throws IOException {
    String pod = runtime.runPod(runtime.pod("rotate"));
    String id =
        runtime.runContainer(
            pod,
            RuntimeFixture.container(
                "main", "sh", "-c", "while true; do echo tick; sleep 0.05; done"));
    Path log = Path.of(runtime.status(id).getLogPath());
    Awaitility.await().until(() -> Files.exists(log) && Files.size(log) > 0);
    Files.move(log, log.resolveSibling("main.log.1"));

    runtime
        .cri
        .runtime()
        .reopenContainerLog(ReopenContainerLogRequest.newBuilder().setContainerId(id).build());

    Awaitility.await().until(() -> Files.exists(log) && Files.readString(log).contains("tick"));
    runtime.removePod(pod);
  }

  @Test
  void eventsTellOfEveryStep() {
    List<String> types = new CopyOnWriteArrayList<>();
    runtime
        .cri
        .asyncRuntime()
        .getContainerEvents(
            GetEventsRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(ContainerEventResponse event) {
                types.add(
                    event.getContainerEventType().name()
                        + " "
                        + event.getPodSandboxStatus().getMetadata().getName());
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    // the stream is there once a first event came through
    String probe = runtime.runPod(runtime.pod("probe"));
    Awaitility.await()
        .until(() -> {
          runtime.awaitExit(
              runtime.runContainer(
                  probe, RuntimeFixture.container("p" + System.nanoTime(), "true")));
          return !types.isEmpty();
        });
    runtime.removePod(probe);

    String pod = runtime.runPod(runtime.pod("events"));
    runtime.awaitExit(runtime.runContainer(pod, RuntimeFixture.container("main", "true")));
    runtime.removePod(pod);

    Awaitility.await()
        .untilAsserted(() ->
            assertThat(types.stream().filter(type -> type.endsWith(" events")).toList())
                .containsExactly(
                    "CONTAINER_CREATED_EVENT events",
                    "CONTAINER_STARTED_EVENT events",
                    "CONTAINER_STOPPED_EVENT events",
                    "CONTAINER_DELETED_EVENT events"));
  }

  @Test
  void anImageInUseIsNotRemoved() {
    String pod = runtime.runPod(runtime.pod("inuse"));
    String id = runtime.runContainer(pod, RuntimeFixture.container("main", "true"));
    var request =
        RemoveImageRequest.newBuilder()
            .setImage(ImageSpec.newBuilder().setImage(RuntimeFixture.IMAGE))
            .build();
    assertThatThrownBy(() -> runtime.cri.images().removeImage(request))
        .hasMessageContaining("in use");
    runtime.awaitExit(id);
    runtime.removePod(pod);
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    String pod = runtime.runPod(runtime.pod("refused"));
    assertThatThrownBy(() ->
            runtime.create(
                pod,
                secured(
                    RuntimeFixture.container("selinux", "true"),
                    context -> {
                      context.getSelinuxOptionsBuilder().setType("spc_t");
                      return context;
                    })))
        .hasMessageContaining("UNIMPLEMENTED: SELinux");
    assertThatThrownBy(() ->
            runtime.create(
                pod,
                secured(
                    RuntimeFixture.container("nobody", "true"),
                    context -> context.setRunAsUser(Int64Value.newBuilder().setValue(-1)))))
        .hasMessageContaining("INVALID_ARGUMENT");
    runtime.removePod(pod);
  }
}
