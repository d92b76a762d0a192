package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import java.util.List;

/**
 * While scheduling gates hold a pod, where it may run can be narrowed, never widened (KEP-3838).
 */
final class GatedPodRules {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  private GatedPodRules() {}

  /**
   * Reports what widens, and puts the old values back into {@code spec} so that the rest can be
   * compared.
   */
  static void check(JsonObject spec, JsonObject before, FieldPath path, ErrorList errors) {
    if (!FieldRules.same(spec.get("nodeSelector"), before.get("nodeSelector"))) {
      JsonObject now = spec.objectOrEmpty("nodeSelector");
      boolean widened =
          before.objectOrEmpty("nodeSelector").entrySet().stream()
              .anyMatch(
                  entry -> !java.util.Objects.equals(now.get(entry.getKey()), entry.getValue()));
      if (widened) {
        errors.invalid(
            path.child("nodeSelector"),
            spec.get("nodeSelector"),
            "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
      }
      PodRules.copy("nodeSelector", before, spec);
    }
    JsonObject affinityNow = spec.objectOrEmpty("affinity").object("nodeAffinity");
    JsonObject affinityBefore = before.objectOrEmpty("affinity").object("nodeAffinity");
    if (FieldRules.same(affinityNow, affinityBefore)) {
      return;
    }
    affinity(
        affinityNow == null ? new JsonObject() : affinityNow,
        affinityBefore == null ? new JsonObject() : affinityBefore,
        path.child("affinity", "nodeAffinity"),
        errors);
    JsonObject affinity = new JsonObject(spec.objectOrEmpty("affinity"));
    affinity.remove("nodeAffinity");
    if (affinityBefore != null) {
      affinity.put("nodeAffinity", affinityBefore);
    }
    if (affinity.isEmpty() && !before.has("affinity")) {
      spec.remove("affinity");
    } else {
      spec.put("affinity", affinity);
    }
  }

  private static void affinity(
      JsonObject now, JsonObject before, FieldPath path, ErrorList errors) {
    JsonObject required = before.object(REQUIRED);
    if (required == null || required.objects("nodeSelectorTerms").isEmpty()) {
      return;
    }
    List<JsonObject> newTerms = now.objectOrEmpty(REQUIRED).objects("nodeSelectorTerms");
    List<JsonObject> oldTerms = required.objects("nodeSelectorTerms");
    FieldPath at = path.child(REQUIRED, "nodeSelectorTerms");
    if (newTerms.size() != oldTerms.size()) {
      errors.invalid(
          at,
          InternalForm.of(
              "core.NodeSelectorTerm", now.objectOrEmpty(REQUIRED).get("nodeSelectorTerms")),
          "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
      return;
    }
    for (int i = 0; i < newTerms.size(); i++) {
      if (!onlyAdds(newTerms.get(i), oldTerms.get(i))) {
        errors.invalid(
            at.index(i),
            InternalForm.of("core.NodeSelectorTerm", newTerms.get(i)),
            "only additions are allowed (no mutations or deletions)");
      }
    }
  }

  private static boolean onlyAdds(JsonObject now, JsonObject before) {
    List<JsonObject> oldExpressions = before.objects("matchExpressions");
    List<JsonObject> oldFields = before.objects("matchFields");
    if (oldExpressions.isEmpty() && oldFields.isEmpty()) {
      return now.objects("matchExpressions").isEmpty() && now.objects("matchFields").isEmpty();
    }
    return startsWith(now.objects("matchExpressions"), oldExpressions)
        && startsWith(now.objects("matchFields"), oldFields);
  }

  private static boolean startsWith(List<JsonObject> now, List<JsonObject> before) {
    return now.size() >= before.size() && FieldRules.same(now.subList(0, before.size()), before);
  }
}
