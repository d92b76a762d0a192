package dev.javernetes.client.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void pairsAClusterWithAUser() throws IOException {
    Files.writeString(folder.resolve("token"), "from-file");
    Kubeconfig config =
        parse(
            """
            apiVersion: v1
            kind: Config
            current-context: one
            clusters:
            - name: c
              cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: YQ==}
            users:
            - name: inline
              user: {client-certificate-data: Yg==, client-key-data: Yw==}
            - name: file
              user: {tokenFile: token}
            contexts:
            - {name: one, context: {cluster: c, user: inline}}
            - {name: two, context: {cluster: c, user: file}}
            """);
    Connection one = config.connection("");
    assertThat(one.server()).isEqualTo(URI.create("https://10.0.0.1:6443"));
    assertThat(one.authority()).asString().isEqualTo("a");
    assertThat(one.certificate()).asString().isEqualTo("b");
    assertThat(one.key()).asString().isEqualTo("c");
    assertThat(config.connection("two").tokenFile()).isEqualTo(folder.resolve("token"));
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertThatThrownBy(() -> parse("a: [")).hasMessageContaining("not YAML");
    assertThatThrownBy(() -> parse("- list")).hasMessageContaining("not a kubeconfig");
    Kubeconfig empty = parse("current-context: gone");
    assertThatThrownBy(() -> empty.connection(""))
        .hasMessage("kubeconfig: no entry 'gone' in contexts");
    Kubeconfig exec =
        parse(
            """
            clusters: [{name: c, cluster: {server: "https://h"}}]
            users: [{name: u, user: {exec: {command: x}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);
    assertThatThrownBy(() -> exec.connection("x")).hasMessage("kubeconfig: exec is not supported");
  }

  private Kubeconfig parse(String yaml) throws IOException {
    return Kubeconfig.parse(yaml, folder, "test");
  }
}
