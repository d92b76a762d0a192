package dev.javernetes.client.fake;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Label and field selectors as they stand in a query: {@code app=web,tier in (a,b),!old}. */
final class Selections {
  private Selections() {}

  static Predicate<JsonObject> of(String labelSelector, String fieldSelector) {
    Predicate<JsonObject> all = object -> true;
    for (String term : terms(labelSelector)) {
      all = all.and(label(term.strip()));
    }
    for (String term : terms(fieldSelector)) {
      all = all.and(field(term.strip()));
    }
    return all;
  }

  private static Predicate<JsonObject> label(String term) {
    if (term.startsWith("!")) {
      return object -> !labels(object).containsKey(term.substring(1).strip());
    }
    int not = term.indexOf("!=");
    if (not > 0) {
      return object ->
          !term.substring(not + 2)
              .strip()
              .equals(labels(object).get(term.substring(0, not).strip()));
    }
    int equal = term.indexOf('=');
    if (equal > 0) {
      String value = term.substring(term.lastIndexOf('=') + 1).strip();
      return object -> value.equals(labels(object).get(term.substring(0, equal).strip()));
    }
    int open = term.indexOf('(');
    if (open > 0) {
      List<String> head = List.of(term.substring(0, open).strip().split("\\s+"));
      List<String> values =
          List.of(term.substring(open + 1, term.indexOf(')')).strip().split("\\s*,\\s*"));
      boolean in = head.get(1).equals("in");
      return object -> {
        String value = labels(object).get(head.get(0));
        return in ? value != null && values.contains(value) : !values.contains(value);
      };
    }
    return object -> labels(object).containsKey(term);
  }

  private static Predicate<JsonObject> field(String term) {
    int not = term.indexOf("!=");
    int equal = term.indexOf('=');
    String path = term.substring(0, not > 0 ? not : equal);
    String value = term.substring(term.lastIndexOf('=') + 1);
    return object -> {
      Object found = object.at(path.split("\\."));
      boolean same = value.equals(found == null ? "" : String.valueOf(found));
      return (not > 0) != same;
    };
  }

  private static Map<String, String> labels(JsonObject object) {
    return object.objectOrEmpty("metadata").stringMap("labels");
  }

  /** Splits at commas outside of parentheses. */
  private static List<String> terms(String selector) {
    List<String> terms = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= selector.length(); i++) {
      char c = i == selector.length() ? ',' : selector.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        if (i > start) {
          terms.add(selector.substring(start, i));
        }
        start = i + 1;
      }
    }
    return terms;
  }
}
