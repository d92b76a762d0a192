package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeSelector;
import dev.javernetes.api.model.core.v1.NodeSelectorRequirement;
import dev.javernetes.api.model.core.v1.NodeSelectorTerm;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Node selectors: one term must match, with all its requirements. */
public final class NodeSelection {
  private NodeSelection() {}

  public static boolean matches(@Nullable NodeSelector selector, Node node) {
    if (selector == null) {
      return true;
    }
    for (NodeSelectorTerm term : selector.nodeSelectorTerms()) {
      if (matches(term, node)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(NodeSelectorTerm term, Node node) {
    if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
      return false;
    }
    Map<String, String> fields = Map.of("metadata.name", node.metadata().name());
    return term.matchExpressions().stream()
            .allMatch(requirement -> matches(requirement, node.metadata().labels()))
        && term.matchFields().stream().allMatch(requirement -> matches(requirement, fields));
  }

  private static boolean matches(NodeSelectorRequirement requirement, Map<String, String> values) {
    String value = values.get(requirement.key());
    return switch (requirement.operator()) {
      case "In" -> value != null && requirement.values().contains(value);
      case "NotIn" -> value == null || !requirement.values().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt", "Lt" -> value != null && compares(requirement, value);
      default -> false;
    };
  }

  private static boolean compares(NodeSelectorRequirement requirement, String value) {
    try {
      long bound = Long.parseLong(requirement.values().getFirst());
      long number = Long.parseLong(value);
      return requirement.operator().equals("Gt") ? number > bound : number < bound;
    } catch (NumberFormatException | java.util.NoSuchElementException invalid) {
      return false;
    }
  }
}
