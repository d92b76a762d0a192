package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;

/** Which requests a policy or binding is about. */
final class MatchResourcesRules {
  private MatchResourcesRules() {}

  static void applyDefaults(JsonObject match) {
    FieldRules.defaultIfAbsent(match, "matchPolicy", "Equivalent");
    FieldRules.defaultIfAbsent(match, "namespaceSelector", new JsonObject());
    FieldRules.defaultIfAbsent(match, "objectSelector", new JsonObject());
    RuleRules.applyDefaults(match.objects("resourceRules"));
    RuleRules.applyDefaults(match.objects("excludeResourceRules"));
  }

  static void validate(JsonObject match, FieldPath path, ErrorList errors) {
    FieldRules.oneOf(
        match.string("matchPolicy"),
        List.of("Equivalent", "Exact"),
        path.child("matchPolicy"),
        errors);
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      if (match.has(selector)) {
        FieldRules.labelSelector(match.object(selector), path.child(selector), errors);
      } else {
        errors.required(path.child(selector), "");
      }
    }
    for (String list : List.of("resourceRules", "excludeResourceRules")) {
      List<JsonObject> rules = match.objects(list);
      for (int i = 0; i < rules.size(); i++) {
        RuleRules.validateNamed(rules.get(i), path.child(list).index(i), errors);
      }
    }
  }
}
