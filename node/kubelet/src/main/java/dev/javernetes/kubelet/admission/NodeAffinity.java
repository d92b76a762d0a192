package dev.javernetes.kubelet.admission;

import dev.javernetes.api.model.core.v1.Affinity;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeSelectorRequirement;
import dev.javernetes.api.model.core.v1.NodeSelectorTerm;
import dev.javernetes.api.model.core.v1.Pod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a pod's nodeSelector and required node affinity fit a node. */
final class NodeAffinity {
  private NodeAffinity() {}

  static boolean fits(Pod pod, Node node) {
    Map<String, String> labels = node.metadata().labels();
    if (!labels.entrySet().containsAll(pod.spec().nodeSelector().entrySet())) {
      return false;
    }
    Affinity affinity = pod.spec().affinity();
    if (affinity == null
        || affinity.nodeAffinity() == null
        || affinity.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution() == null) {
      return true;
    }
    // terms are alternatives, an empty one matches nothing
    return affinity
        .nodeAffinity()
        .requiredDuringSchedulingIgnoredDuringExecution()
        .nodeSelectorTerms()
        .stream()
        .anyMatch(term -> matches(term, node));
  }

  private static boolean matches(NodeSelectorTerm term, Node node) {
    if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
      return false;
    }
    boolean labels =
        term.matchExpressions().stream()
            .allMatch(requirement ->
                matches(requirement, node.metadata().labels().get(requirement.key())));
    boolean fields =
        term.matchFields().stream()
            .allMatch(requirement ->
                requirement.key().equals("metadata.name")
                    && matches(requirement, node.metadata().name()));
    return labels && fields;
  }

  private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
    List<String> values = requirement.values();
    return switch (requirement.operator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compare(value, values) > 0;
      case "Lt" -> compare(value, values) < 0;
      default -> false;
    };
  }

  /** 0 where either is not a whole number: then neither Gt nor Lt holds. */
  private static int compare(@Nullable String value, List<String> values) {
    try {
      return value == null || values.size() != 1
          ? 0
          : Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
    } catch (NumberFormatException notNumber) {
      return 0;
    }
  }
}
