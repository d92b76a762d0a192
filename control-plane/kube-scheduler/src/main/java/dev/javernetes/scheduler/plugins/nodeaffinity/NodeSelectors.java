package dev.javernetes.scheduler.plugins.nodeaffinity;

import dev.javernetes.api.model.core.v1.Affinity;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeSelector;
import dev.javernetes.api.model.core.v1.NodeSelectorRequirement;
import dev.javernetes.api.model.core.v1.NodeSelectorTerm;
import dev.javernetes.api.model.core.v1.PodSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node is what a node selector asks for. Terms are alternatives; within a term all
 * requirements count.
 */
public final class NodeSelectors {
  private NodeSelectors() {}

  /** The pod's {@code nodeSelector} and required node affinity. */
  public static boolean required(PodSpec spec, Node node) {
    for (Map.Entry<String, String> wanted : spec.nodeSelector().entrySet()) {
      if (!wanted.getValue().equals(node.metadata().labels().get(wanted.getKey()))) {
        return false;
      }
    }
    Affinity affinity = spec.affinity();
    NodeSelector selector =
        affinity == null || affinity.nodeAffinity() == null
            ? null
            : affinity.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
    return selector == null || matches(selector, node);
  }

  public static boolean matches(NodeSelector selector, Node node) {
    for (NodeSelectorTerm term : selector.nodeSelectorTerms()) {
      if (matches(term, node)) {
        return true;
      }
    }
    return false;
  }

  /** A term without requirements matches no node. */
  public static boolean matches(NodeSelectorTerm term, Node node) {
    if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
      return false;
    }
    for (NodeSelectorRequirement requirement : term.matchExpressions()) {
      if (!matches(requirement, node.metadata().labels().get(requirement.key()))) {
        return false;
      }
    }
    for (NodeSelectorRequirement requirement : term.matchFields()) {
      String value = requirement.key().equals("metadata.name") ? node.metadata().name() : null;
      if (!matches(requirement, value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
    return switch (requirement.operator()) {
      case "In" -> value != null && requirement.values().contains(value);
      case "NotIn" -> value == null || !requirement.values().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compare(value, requirement) > 0;
      case "Lt" -> compare(value, requirement) < 0;
      default -> false;
    };
  }

  /** 0 where either side is not a whole number, which is neither greater nor less. */
  private static int compare(@Nullable String value, NodeSelectorRequirement requirement) {
    if (value == null || requirement.values().size() != 1) {
      return 0;
    }
    try {
      return Long.compare(Long.parseLong(value), Long.parseLong(requirement.values().getFirst()));
    } catch (NumberFormatException notNumbers) {
      return 0;
    }
  }
}
