package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What changed between two objects of one schema, as paths: {@code removed}, {@code modified},
 * {@code added}.
 */
record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {
  static final Comparison SAME = new Comparison(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY);

  static Comparison of(JsonObject before, JsonObject after, Schema schema) {
    Walk walk = new Walk();
    walk.compare(before, after, schema);
    return new Comparison(walk.removed.build(), walk.modified.build(), walk.added.build());
  }

  boolean isSame() {
    return removed.isEmpty() && modified.isEmpty() && added.isEmpty();
  }

  /** Without {@code paths} and everything below them. */
  Comparison without(FieldSet paths) {
    return paths.isEmpty()
        ? this
        : new Comparison(
            removed.recursiveDifference(paths),
            modified.recursiveDifference(paths),
            added.recursiveDifference(paths));
  }

  FieldSet changed() {
    return modified.union(added);
  }

  private static final class Walk {
    private final List<String> path = new ArrayList<>();
    private final FieldSet.Builder removed = new FieldSet.Builder();
    private final FieldSet.Builder modified = new FieldSet.Builder();
    private final FieldSet.Builder added = new FieldSet.Builder();

    /** {@link Topology#ABSENT} for a value that is not there; not both. */
    void compare(@Nullable Object before, @Nullable Object after, Schema schema) {
      Object given = after == Topology.ABSENT ? before : after;
      switch (Topology.of(schema, given)) {
        case SCALAR, ATOMIC -> leaf(before, after);
        case GRANULAR -> {
          if (Topology.isEmpty(before) && Topology.isEmpty(after)) {
            leaf(before, after);
          } else {
            members(object(before), object(after), schema);
            presence(before, after);
          }
        }
        case LIST_MAP, LIST_SET -> {
          if (Topology.isEmpty(before) && Topology.isEmpty(after)) {
            leaf(before, after);
          } else {
            if (!Objects.equals(before, after)) {
              elements(list(before), list(after), schema);
            }
            presence(before, after);
          }
        }
      }
    }

    private void leaf(@Nullable Object before, @Nullable Object after) {
      if (before == Topology.ABSENT || after == Topology.ABSENT) {
        presence(before, after);
      } else if (!same(before, after)) {
        modified.insertAt(path);
      }
    }

    private void presence(@Nullable Object before, @Nullable Object after) {
      if (before == Topology.ABSENT) {
        added.insertAt(path);
      } else if (after == Topology.ABSENT) {
        removed.insertAt(path);
      }
    }

    private void members(JsonObject before, JsonObject after, Schema schema) {
      for (Map.Entry<String, @Nullable Object> member : before.entrySet()) {
        String name = member.getKey();
        member(
            name,
            member.getValue(),
            after.containsKey(name) ? after.get(name) : Topology.ABSENT,
            schema);
      }
      for (Map.Entry<String, @Nullable Object> member : after.entrySet()) {
        if (!before.containsKey(member.getKey())) {
          member(member.getKey(), Topology.ABSENT, member.getValue(), schema);
        }
      }
    }

    private void member(
        String name, @Nullable Object before, @Nullable Object after, Schema schema) {
      if (before == after) {
        return;
      }
      Schema type = Topology.member(schema, name);
      if (type != null) {
        path.add(PathElements.field(name));
        compare(before, after, type);
        path.removeLast();
      }
    }

    private void elements(List<?> before, List<?> after, Schema schema) {
      Map<String, List<@Nullable Object>> left = grouped(before, schema);
      Map<String, List<@Nullable Object>> right = grouped(after, schema);
      left.forEach((element, values) ->
          element(element, values, right.getOrDefault(element, List.of()), schema));
      right.forEach((element, values) -> {
        if (!left.containsKey(element)) {
          element(element, List.of(), values, schema);
        }
      });
    }

    /** An element given more than once is compared as one value. */
    private void element(
        String element,
        List<@Nullable Object> before,
        List<@Nullable Object> after,
        Schema schema) {
      path.add(element);
      if (before.size() <= 1 && after.size() <= 1) {
        compare(firstOrAbsent(before), firstOrAbsent(after), Topology.items(schema));
      } else if (before.size() >= 2 && after.size() >= 2) {
        if (!before.equals(after)) {
          modified.insertAt(path);
        }
      } else if (before.size() >= 2) {
        if (!after.isEmpty()) {
          compare(Topology.ABSENT, after.getFirst(), Topology.items(schema));
        }
        removed.insertAt(path);
      } else {
        if (!before.isEmpty()) {
          compare(before.getFirst(), Topology.ABSENT, Topology.items(schema));
        }
        added.insertAt(path);
      }
      path.removeLast();
    }

    private static @Nullable Object firstOrAbsent(List<@Nullable Object> values) {
      return values.isEmpty() ? Topology.ABSENT : values.getFirst();
    }

    private static Map<String, List<@Nullable Object>> grouped(List<?> list, Schema schema) {
      Map<String, List<@Nullable Object>> groups = LinkedHashMap.newLinkedHashMap(list.size());
      for (Object item : list) {
        String element = OwnedFields.elementOrNull(schema, item);
        if (element != null) {
          groups.computeIfAbsent(element, first -> new ArrayList<>(1)).add(item);
        }
      }
      return groups;
    }

    private static JsonObject object(@Nullable Object value) {
      return value instanceof JsonObject object ? object : new JsonObject();
    }

    private static List<?> list(@Nullable Object value) {
      return value instanceof List<?> list ? list : List.of();
    }
  }

  /** Equality of JSON values, where 1 and 1.0 are the same number. */
  static boolean same(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Number a && right instanceof Number b && a.getClass() != b.getClass()) {
      return a.doubleValue() == b.doubleValue();
    }
    return Objects.equals(left, right);
  }
}
