package dev.javernetes.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeftoversTest {
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
            List.of(
                "-D",
                "PREROUTING",
                "-m",
                "addrtype",
                "--dst-type",
                "LOCAL",
                "-j",
                "CNI-HOSTPORT-DNAT"),
            List.of(
                "-D",
                "POSTROUTING",
                "-m",
                "comment",
                "--comment",
                "CNI portfwd requiring masquerade",
                "-j",
                "CNI-HOSTPORT-MASQ"),
            List.of("-F", "CNI-HOSTPORT-DNAT"),
            List.of("-F", "CNI-HOSTPORT-MASQ"),
            List.of("-X", "CNI-HOSTPORT-DNAT"),
            List.of("-X", "CNI-HOSTPORT-MASQ"));
    var used = new java.util.ArrayList<>(unused);
    used.add("-A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 80 -j CNI-DN-1234");
    assertThat(Leftovers.portMappingRemovals(used)).isEmpty();
  }

  @Test
  void masqueradingGoesByTheNameOfTheNetwork() {
    String rule =
        "-A POSTROUTING -s 10.1.0.2/32 -m comment --comment \"name: \\\"%s\\\" id: \\\"90aa\\\"\" -j CNI-%s";
    List<String> rules = List.of(rule.formatted("ours", "aa"), rule.formatted("theirs", "bb"));
    assertThat(Leftovers.masqueradeRemovals(rules, "ours"))
        .containsExactly(
            List.of(
                "-D",
                "POSTROUTING",
                "-s",
                "10.1.0.2/32",
                "-m",
                "comment",
                "--comment",
                "name: \"ours\" id: \"90aa\"",
                "-j",
                "CNI-aa"),
            List.of("-F", "CNI-aa"),
            List.of("-X", "CNI-aa"));
  }
}
