package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills in a schema's defaults where a value leaves fields out, or says null where it must not. */
public final class Defaulting {
  private Defaulting() {}

  /** In place. */
  public static void fill(@Nullable Object value, Schema schema) {
    if (value instanceof JsonObject object) {
      for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
        String name = property.getKey();
        Schema inner = property.getValue();
        if (inner.defaultValue() != null
            && (!object.containsKey(name) || isForbiddenNull(object.get(name), inner))) {
          object.put(name, Json.deepCopy(inner.defaultValue()));
        }
      }
      Schema values = schema.additionalProperties();
      for (Map.Entry<String, @Nullable Object> member : object.entrySet()) {
        Schema known = schema.property(member.getKey());
        if (known == null && values != null && isForbiddenNull(member.getValue(), values)) {
          member.setValue(Json.deepCopy(values.defaultValue()));
        }
        Schema inner = known == null ? values : known;
        if (inner != null) {
          fill(member.getValue(), inner);
        }
      }
    } else if (value instanceof List<?> && schema.items() instanceof Schema items) {
      @SuppressWarnings("unchecked") // lists of trees hold trees
      List<@Nullable Object> list = (List<@Nullable Object>) value;
      list.replaceAll(element ->
          isForbiddenNull(element, items) ? Json.deepCopy(items.defaultValue()) : element);
      list.forEach(element -> fill(element, items));
    }
  }

  private static boolean isForbiddenNull(@Nullable Object value, Schema schema) {
    return value == null && !schema.nullable() && !schema.isUnspecified();
  }

  /** Takes nulls out of objects where there may be none and no default stands in for them. */
  public static void dropNulls(@Nullable Object value, Schema schema) {
    if (value instanceof JsonObject object) {
      for (String name : List.copyOf(object.keySet())) {
        Schema property = schema.property(name);
        Schema inner = property == null ? schema.additionalProperties() : property;
        if (inner == null) {
          continue;
        }
        if (isForbiddenNull(object.get(name), inner) && inner.defaultValue() == null) {
          object.remove(name);
        } else {
          dropNulls(object.get(name), inner);
        }
      }
    } else if (value instanceof List<?> list && schema.items() instanceof Schema items) {
      list.forEach(element -> dropNulls(element, items));
    }
  }
}
