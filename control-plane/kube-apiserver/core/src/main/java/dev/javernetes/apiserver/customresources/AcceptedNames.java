package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the names that a definition wants it gets, other definitions of the group having theirs.
 * A name once accepted stays, even if another definition wants it too.
 *
 * @param names what it has now
 * @param reason {@code NoConflicts}, or which name is taken: {@code ShortNamesConflict}
 */
record AcceptedNames(JsonObject names, String reason, String message) {
  private static final String NO_CONFLICTS = "NoConflicts";

  boolean complete() {
    return reason.equals(NO_CONFLICTS);
  }

  static AcceptedNames of(JsonObject definition, List<JsonObject> others) {
    Set<String> resources = new HashSet<>();
    Set<String> kinds = new HashSet<>();
    String group = definition.objectOrEmpty("spec").string("group");
    for (JsonObject other : others) {
      if (other.objectOrEmpty("spec").string("group").equals(group)) {
        JsonObject taken = accepted(other);
        resources.add(taken.string("plural"));
        resources.add(taken.string("singular"));
        resources.addAll(taken.strings("shortNames"));
        kinds.add(taken.string("kind"));
        kinds.add(taken.string("listKind"));
      }
    }
    JsonObject wanted = definition.objectOrEmpty("spec").objectOrEmpty("names");
    JsonObject has = accepted(definition);
    Decision decision = new Decision(wanted, has);
    decision.name("plural", "PluralConflict", resources);
    decision.name("singular", "SingularConflict", resources);
    decision.shortNames(resources);
    decision.name("kind", "KindConflict", kinds);
    decision.name("listKind", "ListKindConflict", kinds);
    return decision.result();
  }

  private static JsonObject accepted(JsonObject definition) {
    return definition.objectOrEmpty("status").objectOrEmpty("acceptedNames");
  }

  /** The names one after the other; the last conflict is the one that is told. */
  private static final class Decision {
    private final JsonObject wanted;
    private final JsonObject has;
    private final JsonObject gets = new JsonObject();
    private String reason = NO_CONFLICTS;
    private String message = "no conflicts found";

    Decision(JsonObject wanted, JsonObject has) {
      this.wanted = wanted;
      this.has = has;
    }

    void name(String field, String conflict, Set<String> taken) {
      String name = wanted.string(field);
      String present = has.string(field);
      if (name.equals(present) || !taken.contains(name)) {
        gets.put(field, name);
      } else {
        gets.put(field, present);
        refuse(conflict, inUse(name));
      }
    }

    void shortNames(Set<String> taken) {
      List<String> present = has.strings("shortNames");
      List<String> problems = new ArrayList<>();
      for (String name : wanted.strings("shortNames")) {
        if (!present.contains(name) && taken.contains(name)) {
          problems.add(inUse(name));
        }
      }
      keep("shortNames", problems.isEmpty() ? wanted.get("shortNames") : has.get("shortNames"));
      if (!problems.isEmpty()) {
        List<String> once = problems.stream().distinct().toList();
        refuse(
            "ShortNamesConflict",
            once.size() == 1 ? once.getFirst() : "[" + String.join(", ", once) + "]");
      }
    }

    private void keep(String field, @Nullable Object names) {
      if (names instanceof List<?> list && !list.isEmpty()) {
        gets.put(field, new ArrayList<Object>(list));
      }
    }

    private void refuse(String conflict, String why) {
      reason = conflict;
      message = why;
    }

    private static String inUse(String name) {
      return GoQuote.quote(name) + " is already in use";
    }

    AcceptedNames result() {
      keep("categories", wanted.get("categories"));
      JsonObject ordered = new JsonObject();
      for (String field :
          List.of("plural", "singular", "shortNames", "kind", "listKind", "categories")) {
        if (gets.has(field) && !"".equals(gets.get(field))) {
          ordered.put(field, gets.get(field));
        }
      }
      ordered.putIfAbsent("plural", "");
      ordered.putIfAbsent("kind", "");
      return new AcceptedNames(ordered, reason, message);
    }
  }
}
