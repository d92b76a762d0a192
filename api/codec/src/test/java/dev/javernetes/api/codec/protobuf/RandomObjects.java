package dev.javernetes.api.codec.protobuf;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Objects of a schema, seeded: every member is there or not, values are never Go's zero. */
final class RandomObjects {
  private final Random random;

  RandomObjects(long seed) {
    random = new Random(seed);
  }

  JsonObject object(Schema schema, int depth) {
    JsonObject object = new JsonObject();
    schema
        .properties()
        .forEach((name, property) -> {
          if (property.protoNumber() > 0 && random.nextInt(depth < 2 ? 10 : 4 * depth) < 8) {
            Object value = value(property, depth + 1);
            if (value != null) {
              object.put(name, value);
            }
          }
        });
    return object;
  }

  private @Nullable Object value(Schema schema, int depth) {
    return switch (schema.wireType()) {
      case QUANTITY -> 1 + random.nextInt(900) + "m";
      case INT_OR_STRING ->
          random.nextBoolean() ? (Object) (long) random.nextInt() : "p" + random.nextInt();
      case TIME -> "2026-01-02T03:04:0" + random.nextInt(10) + "Z";
      case MICRO_TIME -> "2026-01-02T03:04:05.00000" + random.nextInt(10) + "Z";
      case DURATION -> "1m" + random.nextInt(60) + "s";
      case RAW_JSON -> JsonObject.of("a", (long) random.nextInt(), "b", List.of("x"));
      case LIST_MESSAGE -> list("v" + random.nextInt());
      case SCHEMA_UNION -> union(schema, depth);
      case NATURAL -> natural(schema, depth);
    };
  }

  private @Nullable Object natural(Schema schema, int depth) {
    return switch (schema.type()) {
      case STRING ->
          schema.format().equals("byte")
              ? Base64.getEncoder().encodeToString(new byte[] {1, (byte) random.nextInt()})
              : "té-" + random.nextInt();
      case INTEGER ->
          schema.format().equals("int32")
              ? (Object) (long) (random.nextInt() | 1)
              : (Object) (random.nextLong() | 1);
      case NUMBER -> 0.5 + random.nextInt();
      case BOOLEAN -> true;
      case ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(2); i++) {
          elements.add(value(java.util.Objects.requireNonNull(schema.items()), depth + 1));
        }
        yield elements;
      }
      case OBJECT -> {
        Schema values = schema.additionalProperties();
        if (values == null) {
          yield object(schema, depth);
        }
        JsonObject map = new JsonObject();
        for (int i = 0; i <= random.nextInt(2); i++) {
          map.put("k" + random.nextInt(100), value(values, depth + 1));
        }
        yield map;
      }
      case ANY -> null;
    };
  }

  private @Nullable Object union(Schema schema, int depth) {
    String type = MessageEncoder.name(schema);
    if (type.endsWith("OrBool")) {
      return true;
    }
    if (type.endsWith("OrStringArray")) {
      return list("a");
    }
    return list(JsonObject.of("type", "t" + depth));
  }

  private static List<@Nullable Object> list(Object element) {
    List<@Nullable Object> list = new ArrayList<>();
    list.add(element);
    return list;
  }
}
