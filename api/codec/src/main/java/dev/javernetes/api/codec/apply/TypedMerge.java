package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A live object with a configuration laid over it, list by list as the schema says. Elements of
 * list maps keep the live order where the configuration does not give another one.
 */
final class TypedMerge {
  private TypedMerge() {}

  static JsonObject merge(JsonObject live, JsonObject configuration, Schema schema) {
    Object merged = value(live, configuration, schema);
    return merged instanceof JsonObject object ? object : new JsonObject();
  }

  private static @Nullable Object value(
      @Nullable Object live, @Nullable Object given, Schema schema) {
    Object shown = given == Topology.ABSENT ? live : given;
    return switch (Topology.of(schema, shown)) {
      case SCALAR, ATOMIC -> leaf(live, given);
      case GRANULAR ->
          Topology.isEmpty(live) && Topology.isEmpty(given)
              ? leaf(live, given)
              : members(live, given, schema);
      case LIST_MAP, LIST_SET ->
          Topology.isEmpty(live) && Topology.isEmpty(given)
              ? leaf(live, given)
              : elements(live, given, schema);
    };
  }

  private static @Nullable Object leaf(@Nullable Object live, @Nullable Object given) {
    return Json.deepCopy(given == Topology.ABSENT ? live : given);
  }

  private static Object members(@Nullable Object live, @Nullable Object given, Schema schema) {
    JsonObject before = live instanceof JsonObject object ? object : new JsonObject();
    JsonObject change = given instanceof JsonObject object ? object : new JsonObject();
    JsonObject merged = new JsonObject();
    for (Map.Entry<String, @Nullable Object> member : before.entrySet()) {
      String name = member.getKey();
      Object changed = change.containsKey(name) ? change.get(name) : Topology.ABSENT;
      put(merged, name, member.getValue(), changed, schema);
    }
    for (Map.Entry<String, @Nullable Object> member : change.entrySet()) {
      if (!before.containsKey(member.getKey())) {
        put(merged, member.getKey(), Topology.ABSENT, member.getValue(), schema);
      }
    }
    return merged;
  }

  private static void put(
      JsonObject merged,
      String name,
      @Nullable Object live,
      @Nullable Object given,
      Schema schema) {
    Schema type = Topology.member(schema, name);
    Object value = type == null ? leaf(live, given) : value(live, given, type);
    merged.put(name, value);
  }

  private static Object elements(@Nullable Object live, @Nullable Object given, Schema schema) {
    List<?> left = live instanceof List<?> list ? list : List.of();
    List<?> right = given instanceof List<?> list ? list : List.of();
    if (right.isEmpty()) {
      return Json.deepCopy(left) instanceof List<?> copy ? copy : List.of();
    }
    return new ListMerge(left, right, schema).run();
  }

  /**
   * Both lists walked at once: what both have comes in the configuration's order, what only live
   * has stays put.
   */
  private static final class ListMerge {
    private final List<?> live;
    private final List<?> given;
    private final Schema schema;
    private final List<String> liveElements;
    private final List<String> givenElements;
    private final Map<String, Integer> inLive;
    private final Map<String, Integer> inGiven;
    private final Set<String> liveTwice = new HashSet<>();
    private final List<@Nullable Object> out = new ArrayList<>();

    ListMerge(List<?> live, List<?> given, Schema schema) {
      this.live = live;
      this.given = given;
      this.schema = schema;
      this.liveElements = elements(live);
      this.givenElements = elements(given);
      this.inLive = positions(liveElements, liveTwice);
      this.inGiven = positions(givenElements, new HashSet<>());
    }

    private List<String> elements(List<?> list) {
      List<String> elements = new ArrayList<>(list.size());
      for (int i = 0; i < list.size(); i++) {
        String element = OwnedFields.elementOrNull(schema, list.get(i));
        elements.add(element == null ? PathElements.index(i) : element);
      }
      return elements;
    }

    private static Map<String, Integer> positions(List<String> elements, Set<String> twice) {
      Map<String, Integer> positions = HashMap.newHashMap(elements.size());
      for (int i = 0; i < elements.size(); i++) {
        if (positions.putIfAbsent(elements.get(i), i) != null) {
          twice.add(elements.get(i));
        }
      }
      return positions;
    }

    List<@Nullable Object> run() {
      List<String> shared = givenElements.stream().filter(inLive::containsKey).toList();
      int nextShared = 0;
      Set<String> merged = new HashSet<>();
      int l = 0;
      int r = 0;
      while (l < live.size() || r < given.size()) {
        if (l < live.size() && r < given.size()) {
          String element = liveElements.get(l);
          if (element.equals(givenElements.get(r))) {
            merged.add(element);
            add(element);
            l++;
            r++;
            nextShared++;
            continue;
          }
          boolean awaited = nextShared < shared.size() && shared.get(nextShared).equals(element);
          if (inGiven.containsKey(element) && nextShared < shared.size() && !awaited) {
            l++; // comes later, in the configuration's order
            continue;
          }
        }
        if (l < live.size()) {
          String element = liveElements.get(l);
          if (!inGiven.containsKey(element)) {
            out.add(Json.deepCopy(live.get(l)));
            l++;
            continue;
          }
          if (merged.contains(element)) {
            l++;
          }
        }
        if (r < given.size()) {
          String element = givenElements.get(r);
          merged.add(element);
          add(element);
          r++;
          if (nextShared < shared.size() && shared.get(nextShared).equals(element)) {
            nextShared++;
          }
        }
      }
      return out;
    }

    private void add(String element) {
      Integer left = inLive.get(element);
      Integer right = inGiven.get(element);
      Object before =
          left == null ? Topology.ABSENT : liveTwice.contains(element) ? null : live.get(left);
      Object now = right == null ? Topology.ABSENT : given.get(right);
      out.add(value(before, now, Topology.items(schema)));
    }
  }
}
