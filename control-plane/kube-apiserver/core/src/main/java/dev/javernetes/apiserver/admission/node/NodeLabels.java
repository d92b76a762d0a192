package dev.javernetes.apiserver.admission.node;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The labels that a kubelet may put on its own node, and those that are not its to change. */
final class NodeLabels {
  private static final Set<String> KUBELETS =
      Set.of(
          "kubernetes.io/hostname",
          "topology.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region",
          "node.kubernetes.io/instance-type",
          "beta.kubernetes.io/instance-type",
          "kubernetes.io/os",
          "kubernetes.io/arch",
          "beta.kubernetes.io/os",
          "beta.kubernetes.io/arch",
          "node.kubernetes.io/windows-build");
  private static final Set<String> KUBELET_DOMAINS =
      Set.of("kubelet.kubernetes.io", "node.kubernetes.io");
  private static final String RESTRICTED = "node-restriction.kubernetes.io";

  private NodeLabels() {}

  /** The labels that differ between the two nodes and may not, sorted. */
  static Set<String> forbidden(JsonObject node, JsonObject old) {
    Map<String, String> now = node.objectOrEmpty("metadata").stringMap("labels");
    Map<String, String> before = old.objectOrEmpty("metadata").stringMap("labels");
    Set<String> modified = new TreeSet<>(now.keySet());
    modified.addAll(before.keySet());
    modified.removeIf(label -> now.containsKey(label) && now.get(label).equals(before.get(label)));
    modified.removeIf(label -> !isForbidden(label));
    return modified;
  }

  private static boolean isForbidden(String label) {
    int slash = label.indexOf('/');
    String domain = slash < 0 ? "" : label.substring(0, slash);
    if (within(domain, RESTRICTED)) {
      return true;
    }
    if (!within(domain, "kubernetes.io") && !within(domain, "k8s.io")) {
      return false;
    }
    return !KUBELETS.contains(label)
        && KUBELET_DOMAINS.stream().noneMatch(ours -> within(domain, ours));
  }

  private static boolean within(String domain, String parent) {
    return domain.equals(parent) || domain.endsWith("." + parent);
  }
}
