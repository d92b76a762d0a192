package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * On creation, {@code matchLabelKeys} become expressions of the term's selector with the pod's own
 * values (KEP-3633, KEP-3243).
 */
final class LabelKeySelectors {
  private LabelKeySelectors() {}

  static void merge(JsonObject spec, Map<String, String> labels) {
    JsonObject affinity = spec.objectOrEmpty("affinity");
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonObject rules = affinity.objectOrEmpty(kind);
      for (JsonObject weighted : rules.objects("preferredDuringSchedulingIgnoredDuringExecution")) {
        term(weighted.objectOrEmpty("podAffinityTerm"), labels);
      }
      for (JsonObject required : rules.objects("requiredDuringSchedulingIgnoredDuringExecution")) {
        term(required, labels);
      }
    }
    spec.objects("topologySpreadConstraints").forEach(constraint -> term(constraint, labels));
  }

  private static void term(JsonObject term, Map<String, String> labels) {
    JsonObject selector = term.object("labelSelector");
    if (selector != null) {
      add(selector, term.strings("matchLabelKeys"), "In", labels);
      add(selector, term.strings("mismatchLabelKeys"), "NotIn", labels);
    }
  }

  private static void add(
      JsonObject selector, List<String> keys, String operator, Map<String, String> labels) {
    for (String key : keys) {
      String value = labels.get(key);
      if (value != null) {
        selector
            .ensureArray("matchExpressions")
            .add(
                JsonObject.of(
                    "key",
                    key,
                    "operator",
                    operator,
                    "values",
                    new ArrayList<Object>(List.of(value))));
      }
    }
  }
}
