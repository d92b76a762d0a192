package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply's merge without field managers, for those who lay a configuration over an
 * object on the way to the store (mutating admission policies).
 */
public final class Configurations {
  private Configurations() {}

  /** {@code null} if the configuration fits the schema. */
  public static @Nullable String complaint(JsonObject configuration, Schema schema) {
    return TypedValidation.complaint(configuration, schema);
  }

  public static JsonObject merge(JsonObject live, JsonObject configuration, Schema schema) {
    return TypedMerge.merge(live, configuration, schema);
  }

  /** Paths of what the configuration would replace as a whole: {@code .spec.template}. */
  public static List<String> atomics(JsonObject configuration, Schema schema) {
    List<String> found = new ArrayList<>();
    find(configuration, schema, "", found);
    return found;
  }

  private static void find(
      @Nullable Object value, @Nullable Schema schema, String path, List<String> found) {
    if (schema == null) {
      return;
    }
    if (value instanceof JsonObject object) {
      if (schema.mapType() == Schema.MapType.ATOMIC) {
        found.add(path);
      }
      for (Map.Entry<String, @Nullable Object> member : object.entrySet()) {
        find(
            member.getValue(),
            schema.property(member.getKey()),
            path + "." + member.getKey(),
            found);
      }
    } else if (value instanceof List<?> list && schema.type() == Schema.Type.ARRAY) {
      if (Topology.of(schema, list) == Topology.Kind.ATOMIC) {
        found.add(path);
      }
      for (int i = 0; i < list.size(); i++) {
        find(list.get(i), schema.items(), path + "[" + i + "]", found);
      }
    }
  }
}
