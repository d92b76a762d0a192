package dev.javernetes.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeArgumentsTest {
  private static final RuntimeOptions DEFAULTS =
      RuntimeOptions.under(Path.of("/var/lib/j8s"), Path.of("/run/j8s"));

  @Test
  void flagsReplaceDefaults() throws IOException {
    RuntimeOptions options =
        RuntimeArguments.parse(
            List.of("--listen=unix:///x.sock", "--pod-cidr", "10.1.0.0/24,fd00::/64", "--bridge", "b0", "--root", "/r"),
            DEFAULTS);
    assertThat(options.listen()).hasToString("unix:///x.sock");
    assertThat(options.podCidrs()).containsExactly("10.1.0.0/24", "fd00::/64");
    assertThat(options.bridge()).isEqualTo("b0");
    assertThat(options.root()).isEqualTo(Path.of("/r"));
    assertThat(options.state()).isEqualTo(Path.of("/run/j8s"));
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> RuntimeArguments.parse(List.of("--nosuch=1"), DEFAULTS))
        .hasMessage("unknown flag: --nosuch");
    assertThatThrownBy(() -> RuntimeArguments.parse(List.of("--root"), DEFAULTS))
        .hasMessage("flag --root needs a value");
    assertThatThrownBy(() -> RuntimeArguments.parse(List.of("--bridge=a-name-that-is-too-long"), DEFAULTS))
        .hasMessageContaining("bridge");
    assertThatThrownBy(() -> RuntimeArguments.parse(List.of("--listen=tcp://:1"), DEFAULTS))
        .hasMessageContaining("unix://");
  }

  @Test
  void chainsOfThePortMappingPluginGoOnlyWhenNobodyUsesThem() {
    List<String> unused =
        List.of(
            ":CNI-HOSTPORT-DNAT - [0:0]",
            ":CNI-HOSTPORT-MASQ - [0:0]",
            "-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT",
            "-A POSTROUTING -m comment --comment \"CNI portfwd requiring masquerade\" -j CNI-HOSTPORT-MASQ",
            "-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE");
    assertThat(Leftovers.portMappingRemovals(unused))
        .containsExactly(
            List.of("-D", "PREROUTING", "-m", "addrtype", "--dst-type", "LOCAL", "-j", "CNI-HOSTPORT-DNAT"),
            List.of(
                "-D", "POSTROUTING", "-m", "comment", "--comment", "CNI portfwd requiring masquerade", "-j",
                "CNI-HOSTPORT-MASQ"),
            List.of("-F", "CNI-HOSTPORT-DNAT"),
            List.of("-F", "CNI-HOSTPORT-MASQ"),
            List.of("-X", "CNI-HOSTPORT-DNAT"),
            List.of("-X", "CNI-HOSTPORT-MASQ"));
    var used = new java.util.ArrayList<>(unused);
    used.add("-A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 80 -j CNI-DN-1234");
    assertThat(Leftovers.portMappingRemovals(used)).isEmpty();
  }
}
