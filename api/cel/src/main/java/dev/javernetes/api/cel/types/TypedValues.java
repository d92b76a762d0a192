package dev.javernetes.api.cel.types;

import dev.javernetes.api.cel.library.Times;
import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Values;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON seen through its schema: a {@code date-time} is a timestamp, a list of type {@code set}
 * compares without order. Nothing is copied; a value is converted when it is looked at.
 */
public final class TypedValues {
  private TypedValues() {}

  /** {@code json} as an expression sees it. */
  public static Object of(@Nullable Object json, TypedSchema schema) {
    if (json == null) {
      return NullValue.NULL;
    }
    if (schema.intOrString()) {
      return Values.of(json);
    }
    return switch (schema.type()) {
      case "object" -> json instanceof Map<?, ?> map ? new TypedMap(map, schema) : Values.of(json);
      case "array" -> {
        TypedSchema items = schema.items();
        yield json instanceof List<?> list && items != null
            ? new TypedList(list, items, schema)
            : Values.of(json);
      }
      case "number" -> json instanceof Number number ? number.doubleValue() : Values.of(json);
      case "integer" ->
          json instanceof Double number && number == Math.rint(number)
              ? (Object) number.longValue()
              : Values.of(json);
      case "string" -> json instanceof String text ? text(text, schema) : Values.of(json);
      default -> Values.of(json);
    };
  }

  private static Object text(String text, TypedSchema schema) {
    try {
      return switch (schema.format()) {
        case "duration" -> Times.duration(text);
        case "date" -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        case "date-time" -> Times.timestamp(text);
        case "byte" -> Bytes.of(Base64.getDecoder().decode(text));
        default -> text;
      };
    } catch (EvaluationFailure | DateTimeException | IllegalArgumentException bad) {
      throw new EvaluationFailure(
          "Invalid %s format string: %s: %s".formatted(schema.format(), text, bad.getMessage()));
    }
  }
}
