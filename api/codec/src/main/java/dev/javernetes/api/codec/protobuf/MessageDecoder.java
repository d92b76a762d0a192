package dev.javernetes.api.codec.protobuf;

import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.schema.Schema;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf to JSON tree, with what Go would write as JSON: a zero that Go holds by value and leaves
 * out when empty is no member, a zero behind a pointer is one. Unknown fields are skipped.
 */
final class MessageDecoder {
  private final MessagePlans plans;
  private final ProtobufCodec codec;

  MessageDecoder(MessagePlans plans, ProtobufCodec codec) {
    this.plans = plans;
    this.codec = codec;
  }

  JsonObject message(WireReader in, Schema type, int depth) throws ProtobufSyntaxException {
    JsonObject object = new JsonObject();
    message(in, plans.of(type), object, depth);
    return object;
  }

  private void message(WireReader in, MessagePlan plan, JsonObject into, int depth)
      throws ProtobufSyntaxException {
    if (depth > ProtobufCodec.NESTING_LIMIT) {
      throw new ProtobufSyntaxException("proto: exceeded maximum recursion depth");
    }
    while (!in.atEnd()) {
      MessagePlan.Field field = plan.field(in.field());
      switch (field) {
        case null -> in.skip();
        case MessagePlan.Embedded(MessagePlan inner) -> {
          in.expect(WireReader.LENGTH, "embedded");
          message(in.message(), inner, into, depth + 1);
        }
        case MessagePlan.Member(String name, Schema schema) ->
            member(in, name, schema, into, depth);
      }
    }
  }

  private void member(WireReader in, String name, Schema schema, JsonObject into, int depth)
      throws ProtobufSyntaxException {
    if (schema.wireType() == Schema.WireType.NATURAL) {
      if (schema.type() == Schema.Type.ARRAY) {
        element(in, name, MessageEncoder.items(schema, name), into.ensureArray(name), depth);
        return;
      }
      Schema values = schema.additionalProperties();
      if (schema.type() == Schema.Type.OBJECT && values != null) {
        in.expect(WireReader.LENGTH, name);
        entry(in.message(), name, values, into.ensureObject(name), depth);
        return;
      }
    }
    Object value = value(in, name, schema, depth);
    if (isZero(value, schema)) {
      if (!schema.byValue() || !schema.omitEmpty()) {
        into.put(name, value);
      } else {
        into.remove(name);
      }
    } else if (value == null && !timeByValue(schema)) {
      into.remove(name);
    } else {
      into.put(name, value);
    }
  }

  /** Go writes its zero time as {@code null}. */
  private static boolean timeByValue(Schema schema) {
    return schema.byValue()
        && (schema.wireType() == Schema.WireType.TIME
            || schema.wireType() == Schema.WireType.MICRO_TIME);
  }

  private static boolean isZero(@Nullable Object value, Schema schema) {
    return switch (value) {
      case String text -> schema.wireType() == Schema.WireType.NATURAL && text.isEmpty();
      case Long number -> schema.wireType() == Schema.WireType.NATURAL && number == 0;
      case Double number -> number == 0;
      case Boolean flag -> !flag;
      case null, default -> false;
    };
  }

  private void element(
      WireReader in, String name, Schema items, List<@Nullable Object> into, int depth)
      throws ProtobufSyntaxException {
    boolean packed =
        in.wireType() == WireReader.LENGTH
            && (items.type() == Schema.Type.INTEGER || items.type() == Schema.Type.BOOLEAN)
            && items.wireType() == Schema.WireType.NATURAL;
    if (!packed) {
      into.add(value(in, name, items, depth));
      return;
    }
    WireReader numbers = in.message();
    while (!numbers.atEnd()) {
      long number = numbers.varint();
      into.add(items.type() == Schema.Type.INTEGER ? (Object) number : (Object) (number != 0));
    }
  }

  private void entry(WireReader in, String name, Schema values, JsonObject into, int depth)
      throws ProtobufSyntaxException {
    String key = "";
    Object value = null;
    boolean seen = false;
    while (!in.atEnd()) {
      switch (in.field()) {
        case 1 -> {
          in.expect(WireReader.LENGTH, name);
          key = in.text();
        }
        case 2 -> {
          value = value(in, name, values, depth);
          seen = true;
        }
        default -> in.skip();
      }
    }
    into.put(key, seen ? value : absentValue(values));
  }

  /** What a map entry without a value holds: the zero of its type. */
  private static @Nullable Object absentValue(Schema values) {
    return switch (values.wireType()) {
      case QUANTITY -> "0";
      case LIST_MESSAGE -> new ArrayList<@Nullable Object>();
      case NATURAL ->
          switch (values.type()) {
            case STRING -> "";
            case INTEGER -> 0L;
            case NUMBER -> 0.0;
            case BOOLEAN -> false;
            case OBJECT -> new JsonObject();
            case ARRAY -> new ArrayList<@Nullable Object>();
            case ANY -> null;
          };
      case INT_OR_STRING, TIME, MICRO_TIME, DURATION, RAW_JSON, SCHEMA_UNION -> null;
    };
  }

  private @Nullable Object value(WireReader in, String name, Schema schema, int depth)
      throws ProtobufSyntaxException {
    if (schema.wireType() == Schema.WireType.NATURAL) {
      return natural(in, name, schema, depth);
    }
    in.expect(WireReader.LENGTH, name);
    WireReader message = in.message();
    return switch (schema.wireType()) {
      case QUANTITY -> {
        String text = firstText(message, name);
        yield text.isEmpty() ? "0" : text;
      }
      case INT_OR_STRING -> intOrString(message, name);
      case TIME, MICRO_TIME -> time(message, name, schema.wireType());
      case DURATION -> {
        long nanos = 0;
        while (!message.atEnd()) {
          if (message.field() == 1) {
            message.expect(WireReader.VARINT, name);
            nanos = message.varint();
          } else {
            message.skip();
          }
        }
        yield GoDurationText.format(nanos);
      }
      case RAW_JSON -> rawJson(message, name, depth);
      case LIST_MESSAGE -> {
        List<@Nullable Object> texts = new ArrayList<>();
        while (!message.atEnd()) {
          if (message.field() == 1) {
            message.expect(WireReader.LENGTH, name);
            texts.add(message.text());
          } else {
            message.skip();
          }
        }
        yield texts;
      }
      case SCHEMA_UNION -> union(message, name, schema, depth);
      case NATURAL -> throw new IllegalStateException();
    };
  }

  private @Nullable Object natural(WireReader in, String name, Schema schema, int depth)
      throws ProtobufSyntaxException {
    return switch (schema.type()) {
      case STRING -> {
        in.expect(WireReader.LENGTH, name);
        yield schema.format().equals("byte")
            ? Base64.getEncoder().encodeToString(in.raw())
            : in.text();
      }
      case INTEGER -> {
        in.expect(WireReader.VARINT, name);
        long number = in.varint();
        yield schema.format().equals("int32") ? (Object) (long) (int) number : (Object) number;
      }
      case NUMBER -> {
        in.expect(WireReader.FIXED64, name);
        yield Double.longBitsToDouble(in.fixed64());
      }
      case BOOLEAN -> {
        in.expect(WireReader.VARINT, name);
        yield in.varint() != 0;
      }
      case OBJECT -> {
        in.expect(WireReader.LENGTH, name);
        yield message(in.message(), schema, depth + 1);
      }
      case ARRAY, ANY -> throw new ProtobufSyntaxException(name + ": no protobuf form");
    };
  }

  private static String firstText(WireReader in, String name) throws ProtobufSyntaxException {
    String text = "";
    while (!in.atEnd()) {
      if (in.field() == 1) {
        in.expect(WireReader.LENGTH, name);
        text = in.text();
      } else {
        in.skip();
      }
    }
    return text;
  }

  private static Object intOrString(WireReader in, String name) throws ProtobufSyntaxException {
    long type = 0;
    long number = 0;
    String text = "";
    while (!in.atEnd()) {
      switch (in.field()) {
        case 1 -> {
          in.expect(WireReader.VARINT, name);
          type = in.varint();
        }
        case 2 -> {
          in.expect(WireReader.VARINT, name);
          number = (int) in.varint();
        }
        case 3 -> {
          in.expect(WireReader.LENGTH, name);
          text = in.text();
        }
        default -> in.skip();
      }
    }
    return type == 1 ? (Object) text : (Object) number;
  }

  private static @Nullable String time(WireReader in, String name, Schema.WireType type)
      throws ProtobufSyntaxException {
    if (in.atEnd()) {
      return null;
    }
    long seconds = 0;
    int nanos = 0;
    while (!in.atEnd()) {
      switch (in.field()) {
        case 1 -> {
          in.expect(WireReader.VARINT, name);
          seconds = in.varint();
        }
        case 2 -> {
          in.expect(WireReader.VARINT, name);
          nanos = (int) in.varint();
        }
        default -> in.skip();
      }
    }
    try {
      Instant time = Instant.ofEpochSecond(seconds, nanos);
      return Timestamps.isZero(time)
          ? null
          : type == Schema.WireType.TIME ? Timestamps.format(time) : Timestamps.formatMicros(time);
    } catch (DateTimeException e) {
      throw new ProtobufSyntaxException(name + ": time out of range", e);
    }
  }

  private @Nullable Object rawJson(WireReader in, String name, int depth)
      throws ProtobufSyntaxException {
    byte[] raw = new byte[0];
    while (!in.atEnd()) {
      if (in.field() == 1) {
        in.expect(WireReader.LENGTH, name);
        raw = in.raw();
      } else {
        in.skip();
      }
    }
    if (raw.length == 0) {
      return null;
    }
    if (ProtobufCodec.isProtobuf(raw)) {
      return codec.decode(raw, depth + 1).object();
    }
    try {
      return Json.parse(raw);
    } catch (JsonSyntaxException e) {
      throw new ProtobufSyntaxException(name + ": " + e.getMessage(), e);
    }
  }

  private @Nullable Object union(WireReader in, String name, Schema schema, int depth)
      throws ProtobufSyntaxException {
    String type = MessageEncoder.name(schema);
    boolean orBool = type.endsWith("OrBool");
    boolean orStrings = type.endsWith("OrStringArray");
    boolean allows = false;
    JsonObject props = null;
    List<@Nullable Object> list = new ArrayList<>();
    while (!in.atEnd()) {
      int number = in.field();
      if (number == 1 && orBool) {
        in.expect(WireReader.VARINT, name);
        allows = in.varint() != 0;
      } else if (number == 2 && orStrings) {
        in.expect(WireReader.LENGTH, name);
        list.add(in.text());
      } else if (number == 1 || number == 2) {
        in.expect(WireReader.LENGTH, name);
        JsonObject read = message(in.message(), plans.schemaProps(), depth + 1);
        if (number == (orBool ? 2 : 1)) {
          props = read;
        } else {
          list.add(read);
        }
      } else {
        in.skip();
      }
    }
    if (props != null) {
      return props;
    }
    return orBool ? (Object) allows : list.isEmpty() ? null : list;
  }
}
