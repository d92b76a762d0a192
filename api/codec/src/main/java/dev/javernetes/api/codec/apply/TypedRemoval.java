package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object without the values at a set of paths; containers that become empty stay, as empty ones.
 */
final class TypedRemoval {
  private TypedRemoval() {}

  static JsonObject remove(JsonObject object, FieldSet paths, Schema schema) {
    return paths.isEmpty() ? object : members(object, paths, schema);
  }

  private static @Nullable Object value(@Nullable Object value, FieldSet paths, Schema schema) {
    return switch (Topology.of(schema, value)) {
      case SCALAR, ATOMIC -> value;
      case GRANULAR -> value instanceof JsonObject object ? members(object, paths, schema) : value;
      case LIST_MAP, LIST_SET ->
          value instanceof List<?> list ? elements(list, paths, schema) : value;
    };
  }

  private static JsonObject members(JsonObject object, FieldSet paths, Schema schema) {
    JsonObject kept = new JsonObject();
    for (Map.Entry<String, @Nullable Object> member : object.entrySet()) {
      String element = PathElements.field(member.getKey());
      if (paths.hasChild(element)) {
        continue;
      }
      FieldSet below = paths.child(element);
      Schema type = Topology.member(schema, member.getKey());
      Object value = member.getValue();
      kept.put(
          member.getKey(),
          below.isEmpty() || type == null ? Json.deepCopy(value) : value(value, below, type));
    }
    return kept;
  }

  private static List<@Nullable Object> elements(List<?> list, FieldSet paths, Schema schema) {
    List<@Nullable Object> kept = new ArrayList<>(list.size());
    for (Object item : list) {
      String element = OwnedFields.elementOrNull(schema, item);
      if (element != null && paths.hasChild(element)) {
        continue;
      }
      FieldSet below = element == null ? FieldSet.EMPTY : paths.child(element);
      kept.add(below.isEmpty() ? Json.deepCopy(item) : value(item, below, Topology.items(schema)));
    }
    return kept;
  }
}
