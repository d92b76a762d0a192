package dev.javernetes.apiserver.strategy.certificates;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The conditions of a signing request: Approved, Denied and Failed are for good. */
final class SigningConditions {
  private static final List<String> DECISIONS = List.of("Approved", "Denied");
  private static final List<String> FINAL = List.of("Approved", "Denied", "Failed");

  private SigningConditions() {}

  static void validate(JsonObject request, JsonObject old, FieldPath path, ErrorList errors) {
    List<JsonObject> conditions = conditions(request);
    if (FieldRules.same(conditions, conditions(old))) {
      return; // what is stored is tolerated
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < conditions.size(); i++) {
      String type = conditions.get(i).string("type");
      String status = conditions.get(i).string("status");
      if (type.isEmpty()) {
        errors.required(path.index(i).child("type"), "");
      }
      List<String> allowed =
          FINAL.contains(type) ? List.of("True") : List.of("False", "True", "Unknown");
      FieldRules.oneOf(status, allowed, path.index(i).child("status"), errors);
      boolean opposite =
          type.equals("Approved") && seen.contains("Denied")
              || type.equals("Denied") && seen.contains("Approved");
      if (opposite) {
        errors.invalid(path, type, "Approved and Denied conditions are mutually exclusive");
      }
      if (!seen.add(type)) {
        errors.duplicate(path.index(i).child("type"), type);
      }
    }
  }

  static void validateUpdate(
      JsonObject request, JsonObject old, boolean mayDecide, ErrorList errors) {
    FieldPath path = FieldPath.of("status", "conditions");
    for (String type : FINAL) {
      if (ofType(request, type).size() < ofType(old, type).size()) {
        errors.forbidden(path, "updates may not remove a condition of type " + GoQuote.quote(type));
      }
    }
    if (mayDecide) {
      return;
    }
    for (String type : DECISIONS) {
      List<JsonObject> now = ofType(request, type);
      List<JsonObject> before = ofType(old, type);
      if (now.size() > before.size()) {
        errors.forbidden(path, "updates may not add a condition of type " + GoQuote.quote(type));
      } else if (now.size() == before.size() && !FieldRules.same(now, before)) {
        errors.forbidden(path, "updates may not modify a condition of type " + GoQuote.quote(type));
      }
    }
  }

  /** Through status decisions stay as they are, if there are as many. */
  static void keepDecisions(JsonObject request, JsonObject old) {
    for (String type : DECISIONS) {
      List<JsonObject> now = ofType(request, type);
      List<JsonObject> before = ofType(old, type);
      for (int i = 0; now.size() == before.size() && i < now.size(); i++) {
        now.get(i).clear();
        now.get(i).putAll(before.get(i));
      }
    }
  }

  static void fillTimes(JsonObject request, JsonObject old, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    for (JsonObject condition : conditions(request)) {
      if (!condition.has("lastUpdateTime")) {
        condition.put("lastUpdateTime", time);
      }
      if (!condition.has("lastTransitionTime")) {
        String since =
            conditions(old).stream()
                .filter(before ->
                    before.string("type").equals(condition.string("type"))
                        && before.string("status").equals(condition.string("status"))
                        && before.has("lastTransitionTime"))
                .map(before -> before.string("lastTransitionTime"))
                .findFirst()
                .orElse(time);
        condition.put("lastTransitionTime", since);
      }
    }
  }

  private static List<JsonObject> conditions(JsonObject request) {
    return request.objectOrEmpty("status").objects("conditions");
  }

  private static List<JsonObject> ofType(JsonObject request, String type) {
    return conditions(request).stream()
        .filter(condition -> condition.string("type").equals(type))
        .toList();
  }
}
