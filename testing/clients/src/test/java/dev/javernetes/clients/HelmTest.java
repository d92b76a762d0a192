package dev.javernetes.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Helm 4 with a chart that has hooks, a Deployment and a Service. */
@ExtendWith(SimulatedCluster.Provided.class)
class HelmTest {
  @Test
  void installsUpgradesRollsBackAndUninstalls(SimulatedCluster cluster, @TempDir Path folder)
      throws Exception {
    Path binary = NpmPackage.KUBECTL_LAYER.unpacked().resolve("helm/helm");
    String chart = chart(folder.resolve("demo")).toString();
    Program helm = cluster.program(folder, binary.toString(), "--namespace", "helm");
    Program kubectl =
        cluster.program(
            folder,
            NpmPackage.KUBECTL_LAYER.unpacked().resolve("kubectl/kubectl").toString(),
            "--namespace",
            "helm");
    assertThat(helm.run("version", "--short")).startsWith("v4.");

    assertThat(
            helm.run("install", "demo", chart, "--create-namespace", "--wait", "--timeout", "60s"))
        .contains("STATUS: deployed", "REVISION: 1", "demo is there");
    assertThat(kubectl.run("get", "configmap", "hook-pre-install", "-o", "name"))
        .contains("configmap/hook-pre-install");
    assertThat(replicas(kubectl)).isEqualTo("1");
    assertThat(helm.run("list")).contains("demo", "deployed", "demo-0.1.0");

    helm.run("upgrade", "demo", chart, "--set", "replicas=2", "--wait", "--timeout", "60s");
    assertThat(replicas(kubectl)).isEqualTo("2");
    assertThat(helm.run("status", "demo")).contains("REVISION: 2");

    helm.run("rollback", "demo", "1", "--wait", "--timeout", "60s");
    assertThat(replicas(kubectl)).isEqualTo("1");
    assertThat(helm.run("history", "demo")).contains("superseded", "Rollback to 1");

    assertThat(helm.run("uninstall", "demo", "--wait", "--timeout", "60s")).contains("uninstalled");
    assertThat(kubectl.run("get", "deployments,services", "-o", "name")).isBlank();
    assertThat(kubectl.run("get", "configmap", "hook-post-delete", "-o", "name"))
        .contains("hook-post-delete");
    assertThat(helm.run("list", "--short")).isBlank();
  }

  private static String replicas(Program kubectl) throws Exception {
    return kubectl.run("get", "deployment", "demo", "-o", "jsonpath={.status.readyReplicas}");
  }

  private static Path chart(Path folder) throws Exception {
    Path templates = Files.createDirectories(folder.resolve("templates"));
    Files.writeString(
        folder.resolve("Chart.yaml"),
        """
        apiVersion: v2
        name: demo
        version: 0.1.0
        """);
    Files.writeString(folder.resolve("values.yaml"), "replicas: 1\n");
    Files.writeString(templates.resolve("NOTES.txt"), "{{ .Release.Name }} is there\n");
    Files.writeString(
        templates.resolve("web.yaml"),
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ .Release.Name }}
        spec:
          replicas: {{ .Values.replicas }}
          selector:
            matchLabels:
              app: {{ .Release.Name }}
          template:
            metadata:
              labels:
                app: {{ .Release.Name }}
            spec:
              containers:
              - name: web
                image: nginx
                ports:
                - containerPort: 80
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: {{ .Release.Name }}
        spec:
          selector:
            app: {{ .Release.Name }}
          ports:
          - port: 80
        """);
    for (String hook : new String[] {"pre-install", "post-delete"}) {
      Files.writeString(
          templates.resolve(hook + ".yaml"),
          """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: hook-%1$s
            annotations:
              helm.sh/hook: %1$s
          data:
            release: {{ .Release.Name }}
          """
              .formatted(hook));
    }
    return folder;
  }
}
