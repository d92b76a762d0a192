package dev.javernetes.etcd.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.StringWriter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Messages as JSON in the form of etcd's gateway: names as in the .proto files (camel case is read
 * as well), 64-bit numbers as strings, bytes in base64, default values left out. {@code
 * {"key":"Zm9v","range_end":"Zm9w"}} asks for everything that starts with foo.
 */
final class ProtoJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ProtoJson() {}

  static String write(Message message) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      writeMessage(out, message);
    }
    return text.toString();
  }

  private static void writeMessage(JsonGenerator out, Message message) {
    out.writeStartObject();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      FieldDescriptor descriptor = field.getKey();
      out.writeName(descriptor.getName());
      if (descriptor.isRepeated()) {
        out.writeStartArray();
        for (Object item : (List<?>) field.getValue()) {
          writeValue(out, descriptor, item);
        }
        out.writeEndArray();
      } else {
        writeValue(out, descriptor, field.getValue());
      }
    }
    out.writeEndObject();
  }

  private static void writeValue(JsonGenerator out, FieldDescriptor field, Object value) {
    switch (field.getJavaType()) {
      case INT -> out.writeNumber((Integer) value);
      case LONG ->
          out.writeString(
              field.getType() == FieldDescriptor.Type.UINT64
                  ? Long.toUnsignedString((Long) value)
                  : value.toString());
      case FLOAT -> out.writeNumber((Float) value);
      case DOUBLE -> out.writeNumber((Double) value);
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case STRING -> out.writeString((String) value);
      case BYTE_STRING ->
          out.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> out.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> writeMessage(out, (Message) value);
    }
  }

  /** Reads one message; an unknown field or a wrong type is refused. */
  @SuppressWarnings("unchecked") // a builder builds what its prototype is
  static <T extends Message> T read(String text, T prototype) {
    Message.Builder builder = prototype.newBuilderForType();
    if (text.isBlank()) {
      return (T) builder.build();
    }
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), text)) {
      require(in.nextToken(), JsonToken.START_OBJECT);
      readMessage(in, builder);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    return (T) builder.build();
  }

  private static void require(JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw new IllegalArgumentException("expected " + wanted + " in JSON, found " + found);
    }
  }

  private static void readMessage(JsonParser in, Message.Builder builder) {
    while (in.nextToken() != JsonToken.END_OBJECT) {
      FieldDescriptor field = field(builder, in.currentName());
      JsonToken token = in.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        continue;
      }
      if (field.isRepeated()) {
        require(token, JsonToken.START_ARRAY);
        while (in.nextToken() != JsonToken.END_ARRAY) {
          builder.addRepeatedField(field, readValue(in, field, builder));
        }
      } else {
        builder.setField(field, readValue(in, field, builder));
      }
    }
  }

  private static FieldDescriptor field(Message.Builder builder, String name) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (field.getName().equals(name) || field.getJsonName().equals(name)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "unknown field \"" + name + "\" in " + builder.getDescriptorForType().getName());
  }

  private static Object readValue(JsonParser in, FieldDescriptor field, Message.Builder builder) {
    return switch (field.getJavaType()) {
      case INT -> Integer.parseInt(in.getString());
      case LONG ->
          field.getType() == FieldDescriptor.Type.UINT64
              ? Long.parseUnsignedLong(in.getString())
              : Long.parseLong(in.getString());
      case FLOAT -> Float.parseFloat(in.getString());
      case DOUBLE -> Double.parseDouble(in.getString());
      case BOOLEAN -> in.currentToken() == JsonToken.VALUE_TRUE;
      case STRING -> in.getString();
      case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(in.getString()));
      case ENUM -> enumValue(field.getEnumType(), in.getString());
      case MESSAGE -> {
        require(in.currentToken(), JsonToken.START_OBJECT);
        Message.Builder inner = builder.newBuilderForField(field);
        readMessage(in, inner);
        yield inner.build();
      }
    };
  }

  private static EnumValueDescriptor enumValue(EnumDescriptor type, String text) {
    EnumValueDescriptor value =
        text.matches("[0-9]+")
            ? type.findValueByNumber(Integer.parseInt(text))
            : type.findValueByName(text);
    if (value == null) {
      throw new IllegalArgumentException("unknown value \"" + text + "\" of " + type.getName());
    }
    return value;
  }
}
