package dev.javernetes.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStatus;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.RemoveContainerRequest;
import dev.javernetes.cri.v1.StatusRequest;
import dev.javernetes.cri.v1.StopContainerRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodLifecycleEndToEndTest {
  @TempDir static Path home;
  private static RuntimeFixture runtime;

  @BeforeAll
  static void start() throws IOException {
    runtime = RuntimeFixture.open(home, 1);
  }

  @AfterAll
  static void end() throws IOException {
    if (runtime != null) {
      runtime.close();
    }
  }

  @Test
  void runtimeAndNetworkAreReady() {
    var status = runtime.cri.runtime().status(StatusRequest.getDefaultInstance()).getStatus();
    assertThat(status.getConditionsList()).allMatch(condition -> condition.getStatus());
  }

  @Test
  void containerRunsLogsAndEndsWithItsExitCode() throws IOException {
    String pod = runtime.runPod(runtime.pod("logs"));
    String id =
        runtime.runContainer(
            pod,
            RuntimeFixture.container("main", "sh", "-c", "echo out $COLOR; echo err >&2; exit 3"));

    ContainerStatus status = runtime.awaitExit(id);

    assertThat(status.getExitCode()).isEqualTo(3);
    assertThat(status.getReason()).isEqualTo("Error");
    assertThat(status.getStartedAt()).isGreaterThanOrEqualTo(status.getCreatedAt());
    assertThat(status.getFinishedAt()).isGreaterThan(0);
    assertThat(Files.readAllLines(Path.of(status.getLogPath())))
        .anyMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT.* stdout F out blue"))
        .anyMatch(line -> line.endsWith(" stderr F err"));
    runtime.removePod(pod);
  }

  @Test
  void podsAreQuick() {
    long sandbox = Long.MAX_VALUE;
    long container = Long.MAX_VALUE;
    long removal = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long begin = System.nanoTime();
      String pod = runtime.runPod(runtime.pod("quick" + i));
      long made = System.nanoTime();
      runtime.runContainer(pod, RuntimeFixture.container("main", "sleep", "1000"));
      long running = System.nanoTime();
      runtime.removePod(pod);
      sandbox = Math.min(sandbox, made - begin);
      container = Math.min(container, running - made);
      removal = Math.min(removal, System.nanoTime() - running);
    }
    System.out.printf(
        "best of five: sandbox %d ms, container %d ms, removal %d ms%n",
        sandbox / 1_000_000, container / 1_000_000, removal / 1_000_000);
    // the goal is 150 ms; the bound here only catches a blunder on a busy machine
    assertThat(container).isLessThan(1_500_000_000L);
  }

  @Test
  void execSyncReturnsOutputAndExitCode() {
    String pod = runtime.runPod(runtime.pod("exec"));
    String id = runtime.runContainer(pod, RuntimeFixture.container("main", "sleep", "1000"));

    ExecSyncResponse response = runtime.exec(id, "sh", "-c", "echo hi; echo no >&2; exit 7");

    assertThat(response.getExitCode()).isEqualTo(7);
    assertThat(response.getStdout().toStringUtf8()).isEqualTo("hi\n");
    assertThat(response.getStderr().toStringUtf8()).isEqualTo("no\n");
    assertThat(runtime.output(id, "hostname")).isEqualTo("exec");
    assertThat(runtime.output(id, "cat", "/etc/second")).isEqualTo("layer two");
    assertThatThrownBy(() -> runtime.exec(id, "nosuch"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("failed to exec in container");
    runtime.removePod(pod);
  }

  @Test
  void stopSendsTheSignalThenKills() {
    String pod = runtime.runPod(runtime.pod("stop"));
    String polite =
        runtime.runContainer(
            pod,
            RuntimeFixture.container(
                "polite", "sh", "-c", "trap 'exit 9' TERM; while true; do sleep 0.1; done"));
    String deaf =
        runtime.runContainer(
            pod,
            RuntimeFixture.container(
                "deaf", "sh", "-c", "trap '' TERM; while true; do sleep 0.1; done"));

    for (String id : new String[] {polite, deaf}) {
      runtime
          .cri
          .runtime()
          .stopContainer(
              StopContainerRequest.newBuilder()
                  .setContainerId(id)
                  .setTimeout(id.equals(deaf) ? 1 : 20)
                  .build());
    }

    assertThat(runtime.status(polite).getExitCode()).isEqualTo(9);
    assertThat(runtime.status(deaf).getExitCode()).isEqualTo(137);
    runtime.removePod(pod);
  }

  @Test
  void podsReachEachOtherAndKeepRunningOverARestart() throws IOException {
    String server = runtime.runPod(runtime.pod("server"));
    runtime.runContainer(
        server,
        RuntimeFixture.container(
            "web", "sh", "-c", "echo hello > /tmp/index.html; httpd -f -p 8080 -h /tmp"));
    String client = runtime.runPod(runtime.pod("client"));
    String id = runtime.runContainer(client, RuntimeFixture.container("main", "sleep", "1000"));
    String ended =
        runtime.runContainer(
            client, RuntimeFixture.container("short", "sh", "-c", "sleep 1; exit 5"));
    String url = "http://" + runtime.address(server) + ":8080/index.html";
    assertThat(runtime.output(id, "wget", "-q", "-O", "-", url)).isEqualTo("hello");

    runtime.stop();
    // ends while nobody serves
    org.awaitility.Awaitility.await()
        .until(() -> Files.exists(home.resolve("state/exits").resolve(ended)));
    runtime.restartStopped();

    assertThat(runtime.status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    assertThat(runtime.status(ended).getExitCode()).isEqualTo(5);
    assertThat(runtime.output(id, "wget", "-q", "-O", "-", url)).isEqualTo("hello");
    runtime.removePod(server);
    runtime.removePod(client);
  }

  @Test
  void aRemovedContainerIsGoneAndRemovingAgainIsFine() {
    String pod = runtime.runPod(runtime.pod("remove"));
    String id = runtime.runContainer(pod, RuntimeFixture.container("main", "sleep", "1000"));
    var request = RemoveContainerRequest.newBuilder().setContainerId(id).build();

    runtime.cri.runtime().removeContainer(request);
    runtime.cri.runtime().removeContainer(request);

    assertThatThrownBy(() -> runtime.status(id)).hasMessageContaining("NOT_FOUND");
    runtime.removePod(pod);
  }

  @Test
  void manyPodsAtOnceDoNotGetInEachOthersWay() throws Exception {
    int pods = 12;
    var addresses = new java.util.concurrent.ConcurrentSkipListSet<String>();
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new java.util.ArrayList<java.util.concurrent.Future<?>>();
      for (int i = 0; i < pods; i++) {
        String name = "many" + i;
        running.add(
            threads.submit(() -> {
              String pod = runtime.runPod(runtime.pod(name));
              addresses.add(runtime.address(pod));
              String quick =
                  runtime.runContainer(
                      pod, RuntimeFixture.container("quick", "sh", "-c", "exit 3"));
              String slow =
                  runtime.runContainer(pod, RuntimeFixture.container("slow", "sleep", "1000"));
              assertThat(runtime.awaitExit(quick).getExitCode()).isEqualTo(3);
              assertThat(runtime.output(slow, "hostname")).isEqualTo(name);
              runtime.removePod(pod);
              return null;
            }));
      }
      for (var one : running) {
        one.get(60, java.util.concurrent.TimeUnit.SECONDS);
      }
    }
    assertThat(addresses).hasSize(pods);
    assertThat(home.resolve("data/runtime/containers")).isEmptyDirectory();
    assertThat(home.resolve("data/runtime/sandboxes")).isEmptyDirectory();
    assertThat(home.resolve("state/ns")).isEmptyDirectory();
    assertThat(home.resolve("state/b")).isEmptyDirectory();
    assertThat(home.resolve("state/exits")).isEmptyDirectory();
  }

  @Test
  void aRebootLeavesRecordsOfWhatRan() throws Exception {
    try (RuntimeFixture rebooted =
        RuntimeFixture.open(java.nio.file.Files.createDirectories(home.resolve("reboot")), 6)) {
      String pod = rebooted.runPod(rebooted.pod("before"));
      String id = rebooted.runContainer(pod, RuntimeFixture.container("main", "sleep", "1000"));
      Path exit = rebooted.options.state().resolve("exits").resolve(id);
      rebooted.stop();
      // what a reboot does: no process, no mount, an empty /run
      rebooted.killAll();
      Files.deleteIfExists(exit);

      rebooted.restartStopped();

      assertThat(rebooted.status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
      assertThat(rebooted.status(id).getExitCode()).isEqualTo(255);
      var status =
          rebooted
              .cri
              .runtime()
              .podSandboxStatus(
                  dev.javernetes.cri.v1.PodSandboxStatusRequest.newBuilder()
                      .setPodSandboxId(pod)
                      .build());
      assertThat(status.getStatus().getState())
          .isEqualTo(dev.javernetes.cri.v1.PodSandboxState.SANDBOX_NOTREADY);
      rebooted.removePod(pod);
      String after = rebooted.runPod(rebooted.pod("after"));
      assertThat(rebooted.address(after)).isNotEmpty();
      rebooted.removePod(after);
    }
  }
}
