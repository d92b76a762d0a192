package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a client sent: objects, options, and what kind of patch it is. */
final class RequestBodies {
  private static final String UNKNOWN_FORMAT =
      "the body of the request was in an unknown format - accepted media types include: ";
  private static final String YAML_ERRORS = "yaml: unmarshal errors:\n";

  private final ObjectCodec codec;

  RequestBodies(ObjectCodec codec) {
    this.codec = codec;
  }

  /** The body as an object of {@code expected}; reports what strict decoding found. */
  JsonObject object(RequestScope scope, WriteOptions options, ServedVersion expected) {
    ObjectCodec.Decoded decoded =
        codec.decode(
            scope.request().body(), format(scope), expected, scope.definition().versions());
    if (options.strict() && !decoded.strictErrors().isEmpty()) {
      throw ApiException.badRequest(
          handled(expected.kind().kind(), expected)
              + ": strict decoding error: "
              + String.join(", ", decoded.strictErrors()));
    }
    warn(decoded.strictErrors(), options, scope);
    JsonObject object = decoded.object();
    String apiVersion = object.string("apiVersion");
    String kind = object.string("kind");
    // a custom object's kind is for its strategy to look at
    if (!kind.equals(expected.kind().kind()) && !scope.definition().custom()) {
      throw otherKind(kind, apiVersion, expected);
    }
    if (!apiVersion.equals(expected.kind().apiVersion())) {
      throw ApiException.badRequest(
          "the API version in the data ("
              + apiVersion
              + ") does not match the expected API version ("
              + expected.kind().apiVersion()
              + ")");
    }
    return object;
  }

  /** A built-in kind that is not the one written: it has no conversion to that. */
  private static ApiException otherKind(String kind, String apiVersion, ServedVersion expected) {
    String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
    return ApiException.badRequest(
        kind
            + " in version "
            + GoQuote.quote(version)
            + " cannot be handled as a "
            + expected.kind().kind()
            + ": "
            + unknownConversion(kind, apiVersion, expected));
  }

  /** {@code converting (v1.Pod) to (policy.Eviction): unknown conversion}. */
  static String unknownConversion(String kind, String apiVersion, ServedVersion expected) {
    return "converting ("
        + apiVersion.substring(apiVersion.indexOf('/') + 1)
        + "."
        + kind
        + ") to ("
        + GoTypes.internal(expected.kind())
        + "): unknown conversion";
  }

  private static String handled(String kind, ServedVersion expected) {
    return kind
        + " in version "
        + GoQuote.quote(expected.kind().version())
        + " cannot be handled as a "
        + expected.kind().kind();
  }

  DeleteOptions deleteOptions(RequestScope scope) {
    if (scope.request().body().length == 0) {
      return DeleteOptions.ofQuery(scope.query());
    }
    return DeleteOptions.of(codec.deleteOptions(scope.request().body(), optionsFormat(scope)));
  }

  private ObjectCodec.Format format(RequestScope scope) {
    return format(scope, scope.requested());
  }

  /** Options come in every format, whatever the resource has. */
  private ObjectCodec.Format optionsFormat(RequestScope scope) {
    return format(scope, null);
  }

  private ObjectCodec.Format format(RequestScope scope, @Nullable ServedVersion version) {
    String contentType = scope.request().headers().get("Content-Type");
    String type = contentType.isEmpty() ? "application/json" : mediaType(contentType);
    for (ObjectCodec.Format format : ObjectCodec.Format.values()) {
      if (format.mediaType().equals(type) && codec.supports(format, version)) {
        return format;
      }
    }
    throw ApiException.of(
        StatusReason.UNSUPPORTED_MEDIA_TYPE,
        UNKNOWN_FORMAT + String.join(", ", ResponseFormat.supported(codec, version)));
  }

  ObjectCodec.PatchType patchType(RequestScope scope) {
    String contentType = mediaType(scope.request().headers().get("Content-Type"));
    for (ObjectCodec.PatchType type : ObjectCodec.PatchType.values()) {
      if ((type != ObjectCodec.PatchType.STRATEGIC || !scope.definition().custom())
          && type.mediaType().equals(contentType)
          && codec.supports(type)) {
        return type;
      }
    }
    if (scope.definition().custom()) {
      throw ApiException.of(
          StatusReason.UNSUPPORTED_MEDIA_TYPE,
          UNKNOWN_FORMAT
              + Stream.of(ObjectCodec.PatchType.values())
                  .filter(type -> type != ObjectCodec.PatchType.STRATEGIC)
                  .map(ObjectCodec.PatchType::mediaType)
                  .collect(Collectors.joining(", ")));
    }
    throw new ApiException(
        ApiException.status(
            StatusReason.UNSUPPORTED_MEDIA_TYPE, "415: Unsupported Media Type", new JsonObject()));
  }

  private static String mediaType(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /** PUT and PATCH: the object must be the one that the URL names. */
  static void checkName(RequestScope scope, JsonObject object) {
    String name = object.objectOrEmpty("metadata").string("name");
    if (name.isEmpty()) {
      throw ApiException.badRequest(
          "the name of the object ("
              + scope.name()
              + " based on URL) was undeterminable: name must be provided");
    }
    if (!name.equals(scope.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + scope.name()
              + ")");
    }
  }

  /** What strict decoding found, told the client where it wants no more than that. */
  static void warn(List<String> strictErrors, WriteOptions options, RequestScope scope) {
    if (!options.warn()) {
      return;
    }
    for (String error : strictErrors) {
      if (error.startsWith(YAML_ERRORS)) {
        error.substring(YAML_ERRORS.length()).lines().map(String::strip).forEach(scope::warn);
      } else {
        scope.warn(error);
      }
    }
  }
}
