package dev.javernetes.proxy.iptables;

import static dev.javernetes.proxy.iptables.IptablesRulesTest.SETTINGS;
import static dev.javernetes.proxy.iptables.IptablesRulesTest.endpoint;
import static dev.javernetes.proxy.iptables.IptablesRulesTest.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javernetes.proxy.rules.ServicePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules in a real kernel, in a network namespace of the test's own. */
class IptablesDataPlaneTest {
  private final String namespace = "j8s-proxy-test-" + ProcessHandle.current().pid();
  private final Iptables iptables =
      new Iptables("iptables", List.of("ip", "netns", "exec", namespace));
  private final IptablesDataPlane dataPlane = new IptablesDataPlane(iptables, SETTINGS);

  @BeforeEach
  void makeNamespace() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root to make a network namespace");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/iptables-restore")), "needs the package iptables");
    Iptables.run(List.of("ip", "netns", "add", namespace), "");
  }

  @AfterEach
  void removeNamespace() throws Exception {
    if (Files.exists(Path.of("/run/netns", namespace))) {
      Iptables.run(List.of("ip", "netns", "del", namespace), "");
    }
  }

  private List<String> saved() throws IOException, InterruptedException {
    return (iptables.save("nat") + iptables.save("filter"))
        .lines()
        .filter(line -> line.contains("KUBE-"))
        .toList();
  }

  @Test
  void appliesChangesAndCleansUp() throws Exception {
    List<ServicePort> two =
        List.of(
            service("web", "10.96.0.5", 30080, 600, endpoint("10.244.0.2"), endpoint("10.244.0.3")),
            service("idle", "10.96.0.6", 0, 0));
    dataPlane.apply(two);
    assertThat(saved()).anyMatch(rule -> rule.contains("--to-destination 10.244.0.3:8080"));
    int jumps = saved().stream().filter(rule -> rule.startsWith("-A PREROUTING")).toList().size();
    assertThat(jumps).isEqualTo(1);

    dataPlane.apply(List.of(service("web", "10.96.0.5", 30080, 0, endpoint("10.244.0.2"))));
    assertThat(saved())
        .as("stale chains are gone")
        .noneMatch(rule -> rule.contains("10.244.0.3"))
        .noneMatch(rule -> rule.contains("10.96.0.6"));

    new IptablesDataPlane(iptables, SETTINGS)
        .apply(List.of()); // a proxy that was started anew finds what the last one left
    assertThat(saved()).noneMatch(rule -> rule.contains("10.96.0.5"));
    assertThat(saved().stream().filter(rule -> rule.startsWith("-A PREROUTING"))).hasSize(1);

    dataPlane.cleanUp();
    assertThat(saved()).isEmpty();
  }
}
