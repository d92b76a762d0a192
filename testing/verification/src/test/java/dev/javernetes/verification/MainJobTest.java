package dev.javernetes.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * What a new user does and sees, step by step, with the launcher and kubectl as they are: one real
 * cluster on this machine, in a data directory (and so a slot) of its own, that leaves nothing
 * behind.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class MainJobTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static Path dataDir = Path.of("");
  private static Shell shell = new Shell(Path.of("/"), Map.of());

  @BeforeAll
  static void up() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "a real node needs root");
    assumeTrue(System.getProperty("os.name").equals("Linux"), "a real node needs Linux");
    assumeTrue(onPath("kubectl"), "needs kubectl on the PATH");
    Path root = TidyTest.root();
    assumeTrue(
        Files.isDirectory(root.resolve("launch/cli/target/j8s/lib")),
        "needs the program to be built (./j8s test does it)");
    dataDir = Files.createTempDirectory("j8s-main-job");
    shell = new Shell(root, Map.of("J8S_NO_BUILD", "1"));
    j8s("up", "--port", "16443");
    shell = shell.with("KUBECONFIG", j8s("kubeconfig").strip());
  }

  @AfterAll
  static void purge() throws Exception {
    if (!dataDir.equals(Path.of(""))) {
      String slot = slot();
      assertThat(traces(slot)).as("what the cluster has made").isNotEmpty();
      j8s("down", "--purge");
      assertThat(traces(slot)).as("what is left of the cluster").isEmpty();
      assertThat(dataDir).doesNotExist();
    }
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String j8s(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 3];
    command[0] = "./j8s";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    command[arguments.length + 1] = "--data-dir";
    command[arguments.length + 2] = dataDir.toString();
    return shell.run(command);
  }

  private static String kubectl(String... arguments) throws IOException, InterruptedException {
    return shell.run(command(arguments));
  }

  private static String[] command(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "kubectl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return command;
  }

  /**
   * What a cluster of this slot makes outside its data directory; other clusters may run beside it.
   */
  private static Set<String> traces(String slot) throws IOException, InterruptedException {
    String bridge = "j8s" + slot;
    String chains = slot.equals("0") ? "KUBE" : "J8S" + slot;
    Set<String> found = new TreeSet<>();
    found.addAll(lines("ip -o link | awk -F': ' '{print $2}' | grep -x " + bridge));
    found.addAll(lines("grep -E '" + dataDir + "|/run/" + bridge + "/' /proc/mounts"));
    found.addAll(lines("iptables-save 2>/dev/null | grep -E '^:" + chains + "-'"));
    found.addAll(lines("iptables-save 2>/dev/null | grep -F ' -j " + chains + "-'"));
    found.addAll(lines("find /sys/fs/cgroup -maxdepth 3 -type d -name " + bridge));
    found.addAll(lines("ls -d /run/" + bridge + " 2>/dev/null"));
    found.addAll(lines("ps -eo pid,args | grep -F " + dataDir + " | grep -v grep"));
    return found;
  }

  private static List<String> lines(String script) throws IOException, InterruptedException {
    return shell.run("sh", "-c", script + " || true").lines().toList();
  }

  /** The number under which this cluster is registered. */
  private static String slot() throws IOException, InterruptedException {
    return lines("grep -lFx " + dataDir + " /var/lib/j8s-clusters/*")
        .getFirst()
        .replaceAll(".*/", "");
  }

  @Test
  @Order(1)
  void showsItselfToKubectl() throws Exception {
    assertThat(kubectl("get", "nodes", "-o", "wide")).contains(" Ready ", "v1.36");
    assertThat(kubectl("get", "pods", "-A")).doesNotContain("error");
    assertThat(kubectl("api-resources"))
        .contains("deployments", "customresourcedefinitions", "deploy");
    assertThat(kubectl("explain", "deployment.spec.strategy", "--recursive"))
        .contains("rollingUpdate", "maxSurge");
    assertThat(j8s("status")).contains("running", "Ready");
  }

  @Test
  @Order(2)
  void aServiceReachesEachOfThreePods() throws Exception {
    kubectl("create", "deployment", "web", "--image=localhost/demo", "--replicas=3");
    kubectl("expose", "deployment", "web", "--port=80", "--target-port=8080");
    kubectl("rollout", "status", "deployment", "web", "--timeout=60s");
    String address = kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
    Set<String> pods =
        kubectl(
                "get",
                "pods",
                "-l",
                "app=web",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}")
            .lines()
            .collect(Collectors.toSet());
    assertThat(pods).hasSize(3);

    Set<String> answers = new TreeSet<>();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/"))
            .timeout(Duration.ofSeconds(5))
            .build();
    for (int i = 0; i < 200 && answers.size() < 3; i++) {
      try (HttpClient client =
          HttpClient
              .newHttpClient()) { // a new connection each time: it is connections that are balanced
        String answer = ask(client, request);
        if (!answer.isEmpty()) {
          answers.add(answer);
        }
      }
    }
    assertThat(answers).isEqualTo(pods);
  }

  /** Right after a rollout the rules may be a moment behind. */
  private static String ask(HttpClient client, HttpRequest request) throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    } catch (IOException notYet) {
      return "";
    }
  }

  @Test
  @Order(3)
  void logsAndExecReachTheContainer() throws Exception {
    assertThat(kubectl("logs", "deploy/web")).contains("listens on 8080");
    String pod =
        kubectl("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}");
    assertThat(kubectl("exec", pod, "--", "hostname").strip()).isEqualTo(pod);
    assertThat(shell.tryRun(command("exec", pod, "--", "sh", "-c", "exit 7")).status())
        .isEqualTo(7);
  }

  @Test
  @Order(4)
  void scalesRollsOutAndBack() throws Exception {
    kubectl("scale", "deployment", "web", "--replicas=10");
    kubectl("rollout", "status", "deployment", "web", "--timeout=90s");
    assertThat(kubectl("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"))
        .isEqualTo("10");
    kubectl("scale", "deployment", "web", "--replicas=3");
    kubectl("set", "env", "deployment/web", "COLOR=blue");
    kubectl("rollout", "status", "deployment", "web", "--timeout=90s");
    String blue =
        kubectl(
            "get",
            "deployment",
            "web",
            "-o",
            "jsonpath={.spec.template.spec.containers[0].env[0].value}");
    assertThat(blue).isEqualTo("blue");
    kubectl("rollout", "undo", "deployment", "web");
    kubectl("rollout", "status", "deployment", "web", "--timeout=90s");
    assertThat(
            kubectl(
                "get",
                "deployment",
                "web",
                "-o",
                "jsonpath={.spec.template.spec.containers[0].env}"))
        .isEmpty();
  }

  @Test
  @Order(5)
  void appliesManifestsBothWays() throws Exception {
    Path folder = Files.createDirectory(dataDir.resolve("test-manifests"));
    Files.writeString(
        folder.resolve("settings.yaml"),
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          mode: calm
        """);
    kubectl("apply", "-f", folder.toString());
    assertThat(kubectl("apply", "-f", folder.toString())).contains("unchanged");
    assertThat(kubectl("apply", "--server-side", "--force-conflicts", "-f", folder.toString()))
        .contains("serverside-applied");
    assertThat(shell.tryRun(command("diff", "-f", folder.toString())).status()).isZero();
    kubectl("patch", "configmap", "settings", "-p", "{\"data\":{\"mode\":\"busy\"}}");
    kubectl("label", "configmap", "settings", "tier=one");
    assertThat(kubectl("describe", "configmap", "settings")).contains("busy", "tier=one");
    kubectl("delete", "configmap", "settings", "--wait");
    assertThat(shell.tryRun(command("get", "configmap", "settings")).output()).contains("NotFound");
  }

  @Test
  @Order(6)
  void objectsSurviveARestartAndPodsRunAgain() throws Exception {
    String uid = kubectl("get", "deployment", "web", "-o", "jsonpath={.metadata.uid}");
    j8s("down");
    j8s("up");
    assertThat(kubectl("get", "deployment", "web", "-o", "jsonpath={.metadata.uid}"))
        .isEqualTo(uid);
    shell.until(
        PATIENCE,
        "3"::equals,
        command("get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"));
    Set<String> addresses =
        kubectl("get", "pods", "-o", "jsonpath={range .items[*]}{.status.podIP}{\"\\n\"}{end}")
            .lines()
            .collect(Collectors.toSet());
    assertThat(addresses).as("addresses do not collide").hasSize(3);
  }
}
