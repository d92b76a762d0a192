package dev.javernetes.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeletFlagsTest {
  @TempDir Path directory;

  @Test
  void flagsWinOverTheFile() throws Exception {
    Path file = directory.resolve("config.yaml");
    Files.writeString(
        file,
        """
        apiVersion: kubelet.config.k8s.io/v1beta1
        kind: KubeletConfiguration
        maxPods: 50
        port: 10260
        clusterDNS: [10.96.0.10]
        authentication: {anonymous: {enabled: true}, x509: {clientCAFile: /ca.crt}}
        authorization: {mode: AlwaysAllow}
        evictionHard: {memory.available: 200Mi}
        imageMinimumGCAge: 3m0s
        """);
    KubeletFlags flags =
        KubeletFlags.parse(
            List.of(
                "--config=" + file,
                "--max-pods",
                "60",
                "--hostname-override=Node-1",
                "--node-labels=a=b,c=d",
                "--register-with-taints=k=v:NoSchedule",
                "--system-reserved=cpu=500m",
                "--kubeconfig=/k"));
    KubeletOptions options = flags.options();
    assertThat(options.nodeName()).isEqualTo("node-1");
    assertThat(options.limits().maxPods()).isEqualTo(60);
    assertThat(options.server().port()).isEqualTo(10260);
    assertThat(options.server().anonymous()).isTrue();
    assertThat(options.server().webhookAuthorization()).isFalse();
    assertThat(options.server().clientCa()).isEqualTo(Path.of("/ca.crt"));
    assertThat(options.network().clusterDns()).containsExactly("10.96.0.10");
    assertThat(options.limits().evictionHard()).containsEntry("memory.available", "200Mi");
    assertThat(options.limits().imageMinimumAge()).hasMinutes(3);
    assertThat(options.registration().labels()).containsEntry("c", "d");
    assertThat(options.registration().taints().getFirst().effect()).isEqualTo("NoSchedule");
    assertThat(flags.kubeconfig()).isEqualTo(Path.of("/k"));
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() throws Exception {
    assertThatThrownBy(() -> KubeletFlags.parse(List.of("--feature-gates=X=true")))
        .hasMessage("unknown flag: --feature-gates");
    assertThatThrownBy(() -> KubeletFlags.parse(List.of("--cgroup-driver=systemd")))
        .hasMessage("cgroup driver systemd is not supported");
    Path file = directory.resolve("config.yaml");
    Files.writeString(
        file,
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncpuManagerPolicy: static\n");
    assertThatThrownBy(() -> KubeletFlags.parse(List.of("--config=" + file)))
        .hasMessage(file + ": field cpuManagerPolicy is not supported by this kubelet");
  }
}
