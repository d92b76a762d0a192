package dev.javernetes.scheduler.framework;

import dev.javernetes.api.model.meta.v1.LabelSelector;
import dev.javernetes.api.model.meta.v1.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A label selector ready to be asked many times. An absent selector matches nothing, an empty one
 * everything.
 */
@FunctionalInterface
public interface LabelMatcher {
  LabelMatcher NOTHING = labels -> false;

  boolean matches(Map<String, String> labels);

  static LabelMatcher of(@Nullable LabelSelector selector) {
    if (selector == null) {
      return NOTHING;
    }
    Map<String, String> equal = selector.matchLabels();
    List<LabelSelectorRequirement> requirements = selector.matchExpressions();
    return labels -> {
      for (Map.Entry<String, String> wanted : equal.entrySet()) {
        if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
          return false;
        }
      }
      for (LabelSelectorRequirement requirement : requirements) {
        if (!matches(requirement, labels.get(requirement.key()))) {
          return false;
        }
      }
      return true;
    };
  }

  private static boolean matches(LabelSelectorRequirement requirement, @Nullable String value) {
    return switch (requirement.operator()) {
      case "In" -> value != null && requirement.values().contains(value);
      case "NotIn" -> value == null || !requirement.values().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false; // validation lets none in; a term that we do not know never matches
    };
  }
}
