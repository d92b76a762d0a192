package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Node labels that have a newer name. */
public final class NodeLabelWarnings {
  private static final Map<String, String> DEPRECATED =
      Map.of(
          "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
          "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
          "failure-domain.beta.kubernetes.io/region",
              "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
          "failure-domain.beta.kubernetes.io/zone",
              "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
          "beta.kubernetes.io/instance-type",
              "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
          "app.kubernetes.io/created-by", "deprecated since v1.9",
          "scheduler.alpha.kubernetes.io/preferAvoidPods",
              "deprecated since v1.22; use Taints and Tolerations instead",
          "node-role.kubernetes.io/master",
              "use \"node-role.kubernetes.io/control-plane\" instead");

  private NodeLabelWarnings() {}

  public static @Nullable String deprecation(String label) {
    return DEPRECATED.get(label);
  }

  /** Of a label selector over nodes. */
  public static List<String> selector(JsonObject selector, FieldPath path) {
    List<String> warnings = new ArrayList<>(term(selector, false, path));
    for (String key : selector.stringMap("matchLabels").keySet()) {
      String message = deprecation(key);
      if (message != null) {
        warnings.add(path.child("matchLabels", key) + ": " + message);
      }
    }
    return warnings;
  }

  public static List<String> term(JsonObject term, boolean checkValues, FieldPath path) {
    List<String> warnings = new ArrayList<>();
    List<JsonObject> expressions = term.objects("matchExpressions");
    for (int i = 0; i < expressions.size(); i++) {
      FieldPath at = path.child("matchExpressions").index(i);
      String key = expressions.get(i).string("key");
      String message = deprecation(key);
      if (message != null) {
        warnings.add(at.child("key") + ": " + key + " is " + message);
      }
      List<String> values = expressions.get(i).strings("values");
      for (int j = 0; checkValues && j < values.size(); j++) {
        for (String problem : NameFormats.labelValue(values.get(j))) {
          warnings.add(
              at.child("values").index(j) + ": " + values.get(j) + " is invalid, " + problem);
        }
      }
    }
    return warnings;
  }
}
