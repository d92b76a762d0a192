package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes out of a value what its schema does not know, unless the schema says to keep it. */
public final class Pruning {
  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  private Pruning() {}

  /**
   * Prunes in place.
   *
   * @param unknown told of each field that went, by its path: {@code spec.parts[0].bogus}
   */
  public static void prune(JsonObject object, Schema schema, Consumer<String> unknown) {
    object(object, schema, "", true, unknown);
  }

  private static void value(
      @Nullable Object value, Schema schema, String path, Consumer<String> unknown) {
    if (value instanceof JsonObject object) {
      object(object, schema, path, schema.embeddedResource(), unknown);
    } else if (value instanceof List<?> list && schema.items() instanceof Schema items) {
      for (int i = 0; i < list.size(); i++) {
        value(list.get(i), items, path + "[" + i + "]", unknown);
      }
    }
  }

  private static void object(
      JsonObject object, Schema schema, String path, boolean resource, Consumer<String> unknown) {
    boolean keeps =
        schema.preserveUnknownFields()
            || schema.type() == Schema.Type.ANY && schema.properties().isEmpty();
    for (String name : List.copyOf(object.keySet())) {
      if (resource && OF_EVERY_OBJECT.contains(name)) {
        continue; // metadata has its own decoder
      }
      String at = path.isEmpty() ? name : path + "." + name;
      Schema property = schema.property(name);
      if (property == null) {
        property = schema.additionalProperties();
      }
      if (property != null) {
        value(object.get(name), property, at, unknown);
      } else if (!keeps) {
        object.remove(name);
        unknown.accept(at);
      }
    }
  }
}
