package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a value what its schema does not know. Under {@code
 * x-kubernetes-preserve-unknown-fields} everything stays but below the properties that are known;
 * under {@code additionalProperties: true} a member stays, yet nothing is known of its inside.
 */
public final class Pruning {
  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  private final Consumer<String> unknown;

  private Pruning(Consumer<String> unknown) {
    this.unknown = unknown;
  }

  /**
   * Prunes a whole object in place; its metadata has its own decoder.
   *
   * @param unknown told of each field that went, by its path: {@code spec.parts[0].bogus}
   */
  public static void prune(JsonObject object, Schema schema, Consumer<String> unknown) {
    new Pruning(unknown).object(object, schema, "", true, schema.preserveUnknownFields());
  }

  /** Prunes what may be a part of an object, such as a default. */
  public static void pruneValue(@Nullable Object value, Schema schema) {
    new Pruning(path -> {}).value(value, schema, "");
  }

  private void value(@Nullable Object value, @Nullable Schema schema, String path) {
    if (schema == null) {
      unknownInside(value, path);
    } else if (schema.preserveUnknownFields()) {
      preserved(value, schema, path);
    } else if (value instanceof JsonObject object) {
      object(object, schema, path, schema.embeddedResource(), false);
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        value(list.get(i), schema.items(), path + "[" + i + "]");
      }
    }
  }

  private void preserved(@Nullable Object value, @Nullable Schema schema, String path) {
    if (schema == null) {
      return;
    }
    if (value instanceof JsonObject object) {
      object(object, schema, path, schema.embeddedResource(), true);
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        preserved(list.get(i), schema.items(), path + "[" + i + "]");
      }
    }
  }

  private void object(
      JsonObject object, Schema schema, String path, boolean resource, boolean keeps) {
    for (String name : List.copyOf(object.keySet())) {
      if (resource && OF_EVERY_OBJECT.contains(name)) {
        continue;
      }
      String at = path.isEmpty() ? name : path + "." + name;
      Schema property = schema.property(name);
      if (property != null) {
        value(object.get(name), property, at);
      } else if (schema.additionalProperties() instanceof Schema values) {
        value(object.get(name), values.isUnspecified() ? null : values, at);
      } else if (schema.closed()) {
        value(object.get(name), null, at);
      } else if (!keeps) {
        object.remove(name);
        unknown.accept(at);
      }
    }
  }

  private void unknownInside(@Nullable Object value, String path) {
    if (value instanceof JsonObject object) {
      for (String name : List.copyOf(object.keySet())) {
        object.remove(name);
        unknown.accept(path + "." + name);
      }
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        unknownInside(list.get(i), path + "[" + i + "]");
      }
    }
  }
}
