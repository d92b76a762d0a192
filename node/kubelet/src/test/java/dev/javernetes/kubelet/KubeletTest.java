package dev.javernetes.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.cri.FakeContainerRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole kubelet against a runtime that starts nothing and an API server in memory. */
final class KubeletTest {
  private static final String PODS = "/api/v1/namespaces/default/pods";

  @TempDir Path root;
  private final FakeApiServer api = new FakeApiServer();
  private final FakeContainerRuntime runtime = new FakeContainerRuntime(Timers.system(), "10.88");
  private Kubelet kubelet;

  @BeforeEach
  void start() throws Exception {
    kubelet = kubelet();
  }

  private Kubelet kubelet() throws Exception {
    return Kubelet.start(options(root), new Client(api), runtime, Timers.system(), new Random(1));
  }

  static KubeletOptions options(Path root) {
    KubeletOptions defaults = KubeletOptions.defaults("n1");
    var limits = defaults.limits();
    return defaults
        .withPaths(
            new KubeletOptions.Paths(
                root.resolve("kubelet"),
                root.resolve("logs"),
                root.resolve("manifests"),
                null,
                Path.of("/etc/resolv.conf"),
                Path.of("/sys/fs/cgroup")))
        .withRegistration(
            new KubeletOptions.Registration(
                true, Map.of("tier", "test"), List.of(), List.of("192.0.2.1"), false))
        .withServer(
            new KubeletOptions.Server("127.0.0.1", -1, null, null, null, false, false, false))
        .withLimits(
            new KubeletOptions.Limits(
                3,
                -1,
                Map.of(),
                Map.of(),
                85,
                80,
                Duration.ofMinutes(2),
                10 << 20,
                5,
                false,
                "/",
                true,
                false,
                false,
                2,
                Duration.ofMinutes(5)));
  }

  @AfterEach
  void stop() {
    kubelet.close();
  }

  @Test
  void registersItsNodeAndHoldsItsLease() {
    eventually(
        () -> api.get("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1") != null);
    eventually(() -> api.get("/api/v1/nodes/n1") != null);
    JsonObject node = stored("/api/v1/nodes/n1");
    assertThat(node.objectOrEmpty("metadata").stringMap("labels"))
        .containsEntry("kubernetes.io/hostname", "n1")
        .containsEntry("tier", "test");
    assertThat(condition(node, "Ready").string("status")).isEqualTo("True");
    assertThat(node.objectOrEmpty("status").objectOrEmpty("capacity").string("pods"))
        .isEqualTo("3");
    assertThat(node.objectOrEmpty("status").objectOrEmpty("nodeInfo").string("kubeletVersion"))
        .startsWith("v1.36.");
  }

  @Test
  void runsAPodAndTellsItsStatus() {
    api.put(PODS, pod("web", "Always", container("main", "app:1")));
    JsonObject pod = await("web", p -> phase(p).equals("Running"));
    JsonObject status = pod.objectOrEmpty("status");
    assertThat(status.string("podIP")).startsWith("10.88.");
    assertThat(status.string("hostIP")).isEqualTo("192.0.2.1");
    assertThat(status.string("qosClass")).isEqualTo("BestEffort");
    assertThat(condition(pod, "Ready").string("status")).isEqualTo("True");
    assertThat(condition(pod, "PodReadyToStartContainers").string("status")).isEqualTo("True");
    JsonObject main = status.objects("containerStatuses").getFirst();
    assertThat(main.bool("ready")).isTrue();
    assertThat(main.string("containerID")).startsWith("simulated://");
    assertThat(runtime.calls())
        .containsSubsequence(
            "RunPodSandbox web", "PullImage app:1", "CreateContainer main", "StartContainer main");
  }

  @Test
  void endsADeletedPodAndRemovesItFromTheApi() {
    api.put(PODS, pod("web", "Always", container("main", "app:1")));
    await("web", p -> phase(p).equals("Running"));
    api.deletePod(PODS + "/web", 30);
    eventually(() -> api.get(PODS + "/web") == null);
    eventually(() -> runtime.calls().contains("RemovePodSandbox web"));
    assertThat(runtime.calls())
        .containsSubsequence("StopContainer main", "StopPodSandbox web", "RemovePodSandbox web");
  }

  @Test
  void restartsAContainerThatDiesAndThenBacksOff() {
    api.put(PODS, pod("web", "Always", container("main", "app:1")));
    await("web", p -> phase(p).equals("Running"));
    runtime.exit("web", "main", 1);
    await("web", p -> restarts(p) == 1 && running(p));
    runtime.exit("web", "main", 1);
    JsonObject pod = await("web", p -> waiting(p).equals("CrashLoopBackOff"));
    JsonObject main = pod.objectOrEmpty("status").objects("containerStatuses").getFirst();
    assertThat(String.valueOf(main.at("state", "waiting", "message")))
        .startsWith("back-off 10s restarting failed container=main pod=web_default(");
    assertThat(main.at("lastState", "terminated", "exitCode")).isEqualTo(1L);
    assertThat(phase(pod)).isEqualTo("Running");
  }

  @Test
  void runsInitContainersInOrderAndEndsAJob() {
    runtime.exitAtOnce("setup", 0);
    runtime.exitAtOnce("main", 0);
    JsonObject pod = pod("job", "Never", container("main", "app:1"));
    pod.ensureObject("spec").put("initContainers", List.of(container("setup", "app:1")));
    api.put(PODS, pod);
    JsonObject done = await("job", p -> phase(p).equals("Succeeded"));
    assertThat(condition(done, "Initialized").string("reason")).isEqualTo("PodCompleted");
    assertThat(condition(done, "Ready").string("reason")).isEqualTo("PodCompleted");
    assertThat(runtime.calls())
        .containsSubsequence("StartContainer setup", "CreateContainer main", "StartContainer main");
  }

  @Test
  void saysWhyAnImageCannotBePulled() {
    runtime.refusePull("nope:1");
    api.put(PODS, pod("web", "Always", container("main", "nope:1")));
    JsonObject pod = await("web", p -> waiting(p).startsWith("ErrImagePull"));
    assertThat(phase(pod)).isEqualTo("Pending");
    eventually(() ->
        api.list("/api/v1/events").stream()
            .anyMatch(event -> event.string("message").contains("Failed to pull image")));
  }

  @Test
  void refusesAPodThatDoesNotFit() {
    for (int i = 0; i < 3; i++) {
      api.put(PODS, pod("p" + i, "Always", container("main", "app:1")));
      await("p" + i, p -> phase(p).equals("Running"));
    }
    api.put(PODS, pod("p3", "Always", container("main", "app:1")));
    JsonObject pod = await("p3", p -> phase(p).equals("Failed"));
    assertThat(pod.objectOrEmpty("status").string("reason")).isEqualTo("OutOfpods");
    assertThat(pod.objectOrEmpty("status").string("message"))
        .isEqualTo(
            "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3");
  }

  @Test
  void restartsAnUnhealthyContainer() {
    runtime.onExec((name, command) -> 1);
    JsonObject container = container("main", "app:1");
    container.put(
        "livenessProbe",
        JsonObject.of(
            "exec", JsonObject.of("command", List.of("check")),
            "periodSeconds", 1L,
            "failureThreshold", 1L));
    api.put(PODS, pod("web", "Always", container));
    await("web", p -> restarts(p) >= 1);
    eventually(() ->
        api.list("/api/v1/events").stream()
            .anyMatch(event ->
                event
                    .string("message")
                    .equals("Container main failed liveness probe, will be restarted")));
  }

  @Test
  void readinessFollowsTheProbe() {
    boolean[] ready = {false};
    runtime.onExec((name, command) -> ready[0] ? 0 : 1);
    JsonObject container = container("main", "app:1");
    container.put(
        "readinessProbe",
        JsonObject.of("exec", JsonObject.of("command", List.of("check")), "periodSeconds", 1L));
    api.put(PODS, pod("web", "Always", container));
    JsonObject pod = await("web", p -> phase(p).equals("Running"));
    assertThat(condition(pod, "Ready").string("message"))
        .isEqualTo("containers with unready status: [main]");
    ready[0] = true;
    await("web", p -> condition(p, "Ready").string("status").equals("True"));
  }

  @Test
  void giveContainersTheirEnvironmentAndVolumes() {
    api.put(
        "/api/v1/namespaces/default/configmaps",
        JsonObject.of(
            "metadata", JsonObject.of("name", "cfg", "namespace", "default"),
            "data", JsonObject.of("color", "blue")));
    JsonObject container = container("main", "app:1");
    container.put(
        "env",
        List.of(
            JsonObject.of(
                "name",
                "NAME",
                "valueFrom",
                JsonObject.of("fieldRef", JsonObject.of("fieldPath", "metadata.name"))),
            JsonObject.of("name", "GREETING", "value", "hello $(NAME)")));
    container.put("envFrom", List.of(JsonObject.of("configMapRef", JsonObject.of("name", "cfg"))));
    container.put("volumeMounts", List.of(JsonObject.of("name", "cfg", "mountPath", "/etc/cfg")));
    JsonObject pod = pod("web", "Always", container);
    pod.ensureObject("spec")
        .put(
            "volumes",
            List.of(JsonObject.of("name", "cfg", "configMap", JsonObject.of("name", "cfg"))));
    api.put(PODS, pod);
    await("web", p -> phase(p).equals("Running"));
    var config = Objects.requireNonNull(runtime.config("main"));
    assertThat(
            config.getEnvsList().stream().map(e -> e.getKey() + "=" + e.getValue().toStringUtf8()))
        .contains("color=blue", "NAME=web", "GREETING=hello web");
    Path mounted =
        Path.of(
            config.getMountsList().stream()
                .filter(mount -> mount.getContainerPath().equals("/etc/cfg"))
                .findFirst()
                .orElseThrow()
                .getHostPath());
    assertThat(mounted.resolve("color")).hasContent("blue");
    JsonObject changed =
        JsonObject.of(
            "metadata", JsonObject.of("name", "cfg", "namespace", "default"),
            "data", JsonObject.of("color", "red"));
    api.put("/api/v1/namespaces/default/configmaps", changed);
    eventually(() -> content(mounted.resolve("color")).equals("red"));
  }

  @Test
  void adoptsRunningPodsAfterARestart() throws Exception {
    api.put(PODS, pod("web", "Always", container("main", "app:1")));
    await("web", p -> phase(p).equals("Running"));
    kubelet.close();
    long starts = starts();
    kubelet = kubelet();
    eventually(() -> kubelet.node() != null);
    api.put(PODS, pod("other", "Always", container("side", "app:1")));
    await("other", p -> phase(p).equals("Running"));
    assertThat(starts()).isEqualTo(starts);
  }

  @Test
  void runsStaticPodsWithAMirror() throws Exception {
    java.nio.file.Files.writeString(
        root.resolve("manifests/etcd.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: etcd, namespace: kube-system}
        spec:
          containers: [{name: etcd, image: "etcd:3"}]
        """);
    String path = "/api/v1/namespaces/kube-system/pods/etcd-n1";
    eventually(() -> api.get(path) != null && phase(stored(path)).equals("Running"));
    JsonObject mirror = stored(path);
    assertThat(mirror.objectOrEmpty("metadata").objectOrEmpty("annotations"))
        .containsKey("kubernetes.io/config.mirror")
        .containsEntry("kubernetes.io/config.source", "file");
    java.nio.file.Files.delete(root.resolve("manifests/etcd.yaml"));
    eventually(() -> api.get(path) == null);
    eventually(() -> runtime.calls().contains("RemovePodSandbox etcd-n1"));
  }

  private JsonObject stored(String path) {
    return Objects.requireNonNull(api.get(path), path);
  }

  private long starts() {
    return runtime.calls().stream().filter("StartContainer main"::equals).count();
  }

  private static JsonObject pod(String name, String restartPolicy, JsonObject... containers) {
    return JsonObject.of(
        "metadata",
        JsonObject.of("name", name, "namespace", "default", "generation", 1L),
        "spec",
        JsonObject.of(
            "nodeName", "n1", "restartPolicy", restartPolicy, "containers", List.of(containers)));
  }

  private static JsonObject container(String name, String image) {
    return JsonObject.of("name", name, "image", image, "imagePullPolicy", "IfNotPresent");
  }

  private static String phase(JsonObject pod) {
    return pod.objectOrEmpty("status").string("phase");
  }

  private static long restarts(JsonObject pod) {
    var statuses = pod.objectOrEmpty("status").objects("containerStatuses");
    return statuses.isEmpty() ? 0 : statuses.getFirst().integer("restartCount");
  }

  private static boolean running(JsonObject pod) {
    var statuses = pod.objectOrEmpty("status").objects("containerStatuses");
    return !statuses.isEmpty() && statuses.getFirst().at("state", "running") != null;
  }

  private static String waiting(JsonObject pod) {
    var statuses = pod.objectOrEmpty("status").objects("containerStatuses");
    return statuses.isEmpty()
        ? ""
        : String.valueOf(statuses.getFirst().at("state", "waiting", "reason"));
  }

  private static JsonObject condition(JsonObject object, String type) {
    return object.objectOrEmpty("status").objects("conditions").stream()
        .filter(condition -> condition.string("type").equals(type))
        .findFirst()
        .orElse(new JsonObject());
  }

  private JsonObject await(String name, Predicate<JsonObject> wanted) {
    JsonObject[] found = new JsonObject[1];
    eventually(
        () -> {
          found[0] = api.get(PODS + "/" + name);
          return found[0] != null && wanted.test(found[0]);
        },
        () -> found[0] == null ? "no pod" : Json.text(found[0].get("status")));
    return found[0];
  }

  private static void eventually(BooleanSupplier condition) {
    eventually(condition, () -> "not in time");
  }

  private static void eventually(
      BooleanSupplier condition, java.util.function.Supplier<String> otherwise) {
    long deadline = System.nanoTime() + Duration.ofSeconds(8).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(otherwise.get());
      }
      Thread.onSpinWait();
      try {
        Thread.sleep(5);
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
    }
  }

  private static String content(Path path) {
    try {
      return java.nio.file.Files.readString(path);
    } catch (java.io.IOException problem) {
      return "";
    }
  }
}
