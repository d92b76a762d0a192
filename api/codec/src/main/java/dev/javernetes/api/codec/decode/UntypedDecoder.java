package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON to a tree without a schema, as Go reads it into an {@code interface{}}: patches, custom
 * resources, raw extensions. Integers that fit are {@code Long}, other numbers {@code Double}; of
 * members with one name the last wins.
 */
public final class UntypedDecoder {
  private final JsonScanner scanner;
  private final StrictErrors strict;
  private @Nullable DecodeException firstTypeError;

  UntypedDecoder(JsonScanner scanner, StrictErrors strict) {
    this.scanner = scanner;
    this.strict = strict;
  }

  public static @Nullable Object decode(byte[] data) throws DecodeException {
    return decode(data, new StrictErrors());
  }

  /** {@code strict} learns of duplicate members. */
  public static @Nullable Object decode(byte[] data, StrictErrors strict) throws DecodeException {
    JsonScanner scanner = new JsonScanner(data);
    UntypedDecoder decoder = new UntypedDecoder(scanner, strict);
    Object value = decoder.value();
    scanner.end();
    if (decoder.firstTypeError != null) {
      throw decoder.firstTypeError;
    }
    return value;
  }

  /** As Go reads text of which it wants a few fields only: numbers may be of any size. */
  public static @Nullable Object decodeLoosely(byte[] data) throws DecodeException {
    JsonScanner scanner = new JsonScanner(data);
    Object value = new UntypedDecoder(scanner, new StrictErrors()).value();
    scanner.end();
    return value;
  }

  /**
   * A JSON object, or an empty one for {@code null}; anything else is Go's complaint about {@code
   * map[string]interface {}}.
   */
  public static JsonObject decodeObject(byte[] data, StrictErrors strict) throws DecodeException {
    Object value = decode(data, strict);
    return switch (value) {
      case null -> new JsonObject();
      case JsonObject object -> object;
      default ->
          throw new DecodeException(
              "json: cannot unmarshal "
                  + GoKinds.of(value)
                  + " into Go value of type map[string]interface {}");
    };
  }

  @Nullable Object value() throws DecodeException {
    byte first = scanner.beginValue();
    return switch (first) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> scanner.string();
      case 't', 'f' -> {
        scanner.literal();
        yield first == 't';
      }
      case 'n' -> {
        scanner.literal();
        yield null;
      }
      default -> number();
    };
  }

  private JsonObject object() throws DecodeException {
    JsonObject object = new JsonObject();
    scanner.open();
    for (boolean first = true; scanner.nextMember(first); first = false) {
      String name = scanner.string();
      if (object.containsKey(name)) {
        strict.duplicate(name);
      }
      scanner.colon();
      int mark = strict.enter(name);
      object.put(name, value());
      strict.back(mark);
    }
    return object;
  }

  private List<@Nullable Object> array() throws DecodeException {
    List<@Nullable Object> list = new ArrayList<>();
    scanner.open();
    for (boolean first = true; scanner.nextElement(first); first = false) {
      int mark = strict.enter(list.size());
      list.add(value());
      strict.back(mark);
    }
    return list;
  }

  private Object number() throws DecodeException {
    int start = scanner.number();
    String text = scanner.text(start, scanner.position());
    if (scanner.integral(start)) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException beyondLong) {
        // a float64, if one can hold it
      }
    }
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number) && firstTypeError == null) {
      firstTypeError =
          new DecodeException(
              "json: cannot unmarshal number " + text + " into Go value of type float64");
    }
    return number;
  }
}
