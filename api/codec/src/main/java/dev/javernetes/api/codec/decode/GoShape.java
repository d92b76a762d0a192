package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Go type as far as it shows in JSON: what its decoder accepts and what its encoder leaves out.
 * {@code PodSpec.hostNetwork} is a bool with {@code omitempty}: false is not written; {@code
 * PodSpec.automountServiceAccountToken} is a pointer: false is; {@code Deployment.status} is a
 * struct in place: {@code {}} is written even if nobody gave one.
 */
final class GoShape {
  enum Kind {
    STRUCT,
    MAP,
    LIST,
    STRING,
    INT32,
    INT64,
    FLOAT64,
    BOOL,
    BYTES,
    QUANTITY,
    INT_OR_STRING,
    TIME,
    MICRO_TIME,
    DURATION,
    /** Any JSON, kept as it is. */
    RAW,
    /** A type with several JSON forms (JSONSchemaPropsOrBool …). */
    UNION
  }

  /**
   * @param pointer nil is absent, and a pointer to a zero value is written
   * @param always no {@code omitempty}: written even if zero
   * @param omitZero left out when it says of itself that it is zero
   */
  record Field(
      int index,
      String name,
      Supplier<GoShape> shape,
      boolean pointer,
      boolean always,
      boolean omitZero) {}

  final Kind kind;
  final String goType;
  final Field[] order;
  final Map<String, Field> fields;
  private final @Nullable Supplier<GoShape> element;

  private GoShape(
      Kind kind, String goType, List<Field> order, @Nullable Supplier<GoShape> element) {
    this.kind = kind;
    this.goType = goType;
    this.order = order.toArray(Field[]::new);
    Map<String, Field> byName = LinkedHashMap.newLinkedHashMap(order.size());
    order.forEach(field -> byName.put(field.name(), field));
    this.fields = byName;
    this.element = element;
  }

  static GoShape scalar(Kind kind, String goType) {
    return new GoShape(kind, goType, List.of(), null);
  }

  static GoShape struct(String goType, List<Field> order) {
    return new GoShape(Kind.STRUCT, goType, order, null);
  }

  static GoShape collection(Kind kind, String goType, Supplier<GoShape> element) {
    return new GoShape(kind, goType, List.of(), element);
  }

  GoShape element() {
    if (element == null) {
      throw new IllegalStateException(goType + " has no elements");
    }
    return element.get();
  }

  /** The struct's own name: {@code ObjectMeta} of {@code v1.ObjectMeta}. */
  String structName() {
    return goType.substring(goType.lastIndexOf('.') + 1);
  }

  /** What Go writes for the zero value of this type standing in place. */
  @Nullable Object zero() {
    return switch (kind) {
      case STRUCT -> written(new Object[order.length]);
      case STRING -> "";
      case INT32, INT64, INT_OR_STRING -> 0L;
      case FLOAT64 -> 0L;
      case BOOL -> Boolean.FALSE;
      case QUANTITY -> "0";
      case DURATION -> "0s";
      case MAP, LIST, BYTES, TIME, MICRO_TIME, RAW, UNION -> null;
    };
  }

  /**
   * The JSON object that Go writes for a struct of these field values; {@code null} for one never
   * set.
   */
  JsonObject written(@Nullable Object[] values) {
    JsonObject object = new JsonObject();
    for (Field field : order) {
      Object value = values[field.index()];
      if (value == null) {
        writeUnset(field, object);
      } else if (field.pointer() || field.always() || !empty(field, value)) {
        object.put(field.name(), value);
      }
    }
    return object;
  }

  private static void writeUnset(Field field, JsonObject object) {
    if (field.pointer()) {
      if (field.always()) {
        object.put(field.name(), null);
      }
      return;
    }
    if (field.always()) {
      object.put(field.name(), field.shape().get().zero());
      return;
    }
    if (field.omitZero()) {
      return;
    }
    GoShape shape = field.shape().get();
    switch (shape.kind) {
      case STRUCT, QUANTITY, INT_OR_STRING, TIME, MICRO_TIME, DURATION, RAW ->
          object.put(field.name(), shape.zero());
      case MAP, LIST, STRING, INT32, INT64, FLOAT64, BOOL, BYTES, UNION -> {}
    }
  }

  private static boolean empty(Field field, Object value) {
    return switch (value) {
      case String text -> text.isEmpty();
      case Boolean flag -> !flag;
      case Long number -> number == 0 && field.shape().get().kind != Kind.INT_OR_STRING;
      case Double number -> number == 0;
      case List<?> list -> list.isEmpty();
      case JsonObject object ->
          switch (field.shape().get().kind) {
            case MAP -> object.isEmpty();
            case STRUCT -> field.omitZero() && object.equals(field.shape().get().zero());
            default -> false;
          };
      default -> false;
    };
  }

  static final class Builder {
    private final List<Field> order = new ArrayList<>();

    void add(
        String name, Supplier<GoShape> shape, boolean pointer, boolean always, boolean omitZero) {
      order.add(new Field(order.size(), name, shape, pointer, always, omitZero));
    }

    GoShape build(String goType) {
      return struct(goType, order);
    }
  }
}
