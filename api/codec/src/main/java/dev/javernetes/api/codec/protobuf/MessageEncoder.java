package dev.javernetes.api.codec.protobuf;

import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON tree to protobuf. Members that the schema does not know are left out, as Go's typed objects
 * leave them out; a value of the wrong type is an {@code IllegalArgumentException}, since what is
 * encoded has been validated.
 */
final class MessageEncoder {
  private final MessagePlans plans;
  private final WireWriter out = new WireWriter();

  MessageEncoder(MessagePlans plans) {
    this.plans = plans;
  }

  WireWriter out() {
    return out;
  }

  void message(JsonObject object, Schema type) {
    message(object, plans.of(type));
  }

  private void message(JsonObject object, MessagePlan plan) {
    for (Map.Entry<Integer, MessagePlan.Field> entry : plan.backwards()) {
      int number = entry.getKey();
      switch (entry.getValue()) {
        case MessagePlan.Embedded(MessagePlan inner) -> {
          int mark = out.mark();
          message(object, inner);
          if (out.mark() > mark) {
            out.messageHeader(number, mark);
          }
        }
        case MessagePlan.Member(String name, Schema schema) -> {
          Object value = object.get(name);
          if (value != null) {
            field(number, value, schema, name);
          }
        }
      }
    }
  }

  private void field(int number, Object value, Schema schema, String name) {
    switch (schema.wireType()) {
      case NATURAL -> natural(number, value, schema, name);
      case QUANTITY -> {
        int mark = out.mark();
        out.textField(1, value.toString());
        out.messageHeader(number, mark);
      }
      case INT_OR_STRING -> intOrString(number, value, name);
      case TIME, MICRO_TIME -> time(number, text(value, name), schema.wireType(), name);
      case DURATION -> {
        int mark = out.mark();
        out.varintField(1, GoDurationText.parse(text(value, name)));
        out.messageHeader(number, mark);
      }
      case RAW_JSON -> {
        int mark = out.mark();
        out.bytesField(1, Json.bytes(value));
        out.messageHeader(number, mark);
      }
      case LIST_MESSAGE -> {
        int mark = out.mark();
        List<?> texts = list(value, name);
        for (int i = texts.size() - 1; i >= 0; i--) {
          out.textField(1, text(texts.get(i), name));
        }
        out.messageHeader(number, mark);
      }
      case SCHEMA_UNION -> union(number, value, schema, name);
    }
  }

  private void natural(int number, Object value, Schema schema, String name) {
    switch (schema.type()) {
      case STRING -> {
        String text = text(value, name);
        if (schema.format().equals("byte")) {
          out.bytesField(number, Base64.getMimeDecoder().decode(text));
        } else {
          out.textField(number, text);
        }
      }
      case INTEGER -> out.varintField(number, number(value, name).longValue());
      case NUMBER -> out.doubleField(number, number(value, name).doubleValue());
      case BOOLEAN -> out.varintField(number, flag(value, name) ? 1 : 0);
      case ARRAY -> {
        List<?> elements = list(value, name);
        Schema items = items(schema, name);
        for (int i = elements.size() - 1; i >= 0; i--) {
          Object element = elements.get(i);
          if (element != null) {
            field(number, element, items, name);
          }
        }
      }
      case OBJECT -> object(number, object(value, name), schema, name);
      case ANY -> throw new IllegalArgumentException(name + ": no protobuf form");
    }
  }

  private void object(int number, JsonObject object, Schema schema, String name) {
    Schema values = schema.additionalProperties();
    if (values == null) {
      int mark = out.mark();
      message(object, schema);
      out.messageHeader(number, mark);
      return;
    }
    List<String> keys = new ArrayList<>(object.keySet());
    keys.sort(java.util.Comparator.reverseOrder());
    for (String key : keys) {
      int mark = out.mark();
      Object value = object.get(key);
      if (value != null) {
        field(2, value, values, name);
      }
      out.textField(1, key);
      out.messageHeader(number, mark);
    }
  }

  private void intOrString(int number, Object value, String name) {
    int mark = out.mark();
    if (value instanceof String text) {
      out.textField(3, text);
      out.varintField(2, 0);
      out.varintField(1, 1);
    } else {
      out.textField(3, "");
      out.varintField(2, number(value, name).longValue());
      out.varintField(1, 0);
    }
    out.messageHeader(number, mark);
  }

  private void time(int number, String text, Schema.WireType type, String name) {
    Instant time;
    try {
      time = Timestamps.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name + ": not a time: " + text, e);
    }
    int mark = out.mark();
    int nanos = type == Schema.WireType.TIME ? 0 : time.getNano() / 1000 * 1000;
    out.varintField(2, nanos);
    out.varintField(1, time.getEpochSecond());
    out.messageHeader(number, mark);
  }

  /** JSONSchemaPropsOrBool, …OrArray, …OrStringArray: which one shows in the value's JSON type. */
  private void union(int number, Object value, Schema schema, String name) {
    int mark = out.mark();
    boolean orBool = name(schema).endsWith("OrBool");
    switch (value) {
      case Boolean flag -> out.varintField(1, flag ? 1 : 0);
      case List<?> list -> {
        for (int i = list.size() - 1; i >= 0; i--) {
          Object element = list.get(i);
          if (element instanceof JsonObject props) {
            int inner = out.mark();
            message(props, plans.schemaProps());
            out.messageHeader(2, inner);
          } else if (element != null) {
            out.textField(2, text(element, name));
          }
        }
      }
      case JsonObject props -> {
        int inner = out.mark();
        message(props, plans.schemaProps());
        out.messageHeader(orBool ? 2 : 1, inner);
        if (orBool) {
          out.varintField(1, 1);
        }
      }
      default -> throw mismatch(name, "schema", value);
    }
    out.messageHeader(number, mark);
  }

  static String name(Schema schema) {
    String reference = schema.reference();
    return reference == null ? "" : reference;
  }

  static Schema items(Schema schema, String name) {
    Schema items = schema.items();
    if (items == null) {
      throw new IllegalStateException(name + ": a list without items in its schema");
    }
    return items;
  }

  private static String text(@Nullable Object value, String name) {
    if (value instanceof String text) {
      return text;
    }
    throw mismatch(name, "string", value);
  }

  private static Number number(Object value, String name) {
    if (value instanceof Number number) {
      return number;
    }
    throw mismatch(name, "number", value);
  }

  private static boolean flag(Object value, String name) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw mismatch(name, "boolean", value);
  }

  private static List<?> list(Object value, String name) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw mismatch(name, "array", value);
  }

  private static JsonObject object(Object value, String name) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw mismatch(name, "object", value);
  }

  private static IllegalArgumentException mismatch(
      String name, String wanted, @Nullable Object value) {
    return new IllegalArgumentException(
        name
            + ": expected "
            + wanted
            + ", got "
            + (value == null ? "null" : value.getClass().getSimpleName()));
  }
}
