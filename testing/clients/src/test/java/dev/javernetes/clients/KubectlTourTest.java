package dev.javernetes.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A tour of kubectl's commands, but for those that need a container (exec, logs, attach, cp, debug,
 * port-forward), with every kubectl there is: that of the PATH, and those that {@code J8S_KUBECTLS}
 * names (separated by colons).
 */
@ExtendWith(SimulatedCluster.Provided.class)
class KubectlTourTest {
  static Stream<String> kubectls() {
    List<String> found = new ArrayList<>();
    if (Program.isOnPath("kubectl")) {
      found.add("kubectl");
    }
    String more = System.getenv("J8S_KUBECTLS");
    if (more != null) {
      found.addAll(List.of(more.split(":")));
    }
    return found.stream();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("kubectls")
  void tour(String binary, SimulatedCluster cluster, @TempDir Path folder) throws Exception {
    Program kubectl = cluster.program(folder, binary);
    kubectl.run("create", "namespace", "tour");
    try {
      Program there = cluster.program(folder, binary, "--namespace", "tour");
      looksAround(there);
      runsWorkloads(there);
      changesObjects(there, folder);
      grantsAndAsks(there);
      tendsNodes(there);
    } finally {
      kubectl.run("delete", "namespace", "tour", "--timeout=60s");
    }
  }

  private static void looksAround(Program kubectl) throws Exception {
    assertThat(kubectl.run("version")).contains("Server Version: v1.36");
    assertThat(kubectl.run("cluster-info")).contains("control plane");
    assertThat(kubectl.run("api-resources", "--namespaced", "-o", "wide")).contains("deployments");
    assertThat(kubectl.run("api-versions")).contains("apps/v1", "resource.k8s.io/v1");
    assertThat(kubectl.run("explain", "pod.spec.containers.livenessProbe")).contains("httpGet");
    assertThat(kubectl.run("get", "--raw", "/readyz")).isEqualTo("ok");
    assertThat(kubectl.run("get", "all", "-A", "-o", "wide")).contains("service/kubernetes");
    assertThat(kubectl.run("config", "view", "--minify")).contains("server: https://127.0.0.1");
    assertThat(kubectl.run("options")).contains("--kubeconfig");
    assertThat(kubectl.run("auth", "whoami")).contains("system:masters");
  }

  private static void runsWorkloads(Program kubectl) throws Exception {
    kubectl.run("create", "deployment", "web", "--image=nginx", "--replicas=2", "--port=80");
    kubectl.run("rollout", "status", "deployment/web", "--timeout=40s");
    kubectl.run("expose", "deployment", "web", "--port=80");
    kubectl.run("autoscale", "deployment", "web", "--min=1", "--max=3", "--cpu-percent=80");
    kubectl.run("scale", "deployment/web", "--replicas=3");
    kubectl.run(
        "wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=3", "--timeout=40s");
    kubectl.run("set", "image", "deployment/web", "nginx=nginx:2");
    kubectl.run("set", "env", "deployment/web", "A=b");
    kubectl.run("set", "resources", "deployment/web", "--limits=cpu=100m");
    kubectl.run("set", "serviceaccount", "deployment/web", "default");
    kubectl.run("set", "selector", "service/web", "app=web");
    kubectl.run("rollout", "pause", "deployment/web");
    kubectl.run("rollout", "resume", "deployment/web");
    kubectl.run("rollout", "restart", "deployment/web");
    kubectl.run("rollout", "status", "deployment/web", "--timeout=40s");
    assertThat(kubectl.run("rollout", "history", "deployment/web")).contains("REVISION");
    kubectl.run("rollout", "undo", "deployment/web");
    kubectl.run("run", "alone", "--image=nginx", "--labels=x=y");
    kubectl.run("wait", "pod/alone", "--for=condition=Ready", "--timeout=40s");
    kubectl.run("create", "job", "once", "--image=busybox");
    kubectl.run("create", "cronjob", "often", "--image=busybox", "--schedule=* * * * *");
    assertThat(kubectl.run("describe", "deployment", "web")).contains("RollingUpdate", "Events:");
    assertThat(kubectl.run("describe", "pod", "alone")).contains("Successfully assigned");
    assertThat(kubectl.run("events", "--for=pod/alone")).contains("Scheduled");
  }

  private static void changesObjects(Program kubectl, Path folder) throws Exception {
    kubectl.run("create", "configmap", "settings", "--from-literal=a=1");
    kubectl.run("create", "secret", "generic", "hidden", "--from-literal=a=1");
    kubectl.run("create", "quota", "most", "--hard=pods=50");
    kubectl.run("create", "service", "clusterip", "other", "--tcp=80:8080");
    kubectl.run("create", "ingress", "door", "--rule=example.com/*=web:80");
    kubectl.run("create", "poddisruptionbudget", "few", "--selector=app=web", "--min-available=1");
    kubectl.run("label", "configmap", "settings", "tier=one");
    kubectl.run("annotate", "configmap", "settings", "note=this");
    kubectl.run(
        "patch",
        "configmap",
        "settings",
        "--type=json",
        "-p",
        "[{\"op\":\"add\",\"path\":\"/data/b\",\"value\":\"2\"}]");
    assertThat(kubectl.run("get", "configmaps", "-l", "tier=one", "-o", "name"))
        .isEqualTo("configmap/settings\n");
    Path file = folder.resolve("settings.yaml");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: applied
        data:
          a: "1"
        """);
    kubectl.run("apply", "-f", file.toString());
    assertThat(kubectl.run("apply", "view-last-applied", "-f", file.toString()))
        .contains("a: \"1\"");
    Files.writeString(file, Files.readString(file).replace("\"1\"", "\"2\""));
    assertThat(kubectl.tryRun("diff", "-f", file.toString()).status()).isEqualTo(1);
    assertThat(kubectl.run("apply", "--server-side", "-f", file.toString()))
        .contains("serverside-applied");
    kubectl.run("apply", "set-last-applied", "-f", file.toString());
    kubectl.run("replace", "-f", file.toString());
    Files.writeString(folder.resolve("kustomization.yaml"), "resources: [settings.yaml]\n");
    assertThat(kubectl.run("kustomize", folder.toString())).contains("applied");
    kubectl.run("apply", "-k", folder.toString());
    kubectl.run("delete", "-f", file.toString());
    kubectl.run("delete", "pod", "alone", "--grace-period=0", "--force");
  }

  private static void grantsAndAsks(Program kubectl) throws Exception {
    kubectl.run("create", "serviceaccount", "robot");
    kubectl.run("create", "role", "reader", "--verb=get,list", "--resource=pods");
    kubectl.run("create", "rolebinding", "robot", "--role=reader", "--serviceaccount=tour:robot");
    assertThat(kubectl.run("create", "token", "robot")).startsWith("ey");
    String robot = "--as=system:serviceaccount:tour:robot";
    assertThat(kubectl.run("auth", "can-i", "list", "pods", robot)).contains("yes");
    assertThat(kubectl.tryRun("auth", "can-i", "delete", "pods", robot).output()).contains("no");
    assertThat(kubectl.run("auth", "can-i", "--list", robot)).contains("pods");
    assertThat(kubectl.tryRun("get", "secrets", robot).output()).contains("Forbidden");
  }

  private static void tendsNodes(Program kubectl) throws Exception {
    String node = kubectl.run("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}");
    kubectl.run("taint", "node", node, "tour=here:NoSchedule");
    kubectl.run("taint", "node", node, "tour-");
    kubectl.run("cordon", node);
    kubectl.run(
        "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=60s");
    kubectl.run("uncordon", node);
    assertThat(kubectl.run("describe", "node", node)).contains("Allocatable");
  }
}
