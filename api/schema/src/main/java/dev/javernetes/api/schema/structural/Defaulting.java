package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills in a schema's defaults where a value leaves fields out. */
public final class Defaulting {
  private Defaulting() {}

  /** In place; a {@code null} that the schema does not allow counts as left out. */
  public static void fill(@Nullable Object value, Schema schema) {
    if (value instanceof JsonObject object) {
      for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
        String name = property.getKey();
        Schema inner = property.getValue();
        boolean missing =
            !object.containsKey(name) || object.get(name) == null && !inner.nullable();
        if (missing && inner.defaultValue() != null) {
          object.put(name, Json.deepCopy(inner.defaultValue()));
        }
        if (!name.equals("metadata") && object.get(name) != null) {
          fill(object.get(name), inner);
        }
      }
      if (schema.additionalProperties() instanceof Schema values) {
        object.forEach((name, inner) -> {
          if (!schema.properties().containsKey(name)) {
            fill(inner, values);
          }
        });
      }
    } else if (value instanceof List<?> list && schema.items() instanceof Schema items) {
      list.forEach(element -> fill(element, items));
    }
  }
}
