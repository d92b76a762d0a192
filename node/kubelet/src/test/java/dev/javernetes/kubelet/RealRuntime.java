package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import dev.javernetes.cri.CriChannel;
import dev.javernetes.kubelet.cri.GrpcContainerRuntime;
import dev.javernetes.runtime.ContainerRuntime;
import dev.javernetes.runtime.RuntimeOptions;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/**
 * Our runtime, a kubelet on it and an API server in memory, apart from all others on the machine.
 */
final class RealRuntime implements AutoCloseable {
  static final String IMAGE = "localhost/busybox:test";
  static final String PODS = "/api/v1/namespaces/default/pods";

  final FakeApiServer api = new FakeApiServer();
  final KubeletOptions options;
  private final RuntimeOptions runtimeOptions;
  private final ContainerRuntime runtime;
  Kubelet kubelet;

  RealRuntime(Path home) throws Exception {
    assumeMachine();
    runtimeOptions =
        RuntimeOptions.under(home.resolve("data"), home.resolve("state"))
            .withNetwork("j8skubelet", List.of("10.214.1.0/24"))
            .withCgroup("/j8s-kubelet-test");
    runtime = ContainerRuntime.start(runtimeOptions, Clock.systemUTC(), new SecureRandom());
    importImage(home);
    KubeletOptions base = KubeletTest.options(home);
    KubeletOptions.Limits limits = base.limits();
    options =
        base.withRuntimeEndpoint(runtimeOptions.listen().toString())
            .withServer(
                new KubeletOptions.Server("127.0.0.1", 0, null, null, null, true, false, false))
            .withNetwork(new KubeletOptions.Network(List.of("10.96.0.10"), "cluster.local"))
            .withLimits(
                new KubeletOptions.Limits(
                    20,
                    512,
                    Map.of(),
                    Map.of(),
                    85,
                    80,
                    Duration.ofMinutes(2),
                    10 << 20,
                    5,
                    true,
                    "/j8s-kubelet-test",
                    true,
                    false,
                    false,
                    2,
                    Duration.ofMinutes(5)));
    kubelet = start();
  }

  Kubelet start() throws Exception {
    var endpoint = runtimeOptions.listen();
    return Kubelet.start(
        options,
        new Client(api),
        GrpcContainerRuntime.open(endpoint, endpoint),
        Timers.system(),
        new Random(1));
  }

  static JsonObject pod(String name, JsonObject... containers) {
    return JsonObject.of(
        "metadata",
        JsonObject.of(
            "name",
            name,
            "namespace",
            "default",
            "generation",
            1L,
            "labels",
            JsonObject.of("app", name)),
        "spec",
        JsonObject.of(
            "nodeName", "n1",
            "restartPolicy", "Always",
            "dnsPolicy", "ClusterFirst",
            "terminationGracePeriodSeconds", 2L,
            "serviceAccountName", "default",
            "containers", List.of(containers)));
  }

  static JsonObject container(String name, String script) {
    return JsonObject.of(
        "name",
        name,
        "image",
        IMAGE,
        "imagePullPolicy",
        "IfNotPresent",
        "terminationMessagePath",
        "/dev/termination-log",
        "terminationMessagePolicy",
        "File",
        "command",
        List.of("sh", "-c", script));
  }

  @Override
  public void close() throws IOException {
    kubelet.close();
    runtime.close();
    ContainerRuntime.purge(runtimeOptions, false, Clock.systemUTC(), new SecureRandom());
    removeCgroups();
  }

  private void importImage(Path home) throws IOException {
    OciLayoutWriter.Layer programs =
        OciLayoutWriter.Layer.of()
            .file("bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")))
            .directory("tmp", 01777)
            .file("etc/passwd", 0644, "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home:/bin/sh\n")
            .file("etc/group", 0644, "root:x:0:\napp:x:1001:\n");
    for (String name :
        List.of("sh", "cat", "echo", "sleep", "httpd", "ls", "id", "hostname", "env", "wget")) {
      programs.symlink("bin/" + name, "busybox");
    }
    Path layout = Files.createDirectories(home.resolve("layout"));
    new OciLayoutWriter(Manifests.Platform.current())
        .layer(programs)
        .config(JsonObject.of("Cmd", new ArrayList<Object>(List.of("sh"))))
        .write(layout, IMAGE);
    try (CriChannel channel = CriChannel.open(runtimeOptions.listen(), Runnable::run)) {
      var request = ImportImageRequest.newBuilder().setPath(layout.toString()).build();
      LocalImagesGrpc.newBlockingStub(channel.channel()).importImage(request);
    }
  }

  private static void assumeMachine() throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0,
        "containers need root");
    for (String program : List.of("/usr/bin/crun", "/usr/bin/conmon", "/usr/sbin/iptables")) {
      Assumptions.assumeTrue(Files.isExecutable(Path.of(program)), program + " is not installed");
    }
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/lib/cni/bridge")),
        "containernetworking-plugins is not installed");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
  }

  private static void removeCgroups() throws IOException {
    List<Path> roots = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"), Files::isDirectory)) {
      entries.forEach(entry -> roots.add(entry.resolve("j8s-kubelet-test")));
    }
    roots.add(Path.of("/sys/fs/cgroup/j8s-kubelet-test"));
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        try (var tree = Files.walk(root)) {
          for (Path path :
              tree.filter(Files::isDirectory)
                  .sorted(java.util.Comparator.reverseOrder())
                  .toList()) {
            Files.deleteIfExists(path);
          }
        }
      }
    }
  }
}
