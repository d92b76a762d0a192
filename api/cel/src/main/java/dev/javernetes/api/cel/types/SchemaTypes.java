package dev.javernetes.api.cel.types;

import dev.cel.common.types.SimpleType;
import dev.javernetes.api.cel.types.DeclaredType.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes types of schemas; what has no schema of its own is not visible to expressions. */
public final class SchemaTypes {
  /** The largest request that a server accepts bounds every size that a schema leaves open. */
  static final long MAX_REQUEST_BYTES = 3 * 1024 * 1024;

  private static final int BYTES_PER_CHARACTER = 4;
  private static final long TIME_LENGTH = 32;
  private static final long DATE_LENGTH = 12;

  private SchemaTypes() {}

  /**
   * {@code null} if expressions do not see values of this schema.
   *
   * @param resourceRoot whether it is a whole object, whose kind and name are always visible
   */
  public static @Nullable DeclaredType of(TypedSchema schema, boolean resourceRoot) {
    if (schema.intOrString()) {
      Long limit = schema.max("maxLength");
      return DeclaredType.simple(
          SimpleType.DYN, limit == null ? MAX_REQUEST_BYTES - 2 : bytes(limit), 1);
    }
    return switch (schema.type()) {
      case "array" -> array(schema);
      case "object" -> object(schema, resourceRoot);
      case "string" -> string(schema);
      case "boolean" -> DeclaredType.BOOL;
      case "number" -> DeclaredType.DOUBLE;
      case "integer" -> DeclaredType.INT;
      default -> null;
    };
  }

  private static long bytes(long characters) {
    return Math.max(characters, 0) * BYTES_PER_CHARACTER;
  }

  private static @Nullable DeclaredType array(TypedSchema schema) {
    TypedSchema items = schema.items();
    DeclaredType element = items == null ? null : of(items, items.embeddedResource());
    if (element == null) {
      return null;
    }
    Long limit = schema.max("maxItems");
    return DeclaredType.list(
        element,
        limit == null
            ? (MAX_REQUEST_BYTES - 2) / (element.minSerializedSize() + 1)
            : Math.max(limit, 0));
  }

  private static @Nullable DeclaredType object(TypedSchema schema, boolean resourceRoot) {
    TypedSchema additional = schema.additionalProperties();
    if (additional != null) {
      DeclaredType element = of(additional, additional.embeddedResource());
      if (element == null) {
        return null;
      }
      Long limit = schema.max("maxProperties");
      return DeclaredType.map(
          element,
          limit == null
              ? (MAX_REQUEST_BYTES - 2) / (element.minSerializedSize() + 6)
              : Math.max(limit, 0));
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    long size = 2;
    Map<String, TypedSchema> properties = schema.properties();
    List<String> required = schema.required();
    for (Map.Entry<String, TypedSchema> property : properties.entrySet()) {
      TypedSchema of = property.getValue();
      String name = property.getKey();
      DeclaredType type = of(of, of.embeddedResource());
      if (type == null) {
        continue;
      }
      String escaped = FieldNames.escape(name);
      if (escaped != null) {
        fields.put(escaped, new Field(type, required.contains(name)));
      }
      if (required.contains(name) && !of.hasDefault()) {
        size += name.length() + type.minSerializedSize() + 4;
      }
    }
    if (resourceRoot && !describesItself(properties)) {
      fields.put("kind", longText(required.contains("kind")));
      fields.put("apiVersion", longText(required.contains("apiVersion")));
      fields.put(
          "metadata",
          new Field(
              DeclaredType.object(
                  "object", Map.of("name", longText(false), "generateName", longText(false)), 2),
              required.contains("metadata")));
    }
    return DeclaredType.object("object", fields, size);
  }

  private static Field longText(boolean required) {
    return new Field(DeclaredType.simple(SimpleType.STRING, MAX_REQUEST_BYTES - 2, 2), required);
  }

  private static boolean describesItself(Map<String, TypedSchema> properties) {
    TypedSchema metadata = properties.get("metadata");
    return isText(properties.get("kind"))
        && isText(properties.get("apiVersion"))
        && metadata != null
        && isText(metadata.properties().get("name"))
        && isText(metadata.properties().get("generateName"));
  }

  private static boolean isText(@Nullable TypedSchema schema) {
    return schema != null && schema.type().equals("string");
  }

  private static DeclaredType string(TypedSchema schema) {
    Long limit = schema.max("maxLength");
    return switch (schema.format()) {
      case "byte" ->
          DeclaredType.simple(
              SimpleType.BYTES, limit == null ? MAX_REQUEST_BYTES - 2 : Math.max(limit, 0), 2);
      case "duration" -> DeclaredType.simple(SimpleType.DURATION, TIME_LENGTH, 3);
      case "date" -> DeclaredType.simple(SimpleType.TIMESTAMP, DATE_LENGTH, DATE_LENGTH);
      case "date-time" -> DeclaredType.simple(SimpleType.TIMESTAMP, TIME_LENGTH, 21);
      default -> {
        long longest = MAX_REQUEST_BYTES - 2;
        if (limit != null) {
          longest = bytes(limit);
        } else if (!schema.enumeration().isEmpty()) {
          longest =
              schema.enumeration().stream()
                  .mapToLong(value -> value instanceof String text ? text.length() : 0)
                  .max()
                  .orElse(0);
        }
        yield DeclaredType.simple(SimpleType.STRING, longest, 2);
      }
    };
  }
}
