package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.cbor.CborReader;
import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.codec.decode.TypedDecoder;
import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.codec.protobuf.ProtobufCodec;
import dev.javernetes.api.codec.protobuf.ProtobufSyntaxException;
import dev.javernetes.api.codec.yaml.YamlReader;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.pipeline.ObjectCodec.Decoded;
import dev.javernetes.apiserver.pipeline.ObjectCodec.Format;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Reads bodies, and says in upstream's words what is wrong with one. */
final class BodyDecoder {
  private static final int SUMMARY_LENGTH = 30;
  private static final String DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

  /** Of a version that there is not: pruning leaves metadata only. */
  private static final Schema NOTHING = Schema.builder().build();

  private final ObjectCodec codec;
  private final SchemaCatalog schemas;
  private final GoShapes shapes;
  private final ProtobufCodec protobuf;

  BodyDecoder(ObjectCodec codec, SchemaCatalog schemas, GoShapes shapes, ProtobufCodec protobuf) {
    this.codec = codec;
    this.schemas = schemas;
    this.shapes = shapes;
    this.protobuf = protobuf;
  }

  Decoded decode(byte[] body, Format format, ServedVersion expected, List<ServedVersion> all) {
    return switch (format) {
      case JSON -> decodeJson(new Body(body, body, List.of()), expected, all);
      case YAML -> decodeJson(yaml(body, expected), expected, all);
      case PROTOBUF -> decodeProtobuf(body, expected);
      case CBOR -> decodeJson(cbor(body, expected), expected, all);
    };
  }

  /** What came and what it is in JSON, which keeps nothing of the keys that came twice. */
  private record Body(byte[] sent, byte[] json, List<String> strictErrors) {}

  private static Body yaml(byte[] body, ServedVersion expected) {
    try {
      YamlReader.Document document = YamlReader.read(body);
      return new Body(body, Json.bytes(document.tree()), document.strictErrors());
    } catch (DecodeException problem) {
      throw unrecognized(
          expected, "couldn't get version/kind; yaml: " + problem.getMessage(), body);
    }
  }

  private static Body cbor(byte[] body, ServedVersion expected) {
    try {
      return new Body(body, Json.bytes(CborReader.read(body)), List.of());
    } catch (DecodeException problem) {
      throw unrecognized(
          expected, "unable to determine group/version/kind: " + problem.getMessage(), body);
    }
  }

  private Decoded decodeProtobuf(byte[] body, ServedVersion expected) {
    try {
      JsonObject object = protobuf.decode(body).object();
      return new Decoded(object, List.of());
    } catch (ProtobufSyntaxException problem) {
      throw unrecognized(expected, String.valueOf(problem.getMessage()), body);
    }
  }

  private Decoded decodeJson(Body body, ServedVersion expected, List<ServedVersion> all) {
    return codec.isBuiltIn(expected)
        ? decodeTyped(body, expected)
        : decodeCustom(body, expected, all);
  }

  private Decoded decodeTyped(Body body, ServedVersion expected) {
    try {
      Decoded decoded = codec.typed(body.json, expected);
      JsonObject object = decoded.object();
      String kind = object.string("kind");
      String apiVersion = object.string("apiVersion");
      if ((kind.isEmpty() || kind.equals(expected.kind().kind()))
          && (apiVersion.isEmpty() || apiVersion.equals(expected.kind().apiVersion()))) {
        object.put("kind", expected.kind().kind());
        object.put("apiVersion", expected.kind().apiVersion());
        return joined(body, decoded);
      }
    } catch (DecodeException problem) {
      identified(body, expected);
      throw cannotBeHandled(expected.kind(), expected, String.valueOf(problem.getMessage()));
    }
    return otherKind(body, expected);
  }

  private static Decoded joined(Body body, Decoded decoded) {
    List<String> strict = new ArrayList<>(body.strictErrors);
    strict.addAll(decoded.strictErrors());
    return new Decoded(decoded.object(), strict);
  }

  /** A custom object is to say what it is; what is of another kind is left as it came. */
  private Decoded decodeCustom(Body body, ServedVersion expected, List<ServedVersion> all) {
    JsonObject object = identified(body, expected);
    String kind = object.string("kind");
    String apiVersion = object.string("apiVersion");
    GroupVersionKind given = given(kind.isEmpty() ? "?" : kind, apiVersion, expected, body);
    if (kind.isEmpty()) {
      throw unrecognized(
          expected,
          "Object 'Kind' is missing in '" + new String(body.sent, StandardCharsets.UTF_8) + "'",
          body.sent);
    }
    boolean same =
        kind.equals(expected.kind().kind()) && given.group().equals(expected.kind().group());
    try {
      return joined(
          body, codec.untyped(body.json, same ? schemaOf(given, all) : Schema.UNSPECIFIED));
    } catch (DecodeException problem) {
      throw cannotBeHandled(given, expected, String.valueOf(problem.getMessage()));
    }
  }

  private static Schema schemaOf(GroupVersionKind given, List<ServedVersion> all) {
    for (ServedVersion version : all) {
      if (version.kind().equals(given)) {
        return version.schema();
      }
    }
    return NOTHING;
  }

  private static GroupVersionKind given(
      String kind, String apiVersion, ServedVersion expected, Body body) {
    try {
      return GroupVersionKind.of(apiVersion, kind);
    } catch (IllegalArgumentException problem) {
      throw unrecognized(expected, String.valueOf(problem.getMessage()), body.sent);
    }
  }

  /** Complains about a body that does not even say what it is. */
  private static JsonObject identified(Body body, ServedVersion expected) {
    try {
      return identify(body.json);
    } catch (DecodeException problem) {
      throw unrecognized(expected, String.valueOf(problem.getMessage()), body.sent);
    }
  }

  /** What the body says it is; empty if it says nothing. */
  private static JsonObject identify(byte[] json) throws DecodeException {
    Object tree;
    try {
      tree = UntypedDecoder.decodeLoosely(json);
    } catch (DecodeException problem) {
      throw new DecodeException(
          "couldn't get version/kind; json parse error: " + problem.getMessage());
    }
    if (tree == null) {
      return new JsonObject();
    }
    if (!(tree instanceof JsonObject object)) {
      throw new DecodeException(
          "couldn't get version/kind; json parse error: json: cannot unmarshal "
              + goType(tree)
              + " into Go value of type struct { APIVersion string"
              + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
              + " \"json:\\\"kind,omitempty\\\"\" }");
    }
    for (String name : List.of("apiVersion", "kind")) {
      Object value = object.get(name);
      if (value != null && !(value instanceof String)) {
        throw new DecodeException(
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
                + goType(value)
                + " into Go struct field ."
                + name
                + " of type string");
      }
    }
    return object;
  }

  private Decoded otherKind(Body body, ServedVersion expected) {
    JsonObject object = identified(body, expected);
    String kind = object.string("kind");
    String apiVersion = object.string("apiVersion");
    GroupVersionKind given =
        given(
            kind.isEmpty() ? expected.kind().kind() : kind,
            apiVersion.isEmpty() ? expected.kind().apiVersion() : apiVersion,
            expected,
            body);
    String typeName = TypeNames.of(given);
    if (!schemas.names().contains(typeName)) {
      throw cannotBeHandled(given, expected, unregistered(given, expected));
    }
    try {
      TypedDecoder.Decoded decoded = TypedDecoder.decode(body.json, shapes, typeName);
      return new Decoded(decoded.object(), decoded.strictErrors());
    } catch (DecodeException problem) {
      throw cannotBeHandled(given, expected, String.valueOf(problem.getMessage()));
    }
  }

  /**
   * Reads a patched document, which may have become of another kind; {@code DecodeException} with
   * the plain reason.
   */
  Decoded patched(byte[] json, ServedVersion expected) throws DecodeException {
    JsonObject said = identify(json);
    String kind = said.string("kind").isEmpty() ? expected.kind().kind() : said.string("kind");
    String apiVersion =
        said.string("apiVersion").isEmpty()
            ? expected.kind().apiVersion()
            : said.string("apiVersion");
    boolean same =
        kind.equals(expected.kind().kind()) && apiVersion.equals(expected.kind().apiVersion());
    if (!same && codec.isBuiltIn(expected)) {
      GroupVersionKind given;
      try {
        given = GroupVersionKind.of(apiVersion, kind);
      } catch (IllegalArgumentException problem) {
        throw new DecodeException(String.valueOf(problem.getMessage()));
      }
      String typeName = TypeNames.of(given);
      if (!schemas.names().contains(typeName)) {
        throw new DecodeException(unregistered(given, expected));
      }
      TypedDecoder.decode(json, shapes, typeName);
      throw new DecodeException(RequestBodies.unknownConversion(kind, apiVersion, expected));
    }
    Decoded decoded = codec.typed(json, expected);
    decoded.object().put("kind", expected.kind().kind());
    decoded.object().put("apiVersion", expected.kind().apiVersion());
    return decoded;
  }

  private static String unregistered(GroupVersionKind given, ServedVersion expected) {
    boolean apart = expected.kind().group().equals("apiextensions.k8s.io");
    return "no kind "
        + GoQuote.quote(given.kind())
        + " is registered for version "
        + GoQuote.quote(given.apiVersion())
        + " in scheme "
        + (apart ? "\"pkg/apiserver/apiserver.go:55\"" : "\"pkg/api/legacyscheme/scheme.go:30\"");
  }

  JsonObject deleteOptions(byte[] body, Format format) {
    try {
      if (format == Format.PROTOBUF) {
        JsonObject object = protobuf.decode(body).object();
        requireDeleteOptions(object);
        return object;
      }
      byte[] json =
          switch (format) {
            case YAML -> Json.bytes(YamlReader.read(body).tree());
            case CBOR -> Json.bytes(CborReader.read(body));
            case JSON, PROTOBUF -> body;
          };
      requireDeleteOptions(identify(json));
      return TypedDecoder.decode(json, shapes, DELETE_OPTIONS).object();
    } catch (DecodeException | ProtobufSyntaxException problem) {
      throw ApiException.badRequest(String.valueOf(problem.getMessage()));
    }
  }

  private static void requireDeleteOptions(JsonObject object) throws DecodeException {
    String kind = object.string("kind");
    if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
      String apiVersion = object.string("apiVersion");
      throw new DecodeException(
          "no kind "
              + GoQuote.quote(kind)
              + " is registered for version "
              + GoQuote.quote(apiVersion.isEmpty() ? "meta.k8s.io/v1" : apiVersion)
              + " in scheme \"pkg/apis/meta/internalversion/scheme/register.go:27\"");
    }
  }

  private static ApiException cannotBeHandled(
      GroupVersionKind given, ServedVersion expected, String why) {
    return ApiException.badRequest(
        given.kind()
            + " in version "
            + GoQuote.quote(given.version())
            + " cannot be handled as a "
            + expected.kind().kind()
            + ": "
            + why);
  }

  private static ApiException unrecognized(ServedVersion expected, String why, byte[] body) {
    return ApiException.badRequest(
        "the object provided is unrecognized (must be of type "
            + expected.kind().kind()
            + "): "
            + why
            + " ("
            + summary(body)
            + ")");
  }

  private static String summary(byte[] body) {
    if (body.length == 0) {
      return "<empty>";
    }
    byte[] start = body.length > SUMMARY_LENGTH ? Arrays.copyOf(body, SUMMARY_LENGTH) : body;
    String text =
        body[0] == '{'
            ? new String(start, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(start);
    return body.length > SUMMARY_LENGTH ? text + " ..." : text;
  }

  private static String goType(Object tree) {
    return switch (tree) {
      case String text -> "string";
      case List<?> list -> "array";
      case Boolean flag -> "bool";
      case JsonObject object -> "object";
      default -> "number";
    };
  }
}
