package dev.javernetes.api.machinery.field;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with one field. Its text is {@code spec.replicas: Invalid value: -1: must be
 * greater than or equal to 0}; its {@link #body} is the same without the path, as it stands in a
 * Status cause's message.
 *
 * @param omitValue leave the value out of the text: it may be secret or long (upstream's {@code
 *     field.OmitValueType})
 */
public record FieldError(
    Type type, String field, @Nullable Object badValue, String detail, boolean omitValue) {

  /**
   * The reasons, with the words that upstream prints and the name that goes into {@code
   * causes[].reason}.
   */
  public enum Type {
    NOT_FOUND("FieldValueNotFound", "Not found"),
    REQUIRED("FieldValueRequired", "Required value"),
    DUPLICATE("FieldValueDuplicate", "Duplicate value"),
    INVALID("FieldValueInvalid", "Invalid value"),
    NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
    FORBIDDEN("FieldValueForbidden", "Forbidden"),
    TOO_LONG("FieldValueTooLong", "Too long"),
    TOO_MANY("FieldValueTooMany", "Too many"),
    INTERNAL("InternalError", "Internal error"),
    TYPE_INVALID("FieldValueTypeInvalid", "Invalid value");

    private final String reason;
    private final String words;

    Type(String reason, String words) {
      this.reason = reason;
      this.words = words;
    }

    public String reason() {
      return reason;
    }
  }

  public String body() {
    String value =
        switch (type) {
          case REQUIRED, FORBIDDEN, TOO_LONG, INTERNAL -> "";
          case NOT_FOUND, DUPLICATE, INVALID, NOT_SUPPORTED, TYPE_INVALID, TOO_MANY ->
              omitValue ? "" : ": " + quoted(badValue);
        };
    return type.words + value + (detail.isEmpty() ? "" : ": " + detail);
  }

  @Override
  public String toString() {
    return field + ": " + body();
  }

  /** Strings quoted as Go does, scalars bare, everything else as compact JSON. */
  private static String quoted(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> GoQuote.quote(text);
      case JsonObject object -> escaped(Json.text(object));
      case List<?> list -> escaped(Json.text(list));
      default -> Json.text(value);
    };
  }

  /** Go's JSON is fit to stand within HTML. */
  private static String escaped(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }
}
