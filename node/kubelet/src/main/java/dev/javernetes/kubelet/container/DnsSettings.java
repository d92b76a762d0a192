package dev.javernetes.kubelet.container;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodDNSConfig;
import dev.javernetes.api.model.core.v1.PodDNSConfigOption;
import dev.javernetes.cri.v1.DNSConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * What stands in a pod's {@code /etc/resolv.conf}, by its dnsPolicy.
 *
 * <p>ClusterFirst in namespace {@code shop}: the cluster's DNS servers, searching {@code
 * shop.svc.cluster.local svc.cluster.local cluster.local} and then the node's domains, {@code
 * ndots:5}.
 */
public final class DnsSettings {
  /** resolv.conf(5), and upstream's own limit on the search list. */
  private static final int MAX_SERVERS = 3;

  private static final int MAX_SEARCHES = 32;
  private static final int MAX_SEARCH_CHARACTERS = 2048;

  private DnsSettings() {}

  public static DNSConfig of(
      Pod pod, List<String> clusterDns, String clusterDomain, ResolvConf node) {
    String policy = pod.spec().dnsPolicy();
    boolean host = Boolean.TRUE.equals(pod.spec().hostNetwork());
    List<String> servers = node.servers();
    SequencedSet<String> searches = new LinkedHashSet<>(node.searches());
    List<String> options = new ArrayList<>(node.options());
    boolean clusterFirst =
        policy.equals("ClusterFirstWithHostNet")
            || ((policy.equals("ClusterFirst") || policy.isEmpty()) && !host);
    if (policy.equals("None")) {
      servers = List.of();
      searches.clear();
      options.clear();
    } else if (clusterFirst && !clusterDns.isEmpty()) {
      servers = clusterDns;
      searches = new LinkedHashSet<>();
      if (!clusterDomain.isEmpty()) {
        searches.add(pod.metadata().namespace() + ".svc." + clusterDomain);
        searches.add("svc." + clusterDomain);
        searches.add(clusterDomain);
      }
      searches.addAll(node.searches());
      options = new ArrayList<>(List.of("ndots:5"));
    }
    PodDNSConfig extra = pod.spec().dnsConfig();
    if (extra != null) {
      SequencedSet<String> all = new LinkedHashSet<>(servers);
      all.addAll(extra.nameservers());
      servers = List.copyOf(all);
      searches.addAll(extra.searches());
      options = merge(options, extra.options());
    }
    return DNSConfig.newBuilder()
        .addAllServers(servers.stream().limit(MAX_SERVERS).toList())
        .addAllSearches(limited(searches))
        .addAllOptions(options)
        .build();
  }

  private static List<String> merge(List<String> options, List<PodDNSConfigOption> extra) {
    Map<String, String> merged = new LinkedHashMap<>();
    for (String option : options) {
      int colon = option.indexOf(':');
      merged.put(colon < 0 ? option : option.substring(0, colon), option);
    }
    for (PodDNSConfigOption option : extra) {
      String value = option.value();
      merged.put(
          option.name(),
          value == null || value.isEmpty() ? option.name() : option.name() + ":" + value);
    }
    return List.copyOf(merged.values());
  }

  private static List<String> limited(SequencedSet<String> searches) {
    List<String> kept = new ArrayList<>();
    int characters = 0;
    for (String search : searches) {
      characters += search.length() + 1;
      if (kept.size() == MAX_SEARCHES || characters > MAX_SEARCH_CHARACTERS) {
        break;
      }
      kept.add(search);
    }
    return kept;
  }
}
