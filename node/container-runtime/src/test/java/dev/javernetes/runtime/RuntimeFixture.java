package dev.javernetes.runtime;

import com.google.protobuf.ByteString;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.CriChannel;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.ContainerConfig;
import dev.javernetes.cri.v1.ContainerMetadata;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ContainerStatusRequest;
import dev.javernetes.cri.v1.CreateContainerRequest;
import dev.javernetes.cri.v1.ExecSyncRequest;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.ImageSpec;
import dev.javernetes.cri.v1.KeyValue;
import dev.javernetes.cri.v1.LinuxContainerConfig;
import dev.javernetes.cri.v1.LinuxContainerSecurityContext;
import dev.javernetes.cri.v1.LinuxPodSandboxConfig;
import dev.javernetes.cri.v1.LinuxSandboxSecurityContext;
import dev.javernetes.cri.v1.NamespaceMode;
import dev.javernetes.cri.v1.NamespaceOption;
import dev.javernetes.cri.v1.PodSandboxConfig;
import dev.javernetes.cri.v1.PodSandboxMetadata;
import dev.javernetes.cri.v1.PodSandboxStatusRequest;
import dev.javernetes.cri.v1.RemovePodSandboxRequest;
import dev.javernetes.cri.v1.RunPodSandboxRequest;
import dev.javernetes.cri.v1.StartContainerRequest;
import dev.javernetes.cri.v1.StopPodSandboxRequest;
import dev.javernetes.runtime.image.Manifests;
import dev.javernetes.runtime.image.OciLayoutWriter;
import dev.javernetes.runtime.record.ImportImageRequest;
import dev.javernetes.runtime.record.LocalImagesGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A runtime of its own for a test class: directories below {@code home}, a bridge and a cgroup that
 * nobody else has, and an image made of Debian's static busybox.
 */
final class RuntimeFixture implements AutoCloseable {
  static final String IMAGE = "localhost/busybox:test";

  final Path home;
  final RuntimeOptions options;
  private ContainerRuntime runtime;
  CriChannel cri;

  private RuntimeFixture(Path home, RuntimeOptions options) throws IOException {
    this.home = home;
    this.options = options;
    start();
  }

  /** {@code number} keeps address ranges and interface names of test classes apart. */
  static RuntimeFixture open(Path home, int number) throws IOException {
    assumeMachine();
    RuntimeOptions options =
        RuntimeOptions.under(home.resolve("data"), home.resolve("state"))
            .withNetwork("j8stest" + number, List.of("10.213." + number + ".0/24"))
            .withCgroup("/j8s-test-" + number);
    RuntimeFixture fixture = new RuntimeFixture(home, options);
    Path layout = Files.createDirectories(home.resolve("layout"));
    busybox().write(layout, IMAGE);
    LocalImagesGrpc.newBlockingStub(fixture.cri.channel())
        .importImage(ImportImageRequest.newBuilder().setPath(layout.toString()).build());
    return fixture;
  }

  static void assumeMachine() throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0,
        "containers need root");
    for (String program : List.of("crun", "conmon", "iptables")) {
      Assumptions.assumeTrue(HostRequirements.find(program) != null, program + " is not installed");
    }
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/lib/cni/bridge")),
        "containernetworking-plugins is not installed");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
  }

  static OciLayoutWriter busybox() throws IOException {
    OciLayoutWriter.Layer programs =
        OciLayoutWriter.Layer.of()
            .file("bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")))
            .directory("tmp", 01777)
            .file("etc/passwd", 0644, "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home:/bin/sh\n")
            .file("etc/group", 0644, "root:x:0:\napp:x:1001:\nvideo:x:44:app\n");
    for (String name :
        List.of(
            "sh",
            "cat",
            "echo",
            "sleep",
            "nc",
            "httpd",
            "ls",
            "id",
            "stty",
            "ps",
            "hostname",
            "wget",
            "dd",
            "env",
            "touch",
            "mount",
            "tty",
            "kill",
            "head",
            "true",
            "stat",
            "readlink")) {
      programs.symlink("bin/" + name, "busybox");
    }
    return new OciLayoutWriter(Manifests.Platform.current())
        .layer(programs)
        .layer(OciLayoutWriter.Layer.of().file("etc/second", 0644, "layer two\n"))
        .config(JsonObject.of("Cmd", new ArrayList<Object>(List.of("sh"))));
  }

  private void start() throws IOException {
    runtime = ContainerRuntime.start(options, Clock.systemUTC(), new SecureRandom());
    cri = CriChannel.open(new CriEndpoint(options.listen().socket()), Runnable::run);
  }

  /** The server goes and comes back; what it runs must not notice. */
  void restartStopped() throws IOException {
    start();
  }

  void restart() throws IOException {
    stop();
    start();
  }

  void stop() throws IOException {
    cri.close();
    runtime.close();
  }

  /** Every process and mount of this runtime, as if the machine had been switched off. */
  void killAll() throws IOException {
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path cgroup = Path.of("/proc", Long.toString(process.pid()), "cgroup");
      Path command = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      try {
        if (Files.readString(cgroup).contains(options.cgroup() + "/")
            || Files.readString(command).contains(options.state().toString())) {
          dev.javernetes.runtime.linux.Posix.kill(process.pid(), 9);
        }
      } catch (IOException e) {
        // ended meanwhile
      }
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo")).reversed()) {
      Path target = Path.of(line.split(" ")[4]);
      if (target.startsWith(home)) {
        dev.javernetes.runtime.linux.Posix.unmountAll(target);
      }
    }
    for (String name : List.of("ns", "shm", "b", "exits", "oci", "ipam")) {
      dev.javernetes.runtime.image.FileTrees.delete(options.state().resolve(name));
    }
  }

  PodSandboxConfig pod(String name) {
    return PodSandboxConfig.newBuilder()
        .setMetadata(
            PodSandboxMetadata.newBuilder()
                .setName(name)
                .setUid("uid-" + name)
                .setNamespace("default"))
        .setHostname(name)
        .setLogDirectory(home.resolve("logs").resolve(name).toString())
        .putLabels("app", name)
        .setLinux(
            LinuxPodSandboxConfig.newBuilder()
                .setSecurityContext(
                    LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(
                            NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER))))
        .build();
  }

  String runPod(PodSandboxConfig config) {
    return cri.runtime()
        .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(config).build())
        .getPodSandboxId();
  }

  static ContainerConfig.Builder container(String name, String... command) {
    return ContainerConfig.newBuilder()
        .setMetadata(ContainerMetadata.newBuilder().setName(name))
        .setImage(ImageSpec.newBuilder().setImage(IMAGE))
        .addAllCommand(Arrays.asList(command))
        .addEnvs(KeyValue.newBuilder().setKey("COLOR").setValue(ByteString.copyFromUtf8("blue")))
        .setLogPath(name + ".log")
        .setLinux(
            LinuxContainerConfig.newBuilder()
                .setSecurityContext(
                    LinuxContainerSecurityContext.newBuilder()
                        .setNamespaceOptions(
                            NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER))));
  }

  String create(String sandbox, ContainerConfig.Builder config) {
    return cri.runtime()
        .createContainer(
            CreateContainerRequest.newBuilder().setPodSandboxId(sandbox).setConfig(config).build())
        .getContainerId();
  }

  String runContainer(String sandbox, ContainerConfig.Builder config) {
    String id = create(sandbox, config);
    cri.runtime().startContainer(StartContainerRequest.newBuilder().setContainerId(id).build());
    return id;
  }

  ContainerStatus status(String id) {
    return cri.runtime()
        .containerStatus(ContainerStatusRequest.newBuilder().setContainerId(id).build())
        .getStatus();
  }

  String address(String sandbox) {
    return cri.runtime()
        .podSandboxStatus(PodSandboxStatusRequest.newBuilder().setPodSandboxId(sandbox).build())
        .getStatus()
        .getNetwork()
        .getIp();
  }

  ContainerStatus awaitExit(String id) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> status(id), status -> status.getState() == ContainerState.CONTAINER_EXITED);
  }

  ExecSyncResponse exec(String id, String... command) {
    return cri.runtime()
        .execSync(
            ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(Arrays.asList(command))
                .setTimeout(20)
                .build());
  }

  String output(String id, String... command) {
    return exec(id, command).getStdout().toStringUtf8().strip();
  }

  void removePod(String sandbox) {
    cri.runtime()
        .stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(sandbox).build());
    cri.runtime()
        .removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandbox).build());
  }

  @Override
  public void close() throws IOException {
    stop();
    ContainerRuntime.purge(options, false, Clock.systemUTC(), new SecureRandom());
  }
}
