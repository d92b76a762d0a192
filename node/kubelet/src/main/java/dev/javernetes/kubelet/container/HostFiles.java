package dev.javernetes.kubelet.container;

import dev.javernetes.api.model.core.v1.HostAlias;
import dev.javernetes.api.model.core.v1.Pod;
import java.util.List;

/** A pod's own names: its host name, and the {@code /etc/hosts} that knows it. */
public final class HostFiles {
  /** sethostname(2) takes 64 bytes, DNS labels 63. */
  private static final int MAX_HOSTNAME = 63;

  private HostFiles() {}

  /** {@code spec.hostname}, else the pod's name, cut to what a host name may be. */
  public static String hostname(Pod pod, String nodeName) {
    if (Boolean.TRUE.equals(pod.spec().hostNetwork())) {
      return nodeName;
    }
    if (pod.spec().hostnameOverride() instanceof String override && !override.isEmpty()) {
      return override;
    }
    String name = pod.spec().hostname().isEmpty() ? pod.metadata().name() : pod.spec().hostname();
    String hostname = name.length() > MAX_HOSTNAME ? name.substring(0, MAX_HOSTNAME) : name;
    String cut = hostname.replaceAll("[-.]+$", "");
    if (Boolean.TRUE.equals(pod.spec().setHostnameAsFQDN())) {
      String domain = domain(pod, "cluster.local");
      return domain.isEmpty() ? cut : cut + "." + domain;
    }
    return cut;
  }

  /** {@code sub.default.svc.cluster.local} for a pod with {@code subdomain: sub}, else empty. */
  public static String domain(Pod pod, String clusterDomain) {
    String subdomain = pod.spec().subdomain();
    return subdomain.isEmpty()
        ? ""
        : "%s.%s.svc.%s".formatted(subdomain, pod.metadata().namespace(), clusterDomain);
  }

  /** The file for a pod with its own network. */
  public static String hosts(
      List<String> podIps, String hostname, String domain, List<HostAlias> aliases) {
    StringBuilder text = new StringBuilder("# Kubernetes-managed hosts file.\n");
    text.append("127.0.0.1\tlocalhost\n");
    text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
    text.append("fe00::\tip6-localnet\n");
    text.append("fe00::\tip6-mcastprefix\n");
    text.append("fe00::1\tip6-allnodes\n");
    text.append("fe00::2\tip6-allrouters\n");
    for (String ip : podIps) {
      text.append(ip).append('\t');
      if (!domain.isEmpty()) {
        text.append(hostname).append('.').append(domain).append('\t');
      }
      text.append(hostname).append('\n');
    }
    return text.append(aliases(aliases)).toString();
  }

  /** The file for a pod on the node's network: the node's own, with the pod's aliases. */
  public static String nodeHosts(String nodeFile, List<HostAlias> aliases) {
    return "# Kubernetes-managed hosts file (host network).\n" + nodeFile + aliases(aliases);
  }

  private static String aliases(List<HostAlias> aliases) {
    if (aliases.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("\n# Entries added by HostAliases.\n");
    for (HostAlias alias : aliases) {
      text.append(alias.ip())
          .append('\t')
          .append(String.join("\t", alias.hostnames()))
          .append('\n');
    }
    return text.toString();
  }
}
