package dev.javernetes.api.machinery.json;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads and writes {@link JsonObject} trees.
 *
 * <p>Integers that fit a {@code long} are {@code Long}, all other numbers {@code Double}, as Go's
 * unstructured decoder has them. A name that occurs twice is not an error here: the last one wins,
 * and {@link DuplicateField} tells a strict caller where it was.
 */
public final class Json {
  /**
   * How deep what the server made itself may be nested: what a client sent ({@link #BODY_NESTING})
   * and what is put around it (managedFields, a review, a patch).
   */
  public static final int NESTING_LIMIT = 600;

  /**
   * How deep a body may be nested. Upstream's decoder takes 10,000 levels, on Go's growing stacks;
   * here every walk over such a tree has to end well before a thread's stack does.
   */
  public static final int BODY_NESTING = 300;

  private static final int EXPECTED_BYTES = 1024;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(NESTING_LIMIT)
                  .maxStringLength(64 << 20)
                  .maxNumberLength(1000)
                  .build())
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private Json() {}

  /**
   * Told of each member whose name stood in the same object before, with its path ({@code
   * spec.containers[0].name}).
   */
  @FunctionalInterface
  public interface DuplicateField {
    void at(String path);
  }

  public static JsonObject parseObject(byte[] bytes) throws JsonSyntaxException {
    if (parse(bytes) instanceof JsonObject object) {
      return object;
    }
    throw new JsonSyntaxException("not a JSON object");
  }

  public static JsonObject parseObject(String text) throws JsonSyntaxException {
    return parseObject(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  public static @Nullable Object parse(byte[] bytes) throws JsonSyntaxException {
    return parse(bytes, path -> {});
  }

  public static @Nullable Object parse(byte[] bytes, DuplicateField duplicates)
      throws JsonSyntaxException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new JsonSyntaxException("unexpected end of JSON input");
      }
      Object value = read(parser, first, duplicates);
      if (parser.nextToken() != null) {
        throw new JsonSyntaxException("data after the top-level value");
      }
      return value;
    } catch (JacksonException problem) {
      throw new JsonSyntaxException(problem.getOriginalMessage(), problem);
    }
  }

  /** The compact encoding: no spaces, members in the tree's order. */
  public static byte[] bytes(@Nullable Object value) {
    JsonWriter writer = new JsonWriter(EXPECTED_BYTES);
    writer.value(value);
    return writer.toBytes();
  }

  public static String text(@Nullable Object value) {
    return new String(bytes(value), java.nio.charset.StandardCharsets.UTF_8);
  }

  public static @Nullable Object deepCopy(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object.deepCopy();
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      for (Object element : list) {
        copy.add(deepCopy(element));
      }
      return copy;
    }
    return value;
  }

  private static @Nullable Object read(
      JsonParser parser, JsonToken token, DuplicateField duplicates) {
    return switch (token) {
      case START_OBJECT -> readObject(parser, duplicates);
      case START_ARRAY -> readArray(parser, duplicates);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> readInteger(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("token " + token);
    };
  }

  private static JsonObject readObject(JsonParser parser, DuplicateField duplicates) {
    JsonObject object = new JsonObject();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      Object value = read(parser, parser.nextToken(), duplicates);
      int before = object.size();
      object.put(name, value);
      if (object.size() == before) {
        duplicates.at(path(parser, name));
      }
    }
    return object;
  }

  private static List<@Nullable Object> readArray(JsonParser parser, DuplicateField duplicates) {
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      list.add(read(parser, token, duplicates));
    }
    return list;
  }

  private static Object readInteger(JsonParser parser) {
    if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return parser.getLongValue();
    }
    BigInteger big = parser.getBigIntegerValue();
    return big.doubleValue();
  }

  private static String path(JsonParser parser, String name) {
    StringBuilder path = new StringBuilder();
    List<String> parts = new ArrayList<>();
    for (var context = parser.streamReadContext(); context != null; context = context.getParent()) {
      if (context.inArray()) {
        parts.addFirst("[" + context.getCurrentIndex() + "]");
      } else if (context.inObject() && context.currentName() != null) {
        parts.addFirst(context.currentName());
      }
    }
    if (parts.isEmpty() || !parts.getLast().equals(name)) {
      parts.add(name);
    }
    for (String part : parts) {
      if (!path.isEmpty() && !part.startsWith("[")) {
        path.append('.');
      }
      path.append(part);
    }
    return path.toString();
  }
}
