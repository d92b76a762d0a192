package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a value of a schema is taken apart for ownership: a field of a granular object or map belongs
 * to whoever wrote it, an element of a list map or set likewise, an atomic value as a whole.
 *
 * <p>{@link #DEDUCED} stands where there is no schema: objects are granular, lists atomic (custom
 * resources that preserve unknown fields).
 */
final class Topology {
  enum Kind {
    GRANULAR,
    ATOMIC,
    LIST_MAP,
    LIST_SET,
    SCALAR
  }

  /** Stands for a value that is not there, where {@code null} is JSON's null. */
  static final Object ABSENT = new Object();

  static final Schema DEDUCED =
      Schema.builder().type(Schema.Type.ANY).preserveUnknownFields(true).build();

  private Topology() {}

  static Kind of(Schema schema, @Nullable Object value) {
    return switch (schema.type()) {
      case OBJECT -> object(schema);
      case ARRAY -> {
        Schema.ListType type = schema.listType();
        yield type == Schema.ListType.MAP
            ? Kind.LIST_MAP
            : type == Schema.ListType.SET ? Kind.LIST_SET : Kind.ATOMIC;
      }
      case STRING, INTEGER, NUMBER, BOOLEAN -> Kind.SCALAR;
      case ANY -> {
        if (schema.intOrString()) {
          yield Kind.SCALAR;
        }
        yield schema.preserveUnknownFields() && value instanceof JsonObject
            ? Kind.GRANULAR
            : Kind.ATOMIC;
      }
    };
  }

  private static Kind object(Schema schema) {
    if (schema.mapType() == Schema.MapType.ATOMIC) {
      return Kind.ATOMIC;
    }
    boolean bare =
        schema.properties().isEmpty()
            && schema.additionalProperties() == null
            && !schema.preserveUnknownFields();
    return bare ? Kind.ATOMIC : Kind.GRANULAR;
  }

  /** The schema of a member; {@code null} if the schema does not know it. */
  static @Nullable Schema member(Schema schema, String name) {
    Schema property = schema.property(name);
    if (property != null) {
      return property;
    }
    Schema values = schema.additionalProperties();
    return values != null ? values : schema.preserveUnknownFields() ? DEDUCED : null;
  }

  static boolean isDeclared(Schema schema, String name) {
    return schema.property(name) != null;
  }

  static Schema items(Schema schema) {
    Schema items = schema.items();
    return items == null ? DEDUCED : items;
  }

  /** The path element of a list's element; {@code IllegalArgumentException} if it has none. */
  static String element(Schema list, @Nullable Object item) {
    if (list.listType() == Schema.ListType.SET) {
      return switch (item) {
        case JsonObject _ ->
            throw new IllegalArgumentException(
                "associative list without keys has an element that's a map type");
        case List<?> _ ->
            throw new IllegalArgumentException(
                "not supported: associative list with lists as elements");
        case null ->
            throw new IllegalArgumentException(
                "associative list without keys has an element that's an explicit null");
        default -> PathElements.value(item);
      };
    }
    if (item == null) {
      throw new IllegalArgumentException("associative list with keys may not have a null element");
    }
    if (!(item instanceof JsonObject object)) {
      throw new IllegalArgumentException(
          "associative list with keys may not have non-map elements");
    }
    TreeMap<String, @Nullable Object> keys = new TreeMap<>();
    Schema items = items(list);
    for (String name : list.listMapKeys()) {
      if (object.containsKey(name)) {
        keys.put(name, object.get(name));
      } else if (items.property(name) instanceof Schema property) {
        Object value =
            property.defaultValue() != null ? property.defaultValue() : property.zeroDefault();
        if (value != null) {
          keys.put(name, value);
        }
      }
    }
    if (keys.isEmpty()) {
      String names =
          String.join(
              " ",
              list.listMapKeys().stream()
                  .map(dev.javernetes.api.machinery.field.GoQuote::quote)
                  .toList());
      throw new IllegalArgumentException(
          "associative list with keys has an element that omits all key fields ["
              + names
              + "] (and doesn't have default values for any key fields)");
    }
    return PathElements.key(keys);
  }

  static boolean isEmpty(@Nullable Object collection) {
    return switch (collection) {
      case JsonObject object -> object.isEmpty();
      case List<?> list -> list.isEmpty();
      case null -> true;
      default -> collection == ABSENT;
    };
  }
}
