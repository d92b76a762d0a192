package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON to the tree that Go would write back after reading it into its struct: fields that the type
 * does not have are gone, nulls and empty values with {@code omitempty} are gone, values in place
 * are there, quantities and times are in canonical form.
 *
 * <pre>{@code
 * {"metadata":{"name":"a","odd":1},"spec":{"replicas":null,"paused":false}}
 *   becomes  {"metadata":{"name":"a"},"spec":{"strategy":{},…}}
 *   with the strict error  unknown field "metadata.odd"
 * }</pre>
 *
 * <p>As in Go, a value of the wrong type is remembered and reading goes on, so that a syntax error
 * further down is what the client hears of; the first type error is thrown at the end.
 */
public final class TypedDecoder {
  /** The object and what a strict reader would refuse. */
  public record Decoded(JsonObject object, List<String> strictErrors) {}

  /** An empty list there is a wish, not nothing: to forget who owns what. */
  private static final List<String> MANAGED_FIELDS = List.of("metadata", "managedFields");

  private final byte[] data;
  private final JsonScanner scanner;
  private final StrictErrors strict = new StrictErrors();
  private StrictErrors reporting = strict;
  private final List<String> fieldStack = new ArrayList<>();
  private @Nullable String structName;
  private @Nullable DecodeException firstTypeError;
  private boolean managedFieldsEmptied;

  private TypedDecoder(byte[] data) {
    this.data = data;
    this.scanner = new JsonScanner(data);
  }

  /** Reads {@code data} as the named type ({@code io.k8s.api.core.v1.Pod}). */
  public static Decoded decode(byte[] data, GoShapes shapes, String typeName)
      throws DecodeException {
    return new TypedDecoder(data).root(shapes.shape(typeName));
  }

  /** The tree as Go would write it; {@code tree} is not changed. */
  public static Decoded normalize(JsonObject tree, GoShapes shapes, String typeName)
      throws DecodeException {
    return decode(dev.javernetes.api.machinery.json.Json.bytes(tree), shapes, typeName);
  }

  private Decoded root(GoShape shape) throws DecodeException {
    Object value;
    try {
      value = value(shape);
    } catch (Refused refused) {
      JsonScanner rest =
          new JsonScanner(data); // Go checks the whole text's syntax before it decodes
      rest.skipValue();
      rest.end();
      throw refused.asDecodeException();
    }
    scanner.end();
    if (firstTypeError != null) {
      throw firstTypeError;
    }
    JsonObject object = value instanceof JsonObject decoded ? decoded : (JsonObject) shape.zero();
    JsonObject result = object == null ? new JsonObject() : object;
    if (managedFieldsEmptied) {
      result.ensureObject("metadata").put("managedFields", new ArrayList<>());
    }
    return new Decoded(result, strict.asList());
  }

  /** {@code null} for Go's nil or zero. */
  private @Nullable Object value(GoShape shape) throws DecodeException, Refused {
    byte first = scanner.beginValue();
    if (first == 'n') {
      scanner.literal();
      return null;
    }
    return switch (shape.kind) {
      case STRUCT -> first == '{' ? struct(shape) : mismatch(first, shape.goType);
      case MAP -> first == '{' ? map(shape) : mismatch(first, shape.goType);
      case LIST -> first == '[' ? list(shape) : mismatch(first, shape.goType);
      case STRING -> first == '"' ? scanner.string() : mismatch(first, shape.goType);
      case BOOL -> first == 't' || first == 'f' ? bool(first) : mismatch(first, shape.goType);
      case INT32, INT64 -> integer(first, shape);
      case FLOAT64 -> floating(first);
      case BYTES -> base64(first);
      case QUANTITY -> quantity();
      case INT_OR_STRING -> intOrString(first);
      case TIME, MICRO_TIME, DURATION -> time(first, shape.kind);
      case RAW -> new UntypedDecoder(scanner, new StrictErrors()).value();
      case UNION -> union(first, shape);
    };
  }

  private JsonObject struct(GoShape shape) throws DecodeException, Refused {
    @Nullable Object[] values = new Object[shape.order.length];
    boolean[] seen = new boolean[values.length];
    String outerStruct = structName;
    int depth = fieldStack.size();
    scanner.open();
    for (boolean first = true; scanner.nextMember(first); first = false) {
      String name = scanner.string();
      scanner.colon();
      GoShape.Field field = shape.fields.get(name);
      if (field == null) {
        reporting.unknown(name);
        scanner.skipValue();
        continue;
      }
      int index = field.index();
      if (seen[index]) {
        reporting.duplicate(name);
      }
      seen[index] = true;
      structName = shape.structName();
      fieldStack.add(name);
      int mark = reporting.enter(name);
      values[index] = merged(values[index], value(field.shape().get()));
      if (name.equals("managedFields") && fieldStack.equals(MANAGED_FIELDS)) {
        managedFieldsEmptied = values[index] instanceof List<?> entries && entries.isEmpty();
      }
      reporting.back(mark);
      fieldStack.removeLast();
      structName = depth == 0 ? null : outerStruct;
    }
    return shape.written(values);
  }

  private JsonObject map(GoShape shape) throws DecodeException, Refused {
    JsonObject map = new JsonObject();
    GoShape element = shape.element();
    scanner.open();
    for (boolean first = true; scanner.nextMember(first); first = false) {
      String name = scanner.string();
      if (map.containsKey(name)) {
        reporting.duplicate(name);
      }
      scanner.colon();
      int mark = reporting.enter(name);
      Object value = value(element);
      reporting.back(mark);
      map.put(name, value == null ? element.zero() : value);
    }
    return map;
  }

  private List<@Nullable Object> list(GoShape shape) throws DecodeException, Refused {
    List<@Nullable Object> list = new ArrayList<>();
    GoShape element = shape.element();
    scanner.open();
    for (boolean first = true; scanner.nextElement(first); first = false) {
      int mark = reporting.enter(list.size());
      Object value = value(element);
      reporting.back(mark);
      list.add(value == null ? element.zero() : value);
    }
    return list;
  }

  /**
   * Go reads a repeated member into what the first one left: objects merge, everything else is
   * replaced.
   */
  private static @Nullable Object merged(@Nullable Object before, @Nullable Object now) {
    if (before instanceof JsonObject first && now instanceof JsonObject second) {
      JsonObject both = new JsonObject(first);
      second.forEach((name, value) -> both.put(name, merged(first.get(name), value)));
      return both;
    }
    return now;
  }

  private Boolean bool(byte first) throws DecodeException {
    scanner.literal();
    return first == 't';
  }

  private @Nullable Object integer(byte first, GoShape shape) throws DecodeException {
    if (first != '-' && !Character.isDigit(first)) {
      return mismatch(first, shape.goType);
    }
    int start = scanner.number();
    String text = scanner.text(start, scanner.position());
    Long number = fitting(text, shape.kind == GoShape.Kind.INT32);
    if (number == null) {
      remember("number " + text, shape.goType);
    }
    return number;
  }

  private static @Nullable Long fitting(String text, boolean int32) {
    try {
      long number = Long.parseLong(text);
      return int32 && number != (int) number ? null : (Long) number;
    } catch (NumberFormatException notAnInteger) {
      return null;
    }
  }

  private @Nullable Object floating(byte first) throws DecodeException {
    if (first != '-' && !Character.isDigit(first)) {
      return mismatch(first, "float64");
    }
    int start = scanner.number();
    String text = scanner.text(start, scanner.position());
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number)) {
      remember("number " + text, "float64");
      return null;
    }
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? (Object) (long) number
        : (Object) number;
  }

  private @Nullable Object base64(byte first) throws DecodeException {
    if (first != '"') {
      return mismatch(first, "[]uint8");
    }
    String text = scanner.string();
    try {
      return Base64.getEncoder().encodeToString(GoBase64.decode(text));
    } catch (DecodeException corrupt) {
      if (firstTypeError == null) {
        firstTypeError = corrupt;
      }
      return null;
    }
  }

  private Object quantity() throws DecodeException, Refused {
    int start = scanner.position();
    scanner.skipValue();
    String text = scanner.text(start, scanner.position());
    if (text.length() >= 2 && text.startsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    try {
      return CanonicalQuantity.of(text.strip());
    } catch (DecodeException wrong) {
      throw new Refused(wrong);
    }
  }

  private @Nullable Object intOrString(byte first) throws DecodeException, Refused {
    if (first == '"') {
      return scanner.string();
    }
    if (first == '-' || Character.isDigit(first)) {
      int start = scanner.number();
      String text = scanner.text(start, scanner.position());
      Long number = fitting(text, true);
      if (number == null) {
        throw new Refused(typeError("number " + text, "int32"));
      }
      return number;
    }
    throw new Refused(typeError(GoKinds.of(first), "int32"));
  }

  private @Nullable Object time(byte first, GoShape.Kind kind) throws DecodeException, Refused {
    if (first != '"') {
      throw new Refused(typeError(GoKinds.of(first), "string"));
    }
    String text = scanner.string();
    try {
      return switch (kind) {
        case TIME -> GoTime.canonical(text);
        case MICRO_TIME -> GoTime.canonicalMicro(text);
        default -> GoDuration.canonical(text);
      };
    } catch (DecodeException wrong) {
      throw new Refused(wrong);
    }
  }

  private @Nullable Object union(byte first, GoShape shape) throws DecodeException, Refused {
    if (shape.goType.equals("[]string") && first == '['
        || first == 't'
        || first == 'f'
        || first == '"') {
      return new UntypedDecoder(scanner, new StrictErrors()).value();
    }
    StrictErrors outer = reporting;
    reporting = new StrictErrors(); // these types decode themselves, leniently
    try {
      if (first == '[') {
        return list(shape);
      }
      return first == '{' ? value(shape.element()) : mismatch(first, shape.goType);
    } finally {
      reporting = outer;
    }
  }

  private @Nullable Object mismatch(byte first, String goType) throws DecodeException {
    remember(GoKinds.of(first), goType);
    scanner.skipValue();
    return null;
  }

  private void remember(String what, String goType) {
    if (firstTypeError == null) {
      firstTypeError = typeError(what, goType);
    }
  }

  private DecodeException typeError(String what, String goType) {
    String where =
        structName == null
            ? "Go value"
            : "Go struct field " + structName + "." + String.join(".", fieldStack);
    return new DecodeException(
        "json: cannot unmarshal " + what + " into " + where + " of type " + goType);
  }

  /** A type that decodes itself said no: decoding ends at once. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final transient DecodeException why;

    Refused(DecodeException why) {
      super(why.getMessage(), null, false, false);
      this.why = why;
    }

    DecodeException asDecodeException() {
      return why;
    }
  }
}
