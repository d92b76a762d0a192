package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.FieldManager;
import dev.javernetes.api.codec.apply.FieldSet;
import dev.javernetes.api.codec.apply.ObjectVersions;
import dev.javernetes.api.codec.cbor.CborWriter;
import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.EmptyLists;
import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.codec.decode.StrictErrors;
import dev.javernetes.api.codec.decode.TypedDecoder;
import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.codec.protobuf.ProtobufCodec;
import dev.javernetes.api.codec.protobuf.ProtobufSyntaxException;
import dev.javernetes.api.codec.yaml.YamlWriter;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Bytes to checked trees and back, patches, managedFields: the codec as the engine uses it. */
public final class ObjectCodec {

  /** The wire formats. */
  public enum Format {
    JSON("application/json"),
    YAML("application/yaml"),
    PROTOBUF("application/vnd.kubernetes.protobuf"),
    CBOR("application/cbor");

    private final String mediaType;

    Format(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  /**
   * An object that was read.
   *
   * @param strictErrors unknown and duplicate fields, as strict validation names them
   */
  public record Decoded(JsonObject object, List<String> strictErrors) {
    public Decoded {
      strictErrors = List.copyOf(strictErrors);
    }
  }

  /** A kind of patch. */
  public enum PatchType {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY_YAML("application/apply-patch+yaml"),
    APPLY_CBOR("application/apply-patch+cbor");

    private final String mediaType;

    PatchType(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }

    public boolean isApply() {
      return this == APPLY_YAML || this == APPLY_CBOR;
    }
  }

  /**
   * Who manages what.
   *
   * @param manager the field manager's name
   * @param subresource {@code ""} for the object itself
   * @param resetFields paths that a write through this endpoint cannot set
   */
  public record Manager(
      String manager, String subresource, List<List<String>> resetFields, Instant now) {}

  static final String CBOR_SEQUENCE = "application/cbor-seq";

  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

  /** A Go client sends them in the version of the group that it deletes from. */
  private static final String DELETE_OPTIONS = "DeleteOptions";

  private final SchemaCatalog schemas;
  private final GoShapes shapes;
  private final EmptyLists emptyLists;
  private final ProtobufCodec protobuf;
  private final CustomObjects customObjects;
  private final Map<GroupVersionKind, JsonObject> zeros = new ConcurrentHashMap<>();
  private final BodyDecoder bodies;
  private final boolean cbor;

  /**
   * @param cbor whether CBOR is served: upstream's feature gate {@code CBORServingAndStorage}
   */
  public ObjectCodec(
      SchemaCatalog schemas,
      Function<GroupVersionKind, @Nullable Schema> schemaOfKind,
      boolean cbor) {
    this.schemas = schemas;
    this.cbor = cbor;
    this.shapes = new GoShapes(schemas);
    this.emptyLists = new EmptyLists(shapes);
    this.protobuf =
        new ProtobufCodec(
            schemas,
            kind ->
                isPartial(kind) || kind.kind().equals(DELETE_OPTIONS)
                    ? schemas.type(META + kind.kind())
                    : schemaOfKind.apply(kind));
    this.customObjects = new CustomObjects(shapes);
    this.bodies = new BodyDecoder(this, schemas, shapes, protobuf);
  }

  /** Any object's metadata alone, or a list of them. */
  private static boolean isPartial(GroupVersionKind kind) {
    return kind.group().equals("meta.k8s.io") && kind.kind().startsWith("PartialObjectMetadata");
  }

  /** Whether {@code version}'s objects can be sent and read in this format. */
  public boolean supports(Format format, @Nullable ServedVersion version) {
    return switch (format) {
      case JSON, YAML -> true;
      case PROTOBUF -> version == null || isBuiltIn(version);
      case CBOR -> cbor;
    };
  }

  boolean supports(PatchType type) {
    return type != PatchType.APPLY_CBOR || cbor;
  }

  /** In which forms a watch can be: YAML has no frames. */
  List<String> streams() {
    List<String> streams =
        new ArrayList<>(
            List.of(
                Format.JSON.mediaType() + ";stream=watch",
                Format.PROTOBUF.mediaType() + ";stream=watch"));
    if (cbor) {
      streams.add(CBOR_SEQUENCE);
    }
    return streams;
  }

  boolean isBuiltIn(ServedVersion version) {
    return schemas.names().contains(TypeNames.of(version.kind()));
  }

  /**
   * Reads an object that should be of {@code expected} (or of the kind it names itself); throws
   * {@code ApiException} 400 with upstream's words.
   *
   * @param all the versions of a custom object, which is pruned in the one that it names
   */
  public Decoded decode(
      byte[] body, Format format, ServedVersion expected, List<ServedVersion> all) {
    return bodies.decode(body, format, expected, all);
  }

  /** Reads what a patch made of an object; {@code DecodeException} if that is none any more. */
  Decoded patched(byte[] json, ServedVersion expected) throws DecodeException {
    return bodies.patched(json, expected);
  }

  /** Reads DeleteOptions, which come in the version of any group. */
  JsonObject deleteOptions(byte[] body, Format format) {
    return bodies.deleteOptions(body, format);
  }

  Decoded typed(byte[] json, ServedVersion version) throws DecodeException {
    if (isBuiltIn(version)) {
      TypedDecoder.Decoded decoded =
          TypedDecoder.decode(json, shapes, TypeNames.of(version.kind()));
      return new Decoded(decoded.object(), decoded.strictErrors());
    }
    return untyped(json, version.schema());
  }

  Decoded untyped(byte[] json, Schema schema) throws DecodeException {
    StrictErrors strict = new StrictErrors();
    JsonObject object = UntypedDecoder.decodeObject(json, strict);
    return custom(object, schema, strict.asList());
  }

  /** A custom object: metadata as its type has it, the rest as the definition's schema does. */
  private Decoded custom(JsonObject object, Schema schema, List<String> earlier)
      throws DecodeException {
    List<String> strict = new ArrayList<>(earlier);
    strict.addAll(customObjects.normalize(object, schema));
    return new Decoded(object, strict);
  }

  /**
   * Brings a tree (a patched object) into the form that reading it would have given; {@code
   * DecodeException} if a field has the wrong type.
   */
  public Decoded normalize(JsonObject object, ServedVersion version) throws DecodeException {
    return isBuiltIn(version)
        ? typed(Json.bytes(object), version)
        : custom(object.deepCopy(), version.schema(), List.of());
  }

  /** Brings a tree of a named type into normal form; the tree itself if that is not possible. */
  public JsonObject normalOrSame(JsonObject object, ServedVersion version) {
    try {
      return normalize(object, version).object();
    } catch (DecodeException problem) {
      return object;
    }
  }

  /** Gives a built-in object, in place, the form that upstream's storage would give back. */
  public void asStored(JsonObject object, ServedVersion version) {
    if (isBuiltIn(version)) {
      emptyLists.toNull(object, TypeNames.of(version.kind()));
    }
  }

  /** What Go would write for an object of this kind of which nothing is set. */
  public JsonObject zero(ServedVersion version) {
    return isBuiltIn(version)
        ? zeros.computeIfAbsent(version.kind(), kind -> makeZero(version)).deepCopy()
        : makeZero(version); // its schema may change
  }

  private JsonObject makeZero(ServedVersion version) {
    return normalOrSame(
        JsonObject.of("kind", version.kind().kind(), "apiVersion", version.kind().apiVersion()),
        version);
  }

  public byte[] encode(JsonObject object, Format format) {
    return switch (format) {
      case JSON -> Json.bytes(object);
      case YAML -> YamlWriter.bytes(object);
      case PROTOBUF -> protobuf.encode(object);
      case CBOR -> CborWriter.bytes(object);
    };
  }

  /** A built-in object's protobuf message without an envelope: as it stands in a list. */
  byte[] message(JsonObject object, ServedVersion version) {
    return protobuf.encodeMessage(object, version.schema());
  }

  /** A list of such messages, in parts. */
  List<byte[]> protobufList(ServedVersion version, JsonObject metadata, List<byte[]> items) {
    return ProtobufCodec.list(
        new GroupVersionKind(version.kind().group(), version.kind().version(), version.listKind()),
        protobuf.encodeMessage(metadata, schemas.type(META + "ListMeta")),
        items);
  }

  /** One framed watch event of a stream in that format. */
  public byte[] encodeEvent(String type, JsonObject object, Format format) {
    return switch (format) {
      case JSON ->
          (Json.text(JsonObject.of("type", type, "object", object)) + "\n")
              .getBytes(StandardCharsets.UTF_8);
      case YAML ->
          ("---\n" + YamlWriter.text(JsonObject.of("type", type, "object", object)))
              .getBytes(StandardCharsets.UTF_8);
      case PROTOBUF -> ProtobufCodec.watchFrame(type, protobuf.encode(object));
      case CBOR -> CborWriter.bytes(JsonObject.of("type", type, "object", object));
    };
  }

  // managedFields

  /** Records what {@code manager} changed from {@code live} ({@code null}: a creation). */
  public JsonObject trackUpdate(
      @Nullable JsonObject live,
      JsonObject object,
      ResourceDefinition definition,
      ServedVersion version,
      Manager manager) {
    JsonObject before = live == null ? zero(version) : live;
    new FieldManager(versions(definition))
        .update(before, object, write(version, definition.custom(), manager));
    return object;
  }

  /**
   * Server-side apply; throws {@code ApiException} (409 with causes) on conflicts unless forced.
   * {@code live} is {@code null} if the object does not exist. The result is not yet normalized.
   */
  public JsonObject apply(
      @Nullable JsonObject live,
      JsonObject configuration,
      ObjectVersions versions,
      ServedVersion version,
      boolean custom,
      Manager manager,
      boolean force) {
    JsonObject before = live == null ? zero(version) : live;
    return new FieldManager(versions)
        .apply(before, configuration, write(version, custom, manager), force);
  }

  /**
   * As {@link #trackUpdate}, of an object that has one version only: a review, a scale. {@code
   * live} is {@code null} for a creation.
   */
  JsonObject trackSingle(
      @Nullable JsonObject live, JsonObject object, ServedVersion version, Manager manager) {
    JsonObject before = live == null ? zero(version) : live;
    new FieldManager(ObjectVersions.single(version.kind().apiVersion(), version.schema()))
        .update(before, object, write(version, false, manager));
    return object;
  }

  private static dev.javernetes.api.codec.apply.Write write(
      ServedVersion version, boolean custom, Manager manager) {
    return new dev.javernetes.api.codec.apply.Write(
        manager.manager(),
        version.kind().apiVersion(),
        manager.subresource(),
        FieldSet.ofFields(manager.resetFields()),
        custom,
        manager.now());
  }

  static ObjectVersions versions(ResourceDefinition definition) {
    return new ObjectVersions() {
      @Override
      public @Nullable Schema schema(String apiVersion) {
        ServedVersion version = find(apiVersion);
        return version == null ? null : version.schema();
      }

      @Override
      public JsonObject convert(JsonObject object, String apiVersion) {
        ServedVersion from = find(object.string("apiVersion"));
        ServedVersion to = find(apiVersion);
        return from == null || to == null || from == to
            ? object
            : definition.conversion().convert(object, from, to);
      }

      private @Nullable ServedVersion find(String apiVersion) {
        for (ServedVersion version : definition.versions()) {
          if (version.kind().apiVersion().equals(apiVersion)) {
            return version;
          }
        }
        return null;
      }
    };
  }

  /** The stored form of upstream's default. */
  public JsonObject decodeStored(byte[] stored) {
    try {
      return protobuf.decode(stored).object();
    } catch (ProtobufSyntaxException problem) {
      throw new IllegalArgumentException("stored object: " + problem.getMessage(), problem);
    }
  }

  static ApiException notAcceptable(List<String> available) {
    return ApiException.of(
        StatusReason.NOT_ACCEPTABLE,
        "only the following media types are accepted: " + String.join(", ", available));
  }
}
