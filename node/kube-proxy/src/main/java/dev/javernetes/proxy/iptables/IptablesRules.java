package dev.javernetes.proxy.iptables;

import dev.javernetes.proxy.rules.Endpoint;
import dev.javernetes.proxy.rules.ServicePort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Computes the whole of kube-proxy's rules as input for {@code iptables-restore --noflush}, which
 * replaces the chains that it declares in one step per table and touches no other.
 *
 * <pre>
 *   PREROUTING, OUTPUT ─► KUBE-SERVICES ─ 10.96.0.5:80 ─► KUBE-SVC-… ─ one in n ─► KUBE-SEP-… ─► DNAT 10.244.0.7:8080
 *                               └─ to an own address ─► KUBE-NODEPORTS ─► KUBE-EXT-… ─► (masquerade) ─► KUBE-SVC-…
 *   POSTROUTING ─► KUBE-POSTROUTING ─ marked ─► MASQUERADE
 * </pre>
 */
public final class IptablesRules {
  private final ChainNames names;
  private final Settings settings;
  private final List<String> filter = new ArrayList<>();
  private final List<String> nat = new ArrayList<>();
  private final Set<String> filterChains = new LinkedHashSet<>();
  private final Set<String> natChains = new LinkedHashSet<>();
  private final List<String> nodePortFilter = new ArrayList<>();

  /**
   * @param clusterCidr where pods live; traffic to a cluster address from elsewhere is masqueraded.
   *     Empty: unknown, none is
   * @param masqueradeMark the packet mark, one bit: {@code 0x4000}
   * @param nodePortAddresses CIDRs of own addresses that node ports listen on; empty for all
   */
  public record Settings(
      String chainPrefix,
      String clusterCidr,
      boolean masqueradeAll,
      String masqueradeMark,
      List<String> nodePortAddresses) {
    public Settings {
      nodePortAddresses = List.copyOf(nodePortAddresses);
    }
  }

  /** The text, and the chains that it has in each table: any other of our prefix is stale. */
  public record Rules(String text, Set<String> filterChains, Set<String> natChains) {}

  private IptablesRules(Settings settings) {
    this.settings = settings;
    this.names = new ChainNames(settings.chainPrefix());
  }

  public static Rules of(List<ServicePort> ports, Settings settings) {
    return new IptablesRules(settings).compute(ports);
  }

  private Rules compute(List<ServicePort> ports) {
    filterChains.addAll(
        List.of(
            names.services(),
            names.externalServices(),
            names.forward(),
            names.nodePorts(),
            names.firewall()));
    natChains.addAll(
        List.of(names.services(), names.nodePorts(), names.postrouting(), names.markMasquerade()));
    masquerading();
    forwarding();
    List<String> nodePorts = new ArrayList<>();
    for (ServicePort port : ports) {
      service(port, nodePorts);
    }
    filter.addAll(nodePortFilter);
    nat.addAll(nodePorts);
    // Last, so that cluster addresses are matched before an own address is asked for its node
    // ports.
    String comment =
        comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
    if (settings.nodePortAddresses().isEmpty()) {
      nat.add(
          "-A "
              + names.services()
              + comment
              + " -m addrtype --dst-type LOCAL -j "
              + names.nodePorts());
    } else {
      for (String cidr : settings.nodePortAddresses()) {
        nat.add("-A " + names.services() + comment + " -d " + cidr + " -j " + names.nodePorts());
      }
    }
    return new Rules(
        table("filter", filterChains, filter) + table("nat", natChains, nat),
        Set.copyOf(filterChains),
        Set.copyOf(natChains));
  }

  private static String table(String name, Set<String> chains, List<String> rules) {
    StringBuilder text = new StringBuilder("*" + name + "\n");
    chains.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
    rules.forEach(rule -> text.append(rule).append('\n'));
    return text.append("COMMIT\n").toString();
  }

  private void masquerading() {
    String mark = settings.masqueradeMark();
    String post = "-A " + names.postrouting();
    nat.add(post + " -m mark ! --mark " + mark + "/" + mark + " -j RETURN");
    nat.add(
        post
            + " -j MARK --xor-mark "
            + mark); // or the packet would be masqueraded again on its way through a tunnel
    nat.add(
        post
            + comment("kubernetes service traffic requiring SNAT")
            + " -j MASQUERADE --random-fully");
    nat.add("-A " + names.markMasquerade() + " -j MARK --or-mark " + mark);
  }

  private void forwarding() {
    String mark = settings.masqueradeMark();
    String forward = "-A " + names.forward();
    filter.add(forward + " -m conntrack --ctstate INVALID -j DROP");
    filter.add(
        forward
            + comment("kubernetes forwarding rules")
            + " -m mark --mark "
            + mark
            + "/"
            + mark
            + " -j ACCEPT");
    filter.add(
        forward
            + comment("kubernetes forwarding conntrack rule")
            + " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
  }

  private void service(ServicePort port, List<String> nodePorts) {
    List<Endpoint> inside = port.internalEndpoints();
    List<Endpoint> outside = port.externalEndpoints();
    boolean any = port.endpoints().stream().anyMatch(e -> e.ready() || e.serving());
    if (!inside.isEmpty()) {
      clusterAddress(port);
    } else {
      refuse(port, names.services(), " -d " + port.clusterIp() + " --dport " + port.port(), any);
    }
    if (port.isExternal()) {
      if (any && !(outside.isEmpty() && inside.isEmpty())) {
        external(port, nodePorts);
      }
      if (outside.isEmpty()) {
        refuseExternal(port, any);
      }
    }
    Set<Endpoint> used = new LinkedHashSet<>();
    if (!inside.isEmpty()) {
      balance(port, names.service(port), inside);
      used.addAll(inside);
    }
    if (port.isExternal() && port.externalLocal() && !outside.isEmpty()) {
      balance(port, names.local(port), outside);
      used.addAll(outside);
    } else if (port.isExternal() && inside.isEmpty() && !outside.isEmpty()) {
      balance(port, names.service(port), outside);
      used.addAll(outside);
    }
    used.forEach(endpoint -> endpoint(port, endpoint));
  }

  private void clusterAddress(ServicePort port) {
    String chain = names.service(port);
    natChains.add(chain);
    String match = match(port, " -d " + port.clusterIp() + " --dport " + port.port());
    nat.add("-A " + names.services() + comment(port.id() + " cluster IP") + match + " -j " + chain);
    String mark = "-A " + chain + comment(port.id() + " cluster IP");
    if (settings.masqueradeAll()) {
      nat.add(mark + match + " -j " + names.markMasquerade());
    } else if (!settings.clusterCidr().isEmpty() && !port.internalLocal()) {
      nat.add(
          mark
              + match(
                  port,
                  " ! -s "
                      + settings.clusterCidr()
                      + " -d "
                      + port.clusterIp()
                      + " --dport "
                      + port.port())
              + " -j "
              + names.markMasquerade());
    }
  }

  private void external(ServicePort port, List<String> nodePorts) {
    String chain = names.external(port);
    natChains.add(chain);
    String to = "-A " + names.services() + comment(port.id() + " external IP");
    for (String ip : port.externalIps()) {
      nat.add(to + match(port, " -d " + ip + " --dport " + port.port()) + " -j " + chain);
    }
    for (String ip : port.loadBalancerIps()) {
      nat.add(
          "-A "
              + names.services()
              + comment(port.id() + " loadbalancer IP")
              + match(port, " -d " + ip + " --dport " + port.port())
              + " -j "
              + chain);
      firewall(port, ip);
    }
    if (port.nodePort() != 0) {
      nodePorts.add(
          "-A "
              + names.nodePorts()
              + comment(port.id())
              + match(port, " --dport " + port.nodePort())
              + " -j "
              + chain);
    }
    String from = "-A " + chain;
    if (!port.externalLocal()) {
      nat.add(
          from
              + comment("masquerade traffic for " + port.id() + " external destinations")
              + " -j "
              + names.markMasquerade());
      natChains.add(names.service(port));
      nat.add(from + " -j " + names.service(port));
      return;
    }
    insiders(port, from);
    if (!port.externalEndpoints().isEmpty()) {
      natChains.add(names.local(port));
      nat.add(from + " -j " + names.local(port));
    }
  }

  /**
   * With {@code externalTrafficPolicy: Local} pods and the node itself may still go to every
   * endpoint by an external address.
   */
  private void insiders(ServicePort port, String from) {
    if (port.internalEndpoints().isEmpty()) {
      return;
    }
    natChains.add(names.service(port));
    if (!settings.clusterCidr().isEmpty()) {
      nat.add(
          from
              + comment("pod traffic for " + port.id() + " external destinations")
              + " -s "
              + settings.clusterCidr()
              + " -j "
              + names.service(port));
    }
    String local =
        comment("route LOCAL traffic for " + port.id() + " external destinations")
            + " -m addrtype --src-type LOCAL -j ";
    nat.add(from + local + names.markMasquerade());
    nat.add(from + local + names.service(port));
  }

  /** {@code loadBalancerSourceRanges}: everyone else is dropped. */
  private void firewall(ServicePort port, String ip) {
    if (port.sourceRanges().isEmpty()) {
      return;
    }
    // Before DNAT has changed the address, the original one is known to conntrack alone.
    String original =
        " -m conntrack --ctorigdst " + ip + " --ctorigdstport " + port.port() + " --ctdir ORIGINAL";
    String rule =
        "-A "
            + names.firewall()
            + comment(port.id() + " traffic not accepted by loadBalancerSourceRanges")
            + protocol(port)
            + original;
    for (String range : port.sourceRanges()) {
      filter.add(
          "-A "
              + names.firewall()
              + comment(port.id() + " loadBalancerSourceRanges")
              + protocol(port)
              + original
              + " -s "
              + range
              + " -j RETURN");
    }
    filter.add(rule + " -j DROP");
  }

  /**
   * Nobody serves: refused at once, or dropped where endpoints exist but none that this traffic may
   * use.
   */
  private void refuse(
      ServicePort port, String chain, String destination, boolean endpointsElsewhere) {
    String why = port.id() + (endpointsElsewhere ? " has no local endpoints" : " has no endpoints");
    filter.add(
        "-A "
            + chain
            + comment(why)
            + match(port, destination)
            + (endpointsElsewhere ? " -j DROP" : " -j REJECT"));
  }

  private void refuseExternal(ServicePort port, boolean endpointsElsewhere) {
    List<String> ips = new ArrayList<>(port.externalIps());
    ips.addAll(port.loadBalancerIps());
    for (String ip : ips) {
      refuse(
          port,
          names.externalServices(),
          " -d " + ip + " --dport " + port.port(),
          endpointsElsewhere);
    }
    if (port.nodePort() != 0) {
      refuse(
          port,
          names.externalServices(),
          " -m addrtype --dst-type LOCAL --dport " + port.nodePort(),
          endpointsElsewhere);
    }
  }

  /**
   * With three endpoints: the first gets a third, the second half of the rest, the third what is
   * left.
   */
  private void balance(ServicePort port, String chain, List<Endpoint> endpoints) {
    natChains.add(chain);
    if (port.affinitySeconds() > 0) {
      for (Endpoint endpoint : endpoints) {
        String name = names.endpoint(port, endpoint);
        nat.add(
            "-A "
                + chain
                + comment(port.id() + " -> " + endpoint.address())
                + " -m recent --name "
                + name
                + " --rcheck --seconds "
                + port.affinitySeconds()
                + " --reap -j "
                + name);
      }
    }
    for (int i = 0; i < endpoints.size(); i++) {
      int left = endpoints.size() - i;
      String chance =
          left == 1
              ? ""
              : String.format(
                  Locale.ROOT, " -m statistic --mode random --probability %.10f", 1.0 / left);
      nat.add(
          "-A "
              + chain
              + comment(port.id() + " -> " + endpoints.get(i).address())
              + chance
              + " -j "
              + names.endpoint(port, endpoints.get(i)));
    }
  }

  private void endpoint(ServicePort port, Endpoint endpoint) {
    String chain = names.endpoint(port, endpoint);
    natChains.add(chain);
    // A pod that reaches itself through its Service: the answer must come back the way it went.
    nat.add(
        "-A "
            + chain
            + comment(port.id())
            + " -s "
            + endpoint.ip()
            + " -j "
            + names.markMasquerade());
    String remember = port.affinitySeconds() > 0 ? " -m recent --name " + chain + " --set" : "";
    nat.add(
        "-A "
            + chain
            + comment(port.id())
            + remember
            + protocol(port)
            + " -j DNAT --to-destination "
            + endpoint.address());
  }

  private static String match(ServicePort port, String destination) {
    return protocol(port) + destination;
  }

  private static String protocol(ServicePort port) {
    String name = port.protocol().toLowerCase(Locale.ROOT);
    return " -m " + name + " -p " + name;
  }

  private static String comment(String text) {
    return " -m comment --comment \"" + text + "\"";
  }
}
