package dev.javernetes.proxy.iptables;

import dev.javernetes.proxy.DataPlane;
import dev.javernetes.proxy.rules.Endpoint;
import dev.javernetes.proxy.rules.ServicePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies {@link IptablesRules} with iptables-restore, links them into the built-in chains, and
 * forgets stale UDP flows.
 */
public final class IptablesDataPlane implements DataPlane {
  private static final Logger log = LoggerFactory.getLogger(IptablesDataPlane.class);

  /** A built-in chain and how it jumps into one of ours. */
  private record Jump(String table, String from, List<String> match, String to) {
    String[] arguments(String verb) {
      List<String> all = new java.util.ArrayList<>(List.of("-t", table, verb, from));
      all.addAll(match);
      all.addAll(List.of("-j", to));
      return all.toArray(new String[0]);
    }
  }

  private final Iptables iptables;
  private final IptablesRules.Settings settings;
  private final List<Jump> jumps;
  private String applied = "";
  private Set<String> filterChains = Set.of();
  private Set<String> natChains = Set.of();
  private Set<Flow> flows = Set.of();
  private boolean linked;

  /**
   * Where UDP traffic to an address and port ends: conntrack remembers it for longer than the rule
   * may stand.
   */
  private record Flow(String protocol, String ip, int port, String endpointIp) {}

  public IptablesDataPlane(Iptables iptables, IptablesRules.Settings settings) {
    this.iptables = iptables;
    this.settings = settings;
    ChainNames names = new ChainNames(settings.chainPrefix());
    List<String> portal = List.of("-m", "comment", "--comment", "kubernetes service portals");
    List<String> fresh = List.of("-m", "conntrack", "--ctstate", "NEW");
    this.jumps =
        List.of(
            new Jump("nat", "PREROUTING", portal, names.services()),
            new Jump("nat", "OUTPUT", portal, names.services()),
            new Jump("nat", "POSTROUTING", List.of(), names.postrouting()),
            new Jump("filter", "INPUT", List.of(), names.nodePorts()),
            new Jump("filter", "INPUT", fresh, names.externalServices()),
            new Jump("filter", "INPUT", fresh, names.firewall()),
            new Jump("filter", "FORWARD", fresh, names.firewall()),
            new Jump("filter", "FORWARD", List.of(), names.forward()),
            new Jump("filter", "FORWARD", fresh, names.services()),
            new Jump("filter", "FORWARD", fresh, names.externalServices()),
            new Jump("filter", "OUTPUT", fresh, names.services()),
            new Jump("filter", "OUTPUT", fresh, names.firewall()));
  }

  /** What the kernel must allow for Services to work at all. */
  public static void prepareKernel() {
    set("/proc/sys/net/ipv4/ip_forward", "1");
    set("/proc/sys/net/ipv4/conf/all/route_localnet", "1"); // node ports on 127.0.0.1
    set(
        "/proc/sys/net/bridge/bridge-nf-call-iptables",
        "1"); // pods of one bridge must see Services, too
  }

  private static void set(String file, String value) {
    Path path = Path.of(file);
    try {
      if (Files.exists(path) && !Files.readString(path).strip().equals(value)) {
        Files.writeString(path, value);
      }
    } catch (IOException refused) {
      log.warn("cannot set {} to {}: {}", file, value, refused.getMessage());
    }
  }

  @Override
  public void apply(List<ServicePort> ports) throws IOException, InterruptedException {
    IptablesRules.Rules rules = IptablesRules.of(ports, settings);
    if (!rules.text().equals(applied)) {
      if (!linked) {
        filterChains = ourChains("filter");
        natChains = ourChains("nat");
      }
      iptables.restore(
          rules.text()
              + stale("filter", filterChains, rules.filterChains())
              + stale("nat", natChains, rules.natChains()));
      filterChains = rules.filterChains();
      natChains = rules.natChains();
      applied = rules.text();
    }
    if (!linked) {
      for (Jump jump : jumps.reversed()) {
        if (!iptables.has(jump.arguments("-C"))) {
          iptables.run(jump.arguments("-I"));
        }
      }
      linked = true;
    }
    forgetStaleFlows(ports);
  }

  /** Chains of earlier rules: emptied and deleted once nothing jumps to them any more. */
  private static String stale(String table, Set<String> before, Set<String> now) {
    StringBuilder text = new StringBuilder();
    before.stream()
        .filter(chain -> !now.contains(chain))
        .forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
    before.stream()
        .filter(chain -> !now.contains(chain))
        .forEach(chain -> text.append("-X ").append(chain).append('\n'));
    return text.isEmpty() ? "" : "*" + table + "\n" + text + "COMMIT\n";
  }

  private Set<String> ourChains(String table) throws IOException, InterruptedException {
    Set<String> found = new HashSet<>();
    for (String line : iptables.save(table).split("\n")) {
      if (line.startsWith(":" + settings.chainPrefix() + "-")) {
        found.add(line.substring(1, line.indexOf(' ')));
      }
    }
    return found;
  }

  /**
   * UDP has no end of a connection: without this a client would talk to a pod that is gone for as
   * long as it keeps talking.
   */
  private void forgetStaleFlows(List<ServicePort> ports) throws InterruptedException {
    Set<Flow> now = new HashSet<>();
    Set<Flow> empty = new HashSet<>();
    for (ServicePort port : ports) {
      if (!port.protocol().equals("TCP")) {
        String protocol = port.protocol().toLowerCase(Locale.ROOT);
        for (Endpoint endpoint : port.internalEndpoints()) {
          now.add(new Flow(protocol, port.clusterIp(), port.port(), endpoint.ip()));
        }
        if (port.internalEndpoints().isEmpty()) {
          empty.add(new Flow(protocol, port.clusterIp(), port.port(), ""));
        }
      }
    }
    for (Flow flow : now) {
      Flow before = new Flow(flow.protocol(), flow.ip(), flow.port(), "");
      if (flows.contains(
          before)) { // packets that came while nobody served were remembered as going nowhere
        conntrack(
            "-D",
            "--orig-dst",
            flow.ip(),
            "-p",
            flow.protocol(),
            "--orig-port-dst",
            Integer.toString(flow.port()));
      }
    }
    for (Flow flow : flows) {
      if (!flow.endpointIp().isEmpty() && !now.contains(flow)) {
        conntrack(
            "-D", "--orig-dst", flow.ip(), "--dst-nat", flow.endpointIp(), "-p", flow.protocol());
      }
    }
    now.addAll(empty);
    flows = now;
  }

  private static void conntrack(String... arguments) throws InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("conntrack"));
    command.addAll(List.of(arguments));
    try {
      Iptables.run(command, "");
    } catch (IOException problem) {
      // Exit status 1 with "0 flow entries" is the usual case: there was none to forget.
      if (!String.valueOf(problem.getMessage()).contains("0 flow entries")) {
        log.warn("stale connections stay: {}", problem.getMessage());
      }
    }
  }

  @Override
  public void cleanUp() throws IOException, InterruptedException {
    for (Jump jump : jumps) {
      while (iptables.has(jump.arguments("-C"))) {
        iptables.run(jump.arguments("-D"));
      }
    }
    String rules =
        stale("filter", ourChains("filter"), Set.of()) + stale("nat", ourChains("nat"), Set.of());
    if (!rules.isEmpty()) {
      iptables.restore(rules);
    }
    linked = false;
    applied = "";
  }
}
