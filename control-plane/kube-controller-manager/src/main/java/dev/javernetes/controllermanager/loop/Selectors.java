package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.meta.v1.LabelSelector;
import dev.javernetes.api.model.meta.v1.LabelSelectorRequirement;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An object's label selector, ready to be asked. An absent selector selects nothing, an empty one
 * everything, as upstream's LabelSelectorAsSelector has it.
 */
public final class Selectors {
  private Selectors() {}

  public static Predicate<Map<String, String>> of(@Nullable LabelSelector selector) {
    if (selector == null) {
      return labels -> false;
    }
    Predicate<Map<String, String>> all = of(selector.matchLabels());
    for (LabelSelectorRequirement requirement : selector.matchExpressions()) {
      all = all.and(one(requirement));
    }
    return all;
  }

  public static Predicate<Map<String, String>> of(Map<String, String> required) {
    return labels -> {
      for (Map.Entry<String, String> entry : required.entrySet()) {
        if (!entry.getValue().equals(labels.get(entry.getKey()))) {
          return false;
        }
      }
      return true;
    };
  }

  public static boolean empty(@Nullable LabelSelector selector) {
    return selector == null
        || (selector.matchLabels().isEmpty() && selector.matchExpressions().isEmpty());
  }

  private static Predicate<Map<String, String>> one(LabelSelectorRequirement requirement) {
    String key = requirement.key();
    return switch (requirement.operator()) {
      case "In" ->
          labels -> labels.containsKey(key) && requirement.values().contains(labels.get(key));
      case "NotIn" ->
          labels -> !labels.containsKey(key) || !requirement.values().contains(labels.get(key));
      case "Exists" -> labels -> labels.containsKey(key);
      case "DoesNotExist" -> labels -> !labels.containsKey(key);
      default -> labels -> false;
    };
  }
}
