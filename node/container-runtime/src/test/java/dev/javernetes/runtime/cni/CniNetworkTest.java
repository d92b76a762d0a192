package dev.javernetes.runtime.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order and the words in which plugins are called, with plugins that are shell scripts. */
class CniNetworkTest {
  @TempDir Path home;
  private Path calls;
  private CniNetwork network;

  @BeforeEach
  void plugins() throws IOException {
    calls = home.resolve("calls");
    Files.createDirectories(home.resolve("conf"));
    script("first", "{\"ips\":[{\"address\":\"10.0.0.7/24\"},{\"address\":\"fd00::7/64\"}]}");
    script(
        "second",
        "{\"ips\":[{\"address\":\"10.0.0.7/24\"},{\"address\":\"fd00::7/64\"}],\"second\":true}");
    Files.writeString(
        home.resolve("conf/10-net.conflist"),
        """
        {"cniVersion": "1.0.0", "name": "net", "plugins": [
          {"type": "first"}, {"type": "second", "capabilities": {"portMappings": true}}]}
        """);
    network = new CniNetwork(home.resolve("conf"), List.of(home));
  }

  private void script(String name, String answer) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(
        file,
        "#!/bin/sh\necho \""
            + name
            + " $CNI_COMMAND $CNI_IFNAME $CNI_ARGS $(cat)\" >> "
            + calls
            + "\necho '"
            + answer
            + "'\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static CniNetwork.Attachment pod() {
    return new CniNetwork.Attachment(
        "id",
        Path.of("/ns"),
        Map.of("K8S_POD_NAME", "web"),
        List.of(JsonObject.of("hostPort", 80L, "containerPort", 8080L, "protocol", "tcp")));
  }

  @Test
  void addGoesForwardAndDelBackwardEachWithWhatCameBefore() throws IOException {
    CniNetwork.Connected connected = network.add(pod());
    assertThat(connected.addresses()).containsExactly("10.0.0.7", "fd00::7");
    network.delete(pod(), connected.result());

    List<String> lines = Files.readAllLines(calls);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .startsWith("first ADD eth0 K8S_POD_NAME=web")
        .doesNotContain("prevResult");
    assertThat(lines.get(1))
        .startsWith("second ADD")
        .contains("prevResult")
        .contains("\"hostPort\":80");
    assertThat(lines.get(2)).startsWith("second DEL").contains("\"second\":true");
    assertThat(lines.get(3)).startsWith("first DEL");
  }

  @Test
  void aPluginsErrorIsTold() throws IOException {
    Files.writeString(
        home.resolve("second"),
        "#!/bin/sh\necho '{\"code\":7,\"msg\":\"no\",\"details\":\"room\"}'\nexit 1\n");
    assertThatThrownBy(() -> network.add(pod())).hasMessage("CNI plugin second ADD: no: room");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertThat(network.problem()).isEmpty();
    Files.delete(home.resolve("second"));
    assertThat(network.problem().orElseThrow())
        .contains("\"second\"")
        .contains("containernetworking-plugins");
    assertThat(new CniNetwork(home.resolve("empty"), List.of()).problem().orElseThrow())
        .contains("no CNI configuration");
  }

  @Test
  void theDefaultNetworkIsWrittenOnce() throws IOException {
    var defaults = new DefaultNetwork("br7", List.of("10.7.0.0/24"), home.resolve("ipam"));
    assertThat(defaults.writeTo(home.resolve("new"))).isTrue();
    assertThat(defaults.writeTo(home.resolve("new"))).isFalse();
    assertThat(Files.readString(home.resolve("new/10-j8s.conflist")))
        .contains("\"bridge\":\"br7\"")
        .contains("\"subnet\":\"10.7.0.0/24\"")
        .contains("portmap");
    assertThatThrownBy(() -> new DefaultNetwork("much-too-long-name", List.of(), home))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
