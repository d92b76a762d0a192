package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a volume may be never changes, but for the names of labels: what was said with a beta label
 * may be said with the one that took its place.
 */
final class NodeAffinityLabels {
  private static final Map<String, String> SUCCESSORS =
      Map.of(
          "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region",
          "beta.kubernetes.io/os", "kubernetes.io/os",
          "beta.kubernetes.io/arch", "kubernetes.io/arch",
          "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type");

  private NodeAffinityLabels() {}

  /** {@code now} with the old names where the new ones took their place. */
  static @Nullable JsonObject masked(@Nullable JsonObject now, @Nullable JsonObject before) {
    if (now == null || before == null) {
      return now;
    }
    JsonObject masked = now.deepCopy();
    List<JsonObject> terms = terms(masked);
    List<JsonObject> old = terms(before);
    for (int i = 0; i < Math.min(terms.size(), old.size()); i++) {
      List<JsonObject> expressions = terms.get(i).objects("matchExpressions");
      List<JsonObject> oldExpressions = old.get(i).objects("matchExpressions");
      for (int j = 0; j < Math.min(expressions.size(), oldExpressions.size()); j++) {
        String was = oldExpressions.get(j).string("key");
        if (expressions.get(j).string("key").equals(SUCCESSORS.get(was))) {
          expressions.get(j).put("key", was);
        }
      }
    }
    return masked;
  }

  private static List<JsonObject> terms(JsonObject affinity) {
    return affinity.objectOrEmpty("required").objects("nodeSelectorTerms");
  }
}
