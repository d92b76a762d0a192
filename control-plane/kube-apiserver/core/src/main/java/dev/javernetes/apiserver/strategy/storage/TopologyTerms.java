package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.NodeLabelWarnings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a class's volumes may be: terms of which one must hold. */
final class TopologyTerms {
  private static final String EXPRESSIONS = "matchLabelExpressions";

  private TopologyTerms() {}

  static void validate(List<JsonObject> terms, FieldPath path, ErrorList errors) {
    List<Map<String, Set<String>>> seen = new ArrayList<>();
    // upstream starts with as many empty terms as there are terms, so that each empty one repeats
    // them all
    terms.forEach(term -> seen.add(Map.of()));
    for (int i = 0; i < terms.size(); i++) {
      Map<String, Set<String>> term = term(terms.get(i), path.index(i), errors);
      for (Map<String, Set<String>> other : seen) {
        if (other.equals(term)) {
          errors.duplicate(path.index(i).child(EXPRESSIONS), "");
        }
      }
      seen.add(term);
    }
  }

  private static Map<String, Set<String>> term(JsonObject term, FieldPath path, ErrorList errors) {
    Map<String, Set<String>> byKey = new HashMap<>();
    List<JsonObject> expressions = term.objects(EXPRESSIONS);
    for (int i = 0; i < expressions.size(); i++) {
      FieldPath at = path.child(EXPRESSIONS).index(i);
      String key = expressions.get(i).string("key");
      List<String> values = expressions.get(i).strings("values");
      if (values.isEmpty()) {
        errors.required(at.child("values"), "");
      }
      Set<String> distinct = new HashSet<>();
      for (int j = 0; j < values.size(); j++) {
        if (!distinct.add(values.get(j))) {
          errors.duplicate(at.child("values").index(j), values.get(j));
        }
      }
      FieldRules.qualifiedName(key, at.child("key"), errors);
      if (byKey.put(key, distinct) != null) {
        errors.duplicate(at.child("key"), key);
      }
    }
    return byKey;
  }

  static List<String> warnings(List<JsonObject> terms, FieldPath path) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      List<JsonObject> expressions = terms.get(i).objects(EXPRESSIONS);
      for (int j = 0; j < expressions.size(); j++) {
        String message = NodeLabelWarnings.deprecation(expressions.get(j).string("key"));
        if (message != null) {
          warnings.add(path.index(i).child(EXPRESSIONS).index(j).child("key") + ": " + message);
        }
      }
    }
    return warnings;
  }
}
