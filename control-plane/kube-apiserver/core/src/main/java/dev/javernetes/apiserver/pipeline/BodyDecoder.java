package dev.javernetes.apiserver.pipeline;

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

  Decoded decode(byte[] body, Format format, ServedVersion expected) {
    return switch (format) {
      case JSON -> decodeJson(body, expected, List.of());
      case YAML -> decodeYaml(body, expected);
      case PROTOBUF -> decodeProtobuf(body, expected);
    };
  }

  private Decoded decodeYaml(byte[] body, ServedVersion expected) {
    try {
      YamlReader.Document document = YamlReader.read(body);
      return decodeJson(Json.bytes(document.tree()), expected, document.strictErrors());
    } catch (DecodeException problem) {
      throw unrecognized(
          expected, "couldn't get version/kind; yaml: " + problem.getMessage(), body);
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

  private Decoded decodeJson(byte[] json, ServedVersion expected, List<String> earlier) {
    try {
      Decoded decoded = codec.typed(json, expected);
      JsonObject object = decoded.object();
      String kind = object.string("kind");
      String apiVersion = object.string("apiVersion");
      if ((kind.isEmpty() || kind.equals(expected.kind().kind()))
          && (apiVersion.isEmpty() || apiVersion.equals(expected.kind().apiVersion()))) {
        object.put("kind", expected.kind().kind());
        object.put("apiVersion", expected.kind().apiVersion());
        List<String> strict = new ArrayList<>(earlier);
        strict.addAll(decoded.strictErrors());
        return new Decoded(object, strict);
      }
    } catch (DecodeException problem) {
      identified(json, expected);
      throw cannotBeHandled(expected, expected, String.valueOf(problem.getMessage()));
    }
    return otherKind(json, expected, earlier);
  }

  /** Complains about a body that does not even say what it is. */
  private static JsonObject identified(byte[] json, ServedVersion expected) {
    try {
      return identify(json);
    } catch (DecodeException problem) {
      throw unrecognized(expected, String.valueOf(problem.getMessage()), json);
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

  private Decoded otherKind(byte[] json, ServedVersion expected, List<String> earlier) {
    JsonObject object = identified(json, expected);
    String kind = object.string("kind");
    String apiVersion = object.string("apiVersion");
    GroupVersionKind given;
    try {
      given =
          GroupVersionKind.of(
              apiVersion.isEmpty() ? expected.kind().apiVersion() : apiVersion,
              kind.isEmpty() ? expected.kind().kind() : kind);
    } catch (IllegalArgumentException problem) {
      throw unrecognized(expected, String.valueOf(problem.getMessage()), json);
    }
    String typeName = TypeNames.of(given);
    if (!codec.isBuiltIn(expected) || !schemas.names().contains(typeName)) {
      if (!codec.isBuiltIn(expected)) {
        return new Decoded(object, earlier);
      }
      throw ApiException.badRequest(
          given.kind()
              + " in version "
              + GoQuote.quote(given.version())
              + " cannot be handled as a "
              + expected.kind().kind()
              + ": "
              + unregistered(given));
    }
    try {
      TypedDecoder.Decoded decoded = TypedDecoder.decode(json, shapes, typeName);
      return new Decoded(decoded.object(), decoded.strictErrors());
    } catch (DecodeException problem) {
      throw ApiException.badRequest(
          given.kind()
              + " in version "
              + GoQuote.quote(given.version())
              + " cannot be handled as a "
              + expected.kind().kind()
              + ": "
              + problem.getMessage());
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
        throw new DecodeException(unregistered(given));
      }
      TypedDecoder.decode(json, shapes, typeName);
      throw new DecodeException(RequestBodies.unknownConversion(kind, apiVersion, expected));
    }
    Decoded decoded = codec.typed(json, expected);
    decoded.object().put("kind", expected.kind().kind());
    decoded.object().put("apiVersion", expected.kind().apiVersion());
    return decoded;
  }

  private static String unregistered(GroupVersionKind given) {
    return "no kind "
        + GoQuote.quote(given.kind())
        + " is registered for version "
        + GoQuote.quote(given.apiVersion())
        + " in scheme \"pkg/api/legacyscheme/scheme.go:30\"";
  }

  JsonObject deleteOptions(byte[] body, Format format) {
    try {
      if (format == Format.PROTOBUF) {
        JsonObject object = protobuf.decode(body).object();
        requireDeleteOptions(object);
        return object;
      }
      byte[] json = format == Format.YAML ? Json.bytes(YamlReader.read(body).tree()) : body;
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
      ServedVersion given, ServedVersion expected, String why) {
    return ApiException.badRequest(
        given.kind().kind()
            + " in version "
            + GoQuote.quote(given.kind().version())
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
