package dev.javernetes.api.codec.protobuf;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code application/vnd.kubernetes.protobuf}: an object as the four bytes {@code k8s\0} and a
 * {@code runtime.Unknown} that names the kind and holds the message.
 *
 * <pre>{@code
 * ProtobufCodec codec = new ProtobufCodec(BuiltInSchemas.get(), BuiltInSchemas.get()::schemaOf);
 * byte[] bytes = codec.encode(pod);
 * JsonObject again = codec.decode(bytes).object();      // kind and apiVersion included
 * byte[] frame = codec.watchFrame("ADDED", bytes);
 * }</pre>
 *
 * <p>Upstream's storage uses the same form, so it also reads what a Go API server left in etcd.
 * Thread-safe.
 */
public final class ProtobufCodec {
  /** Messages nested deeper are refused, as other protobuf implementations do. */
  public static final int NESTING_LIMIT = 100;

  private static final byte[] MAGIC = {'k', '8', 's', 0};

  /** Of a field number below 16 and a length. */
  private static final int MOST_HEADER_BYTES = 11;

  private final MessagePlans plans;
  private final MessageDecoder decoder;
  private final Function<GroupVersionKind, @Nullable Schema> kinds;

  /**
   * A codec of the catalogue's types.
   *
   * @param kinds the schema of a kind, {@code null} for one without protobuf form (a custom
   *     resource)
   */
  public ProtobufCodec(SchemaCatalog catalog, Function<GroupVersionKind, @Nullable Schema> kinds) {
    this.plans = new MessagePlans(catalog);
    this.decoder = new MessageDecoder(plans, this);
    this.kinds = kinds;
  }

  /**
   * What an envelope held.
   *
   * @param object with {@code kind} and {@code apiVersion} as the envelope has them
   */
  public record Decoded(GroupVersionKind kind, JsonObject object) {}

  public static boolean isProtobuf(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && bytes[0] == MAGIC[0]
        && bytes[1] == MAGIC[1]
        && bytes[2] == MAGIC[2]
        && bytes[3] == MAGIC[3];
  }

  /** Whether objects of the kind have a protobuf form. */
  public boolean supports(GroupVersionKind kind) {
    return kinds.apply(kind) != null;
  }

  /** {@code IllegalArgumentException} for a kind without protobuf form. */
  public byte[] encode(JsonObject object) {
    GroupVersionKind kind = GroupVersionKind.of(object.string("apiVersion"), object.string("kind"));
    Schema schema = kinds.apply(kind);
    if (schema == null) {
      throw new IllegalArgumentException(
          "object " + kind + " does not implement the protobuf form");
    }
    MessageEncoder encoder = new MessageEncoder(plans);
    WireWriter out = encoder.out();
    out.textField(4, "");
    out.textField(3, "");
    int raw = out.mark();
    encoder.message(object, schema);
    out.messageHeader(2, raw);
    int typeMeta = out.mark();
    out.textField(2, kind.kind());
    out.textField(1, kind.apiVersion());
    out.messageHeader(1, typeMeta);
    out.raw(MAGIC);
    return out.done();
  }

  /** A message alone, without envelope. */
  public byte[] encodeMessage(JsonObject object, Schema type) {
    MessageEncoder encoder = new MessageEncoder(plans);
    encoder.message(object, type);
    return encoder.out().done();
  }

  /**
   * A list in parts, from messages that are encoded already: joined they are what {@link #encode}
   * gives for the whole list.
   *
   * @param metadata the message of its {@code meta.v1.ListMeta}
   */
  public static List<byte[]> list(GroupVersionKind kind, byte[] metadata, List<byte[]> items) {
    List<byte[]> content = new ArrayList<>(2 * items.size() + 4);
    long length = 0;
    for (int i = -1; i < items.size(); i++) {
      byte[] message = i < 0 ? metadata : items.get(i);
      WireWriter header = new WireWriter(MOST_HEADER_BYTES);
      header.header(i < 0 ? 1 : 2, message.length);
      byte[] start = header.done();
      content.add(start);
      content.add(message);
      length += start.length + message.length;
    }
    WireWriter head = new WireWriter();
    head.header(2, length);
    int typeMeta = head.mark();
    head.textField(2, kind.kind());
    head.textField(1, kind.apiVersion());
    head.messageHeader(1, typeMeta);
    head.raw(MAGIC);
    content.addFirst(head.done());
    WireWriter tail = new WireWriter();
    tail.textField(4, "");
    tail.textField(3, "");
    content.add(tail.done());
    return content;
  }

  public JsonObject decodeMessage(byte[] bytes, Schema type) throws ProtobufSyntaxException {
    return decoder.message(new WireReader(bytes), type, 0);
  }

  public Decoded decode(byte[] bytes) throws ProtobufSyntaxException {
    return decode(bytes, 0);
  }

  Decoded decode(byte[] bytes, int depth) throws ProtobufSyntaxException {
    if (!isProtobuf(bytes)) {
      throw new ProtobufSyntaxException(
          "provided data does not appear to be a protobuf message, expected prefix"
              + " [107 56 115 0]");
    }
    Unknown unknown = unknown(bytes);
    GroupVersionKind kind = kind(unknown);
    if (unknown.contentType.equals("application/json")) {
      try {
        return new Decoded(kind, Json.parseObject(unknown.raw));
      } catch (JsonSyntaxException e) {
        throw new ProtobufSyntaxException(String.valueOf(e.getMessage()), e);
      }
    }
    Schema schema = kinds.apply(kind);
    if (schema == null) {
      throw new ProtobufSyntaxException(
          "no kind \""
              + kind.kind()
              + "\" is registered for version \""
              + kind.apiVersion()
              + "\"");
    }
    JsonObject object = new JsonObject();
    object.put("kind", kind.kind());
    object.put("apiVersion", kind.apiVersion());
    object.putAll(decoder.message(new WireReader(unknown.raw), schema, depth));
    return new Decoded(kind, object);
  }

  private record Unknown(String apiVersion, String kind, byte[] raw, String contentType) {}

  private static Unknown unknown(byte[] bytes) throws ProtobufSyntaxException {
    WireReader in = new WireReader(bytes);
    for (int i = 0; i < 4; i++) {
      in.skipByte();
    }
    String apiVersion = "";
    String kind = "";
    byte[] raw = new byte[0];
    String contentType = "";
    while (!in.atEnd()) {
      switch (in.field()) {
        case 1 -> {
          in.expect(WireReader.LENGTH, "typeMeta");
          WireReader meta = in.message();
          while (!meta.atEnd()) {
            switch (meta.field()) {
              case 1 -> {
                meta.expect(WireReader.LENGTH, "apiVersion");
                apiVersion = meta.text();
              }
              case 2 -> {
                meta.expect(WireReader.LENGTH, "kind");
                kind = meta.text();
              }
              default -> meta.skip();
            }
          }
        }
        case 2 -> {
          in.expect(WireReader.LENGTH, "raw");
          raw = in.raw();
        }
        case 4 -> {
          in.expect(WireReader.LENGTH, "contentType");
          contentType = in.text();
        }
        default -> in.skip();
      }
    }
    return new Unknown(apiVersion, kind, raw, contentType);
  }

  private static GroupVersionKind kind(Unknown unknown) throws ProtobufSyntaxException {
    try {
      return GroupVersion.parse(unknown.apiVersion).kind(unknown.kind);
    } catch (IllegalArgumentException e) {
      throw new ProtobufSyntaxException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * A frame of a watch's stream ({@code …;stream=watch}): the length in four bytes, then a {@code
   * meta.v1.WatchEvent} with the encoded object.
   */
  public static byte[] watchFrame(String type, byte[] encodedObject) {
    WireWriter out = new WireWriter();
    int object = out.mark();
    out.bytesField(1, encodedObject);
    out.messageHeader(2, object);
    out.textField(1, type);
    int length = out.mark();
    out.raw(ByteBuffer.allocate(4).putInt(length).array());
    return out.done();
  }

  /** An event of a watch's stream, its object decoded. */
  public record Event(String type, JsonObject object) {}

  /** Reads the content of a frame, without its length. */
  public Event decodeEvent(byte[] frame) throws ProtobufSyntaxException {
    WireReader in = new WireReader(frame);
    String type = "";
    JsonObject object = new JsonObject();
    while (!in.atEnd()) {
      switch (in.field()) {
        case 1 -> {
          in.expect(WireReader.LENGTH, "type");
          type = in.text();
        }
        case 2 -> {
          in.expect(WireReader.LENGTH, "object");
          WireReader extension = in.message();
          while (!extension.atEnd()) {
            if (extension.field() == 1) {
              extension.expect(WireReader.LENGTH, "raw");
              object = decode(extension.raw()).object();
            } else {
              extension.skip();
            }
          }
        }
        default -> in.skip();
      }
    }
    return new Event(type, object);
  }
}
