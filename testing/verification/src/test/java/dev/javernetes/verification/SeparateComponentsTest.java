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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The main job as eight processes that talk over TLS: etcd, apiserver, controller-manager,
 * cloud-controller-manager, scheduler, runtime, kubelet and proxy, each started by its own command
 * with upstream's flags.
 */
@Timeout(600)
class SeparateComponentsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String NODE = "separate";
  private static final String PODS = "10.200.0.0/16";
  private static final String SERVICES = "10.201.0.0/16";

  private final Deque<Process> started = new ArrayDeque<>();
  private Path data = Path.of("");
  private Shell shell = new Shell(Path.of("/"), Map.of());

  @AfterEach
  void stop() throws Exception {
    for (Process process : started) {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    if (!data.equals(Path.of(""))) {
      Shell.Result purge =
          shell.tryRun(
              "./j8s",
              "runtime",
              "--purge",
              "--root",
              data.resolve("runtime").toString(),
              "--state",
              "/run/j8s-separate",
              "--bridge",
              "j8s-sep",
              "--cgroup",
              "/j8s-separate");
      shell.tryRun("./j8s", "proxy", "--cleanup", "--chain-prefix", "J8SSEP");
      shell.tryRun(
          "sh",
          "-c",
          "grep "
              + data
              + " /proc/mounts | awk '{print $2}' | sort -r | xargs -r umount; rm -rf "
              + data);
      assertThat(purge.status()).as(purge.output()).isZero();
    }
  }

  private void start(String... command) throws IOException {
    String[] whole = new String[command.length + 1];
    whole[0] = "./j8s";
    System.arraycopy(command, 0, whole, 1, command.length);
    ProcessBuilder builder = new ProcessBuilder(whole).directory(shell.folder().toFile());
    builder.environment().putAll(shell.variables());
    Path log = data.resolve(command[0] + ".log");
    started.push(builder.redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  private String file(String name) {
    return data.resolve(name).toString();
  }

  @Test
  void eightProcessesDoTheMainJob() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "a real node needs root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/crun")), "needs the package crun");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/kubectl")), "needs kubectl");
    Path root = TidyTest.root();
    assumeTrue(
        Files.isDirectory(root.resolve("launch/cli/target/j8s/lib")),
        "needs the program to be built (./j8s test does it)");
    data = Files.createTempDirectory("j8s-separate");
    shell = new Shell(root, Map.of("J8S_NO_BUILD", "1", "KUBECONFIG", file("admin.conf")));
    shell.run(
        "./j8s",
        "pki",
        "--data-dir",
        data.toString(),
        "--server",
        "https://127.0.0.1:17443",
        "--node-name",
        NODE,
        "--service-cluster-ip-range",
        SERVICES);
    startControlPlane();
    shell.until(PATIENCE, "ok"::equals, "kubectl", "get", "--raw", "/readyz");
    startNode();
    shell.until(PATIENCE, output -> output.contains(" Ready "), "kubectl", "get", "nodes");

    shell.run("kubectl", "create", "deployment", "web", "--image=localhost/demo", "--replicas=2");
    shell.run("kubectl", "expose", "deployment", "web", "--port=80", "--target-port=8080");
    shell.run("kubectl", "rollout", "status", "deployment", "web", "--timeout=120s");
    String address =
        shell.run("kubectl", "get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
    assertThat(answer(address)).startsWith("web-");
    assertThat(shell.run("kubectl", "logs", "deploy/web")).contains("listens on 8080");
    assertThat(shell.run("kubectl", "get", "events")).contains("Scheduled", "Started");
  }

  private void startControlPlane() throws IOException {
    start(
        "etcd",
        "--data-dir",
        file("etcd"),
        "--listen-client-urls",
        "https://127.0.0.1:12379",
        "--cert-file",
        file("pki/etcd/server.crt"),
        "--key-file",
        file("pki/etcd/server.key"),
        "--trusted-ca-file",
        file("pki/etcd/ca.crt"),
        "--client-cert-auth");
    start(
        "apiserver",
        "--etcd-servers",
        "https://127.0.0.1:12379",
        "--etcd-cafile",
        file("pki/etcd/ca.crt"),
        "--etcd-certfile",
        file("pki/apiserver-etcd-client.crt"),
        "--etcd-keyfile",
        file("pki/apiserver-etcd-client.key"),
        "--secure-port",
        "17443",
        "--advertise-address",
        "127.0.0.1",
        "--tls-cert-file",
        file("pki/apiserver.crt"),
        "--tls-private-key-file",
        file("pki/apiserver.key"),
        "--client-ca-file",
        file("pki/ca.crt"),
        "--service-account-key-file",
        file("pki/sa.pub"),
        "--service-account-signing-key-file",
        file("pki/sa.key"),
        "--service-cluster-ip-range",
        SERVICES,
        "--kubelet-client-certificate",
        file("pki/apiserver-kubelet-client.crt"),
        "--kubelet-client-key",
        file("pki/apiserver-kubelet-client.key"),
        "--kubelet-certificate-authority",
        file("pki/ca.crt"));
    start(
        "controller-manager",
        "--kubeconfig",
        file("controller-manager.conf"),
        "--use-service-account-credentials",
        "--allocate-node-cidrs",
        "--cluster-cidr",
        PODS,
        "--service-cluster-ip-range",
        SERVICES,
        "--root-ca-file",
        file("pki/ca.crt"),
        "--service-account-private-key-file",
        file("pki/sa.key"));
    start(
        "cloud-controller-manager",
        "--kubeconfig",
        file("admin.conf"),
        "--cloud-provider",
        "local");
    start("scheduler", "--kubeconfig", file("scheduler.conf"));
  }

  private void startNode() throws IOException {
    start(
        "runtime",
        "--root",
        file("runtime"),
        "--state",
        "/run/j8s-separate",
        "--bridge",
        "j8s-sep",
        "--cgroup",
        "/j8s-separate");
    start(
        "kubelet",
        "--kubeconfig",
        file("kubelet.conf"),
        "--hostname-override",
        NODE,
        "--node-ip",
        "127.0.0.1",
        "--container-runtime-endpoint",
        "unix:///run/j8s-separate/runtime.sock",
        "--root-dir",
        file("kubelet"),
        "--pod-logs-dir",
        file("logs"),
        "--port",
        "17250",
        "--client-ca-file",
        file("pki/ca.crt"),
        "--tls-cert-file",
        file("pki/kubelet-server-" + NODE + ".crt"),
        "--tls-private-key-file",
        file("pki/kubelet-server-" + NODE + ".key"),
        "--cgroup-root",
        "/j8s-separate");
    start(
        "proxy",
        "--kubeconfig",
        file("kube-proxy.conf"),
        "--cluster-cidr",
        PODS,
        "--hostname-override",
        NODE,
        "--chain-prefix",
        "J8SSEP");
  }

  private static String answer(String address) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; ; i++) {
        try {
          return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException notYet) { // the rules may be a moment behind the rollout
          if (i == 50) {
            throw new AssertionError(List.of(address, notYet).toString(), notYet);
          }
          TimeUnit.MILLISECONDS.sleep(100);
        }
      }
    }
  }
}
