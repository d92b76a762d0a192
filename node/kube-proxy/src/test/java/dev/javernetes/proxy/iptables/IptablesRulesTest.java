package dev.javernetes.proxy.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.proxy.rules.Endpoint;
import dev.javernetes.proxy.rules.ServicePort;
import java.util.List;
import org.junit.jupiter.api.Test;

class IptablesRulesTest {
  static final IptablesRules.Settings SETTINGS =
      new IptablesRules.Settings("KUBE", "10.244.0.0/16", false, "0x4000", List.of());

  static Endpoint endpoint(String ip) {
    return new Endpoint(ip, 8080, true, true, true, false);
  }

  static ServicePort service(
      String name, String ip, int nodePort, int affinitySeconds, Endpoint... endpoints) {
    return new ServicePort(
        "default",
        name,
        "",
        "TCP",
        ip,
        80,
        nodePort,
        List.of(),
        List.of(),
        List.of(),
        affinitySeconds,
        false,
        false,
        0,
        List.of(endpoints));
  }

  private static List<String> rules(ServicePort... ports) {
    return IptablesRules.of(List.of(ports), SETTINGS).text().lines().toList();
  }

  @Test
  void eachEndpointGetsAnEqualShare() {
    List<String> rules =
        rules(
            service(
                "web",
                "10.96.0.5",
                0,
                0,
                endpoint("10.244.0.2"),
                endpoint("10.244.0.3"),
                endpoint("10.244.0.4")));

    assertThat(
            rules.stream().filter(rule -> rule.startsWith("-A KUBE-SVC-") && rule.contains("-> ")))
        .satisfiesExactly(
            first -> assertThat(first).contains("10.244.0.2:8080", "--probability 0.3333333333"),
            second -> assertThat(second).contains("10.244.0.3:8080", "--probability 0.5000000000"),
            third -> assertThat(third).contains("10.244.0.4:8080").doesNotContain("--probability"));
    assertThat(rules).anyMatch(rule -> rule.endsWith("-j DNAT --to-destination 10.244.0.4:8080"));
  }

  @Test
  void aServiceWithoutEndpointsRefusesAtOnce() {
    assertThat(rules(service("web", "10.96.0.5", 30080, 0)))
        .anyMatch(rule ->
            rule.startsWith("-A KUBE-SERVICES")
                && rule.contains("-d 10.96.0.5 --dport 80")
                && rule.endsWith("-j REJECT"))
        .anyMatch(rule ->
            rule.startsWith("-A KUBE-EXTERNAL-SERVICES")
                && rule.contains("--dport 30080")
                && rule.endsWith("-j REJECT"))
        .noneMatch(rule -> rule.contains("DNAT"));
  }

  @Test
  void trafficFromOutsideThePodsIsMasqueraded() {
    List<String> rules = rules(service("web", "10.96.0.5", 30080, 0, endpoint("10.244.0.2")));

    assertThat(rules)
        .anyMatch(
            rule -> rule.contains("! -s 10.244.0.0/16 -d 10.96.0.5 --dport 80 -j KUBE-MARK-MASQ"))
        .anyMatch(rule ->
            rule.startsWith("-A KUBE-NODEPORTS") && rule.contains("--dport 30080 -j KUBE-EXT-"))
        .anyMatch(rule -> rule.startsWith("-A KUBE-EXT-") && rule.endsWith("-j KUBE-MARK-MASQ"));
  }

  @Test
  void affinityAsksWhoWasThereBefore() {
    List<String> rules =
        rules(service("web", "10.96.0.5", 0, 600, endpoint("10.244.0.2"), endpoint("10.244.0.3")));

    assertThat(rules.stream().filter(rule -> rule.contains("--rcheck --seconds 600 --reap")))
        .hasSize(2);
    assertThat(rules.stream().filter(rule -> rule.contains("--set") && rule.contains("DNAT")))
        .hasSize(2);
  }

  @Test
  void everyChainThatIsUsedIsDeclared() {
    IptablesRules.Rules rules =
        IptablesRules.of(
            List.of(
                service(
                    "a", "10.96.0.5", 30080, 600, endpoint("10.244.0.2"), endpoint("10.244.0.3")),
                service("b", "10.96.0.6", 30081, 0),
                new ServicePort(
                    "default",
                    "c",
                    "http",
                    "TCP",
                    "10.96.0.7",
                    80,
                    30082,
                    List.of("192.0.2.1"),
                    List.of("192.0.2.2"),
                    List.of("198.51.100.0/24"),
                    0,
                    false,
                    true,
                    0,
                    List.of(
                        endpoint("10.244.0.4"),
                        new Endpoint("10.244.1.4", 8080, false, true, true, false)))),
            SETTINGS);

    List<String> declared =
        rules
            .text()
            .lines()
            .filter(line -> line.startsWith(":"))
            .map(line -> line.substring(1, line.indexOf(' ')))
            .toList();
    assertThat(
            rules
                .text()
                .lines()
                .filter(line -> line.contains(" -j KUBE-"))
                .map(line -> line.substring(line.indexOf(" -j ") + 4)))
        .isNotEmpty()
        .allMatch(declared::contains);
    assertThat(declared).allMatch(name -> name.length() <= 28);
  }
}
