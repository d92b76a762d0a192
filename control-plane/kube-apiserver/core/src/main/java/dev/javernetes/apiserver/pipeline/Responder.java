package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.watchcache.CachedObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns objects into responses in the format a client asked for. Plain JSON in the stored version
 * goes out as the cached bytes; everything else is parsed and encoded anew.
 */
final class Responder {
  private static final byte[] CLOSE_LIST = "]}\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NEWLINE = "\n".getBytes(StandardCharsets.US_ASCII);

  private final ObjectCodec codec;

  Responder(ObjectCodec codec) {
    this.codec = codec;
  }

  ApiResponse status(JsonObject status, ResponseFormat format) {
    int code = (int) status.integer("code");
    return tree(code == 0 ? 200 : code, status, format);
  }

  /** A refusal; in JSON if the wanted format was not understood. */
  ApiResponse failure(ApiException problem, ApiRequest request) {
    ResponseFormat format;
    try {
      format =
          ResponseFormat.negotiate(request, codec, null, Set.of(ResponseFormat.Transform.values()));
    } catch (ApiException notAcceptable) {
      format = ResponseFormat.PLAIN_JSON;
    }
    ApiResponse response =
        status(
            problem.status(),
            new ResponseFormat(
                format.format(), ResponseFormat.Transform.NONE, format.pretty(), ""));
    long retry = problem.status().objectOrEmpty("details").integer("retryAfterSeconds");
    if (retry > 0) {
      response.withHeader("Retry-After", Long.toString(retry));
    }
    return response;
  }

  /** An object from the cache. */
  ApiResponse cached(CachedObject object, RequestScope scope, ResponseFormat format) {
    if (isPlain(format) && scope.requested() == object.version()) {
      return new ApiResponse(
          200,
          Headers.of("Content-Type", ObjectCodec.Format.JSON.mediaType()),
          new ApiResponse.Parts(
              List.of(CachedObject.head(object.version()), object.body(), NEWLINE)));
    }
    return object(200, convert(object.tree(), scope), scope, format);
  }

  /** An object of the requested version. */
  ApiResponse object(int code, JsonObject object, RequestScope scope, ResponseFormat format) {
    return switch (format.transform()) {
      case NONE -> tree(code, object, format);
      case TABLE ->
          object.string("kind").equals("Status")
              ? tree(code, object, format)
              : tree(
                  code,
                  table(
                      scope,
                      List.of(object),
                      format,
                      JsonObject.of(
                          "resourceVersion",
                          object.objectOrEmpty("metadata").string("resourceVersion"))),
                  format);
      case PARTIAL, PARTIAL_LIST -> {
        if (object.string("kind").equals("Status")) {
          yield tree(code, object, format);
        }
        if (format.transform() == ResponseFormat.Transform.PARTIAL_LIST) {
          throw ApiException.of(
              StatusReason.NOT_ACCEPTABLE,
              "you requested PartialObjectMetadataList, but the requested object is not a list ("
                  + GoTypes.pointer(scope, false)
                  + ")");
        }
        yield tree(code, partial(object), format);
      }
    };
  }

  ApiResponse list(
      List<CachedObject> items, JsonObject metadata, RequestScope scope, ResponseFormat format) {
    if (scope.definition().custom()
        && format.transform() == ResponseFormat.Transform.NONE
        && !metadata.has("continue")) {
      metadata.put("continue", ""); // as upstream's unstructured lists have it
    }
    if (isPlain(format) && items.stream().allMatch(item -> item.version() == scope.requested())) {
      return plainList(items, metadata, scope);
    }
    if (format.format() == ObjectCodec.Format.PROTOBUF
        && format.transform() == ResponseFormat.Transform.NONE
        && !scope.definition().custom()) {
      return protobufList(items, metadata, scope);
    }
    List<JsonObject> trees = trees(items, scope);
    JsonObject list =
        switch (format.transform()) {
          case TABLE -> table(scope, trees, format, metadata);
          case PARTIAL_LIST -> partialList(trees, metadata);
          case PARTIAL ->
              throw ApiException.of(
                  StatusReason.NOT_ACCEPTABLE,
                  "you requested PartialObjectMetadata, but the requested object is a list ("
                      + GoTypes.pointer(scope, true)
                      + ")");
          case NONE -> {
            List<Object> bare = new ArrayList<>(trees.size());
            for (JsonObject tree : trees) {
              if (!scope.definition().custom()) {
                tree.remove("kind");
                tree.remove("apiVersion");
              }
              bare.add(tree);
            }
            yield JsonObject.of(
                "kind",
                scope.requested().listKind(),
                "apiVersion",
                scope.requested().kind().apiVersion(),
                "metadata",
                metadata,
                "items",
                bare);
          }
        };
    return tree(200, list, format);
  }

  /** One object after the other: the trees of a large list would take ten times its bytes. */
  private ApiResponse protobufList(
      List<CachedObject> items, JsonObject metadata, RequestScope scope) {
    ServedVersion version = scope.requested();
    List<byte[]> messages = new ArrayList<>(items.size());
    for (CachedObject item : items) {
      messages.add(
          item.version() == version
              ? item.message(tree -> codec.message(tree, version))
              : codec.message(convert(item.tree(), scope), version));
    }
    return new ApiResponse(
        200,
        Headers.of("Content-Type", ObjectCodec.Format.PROTOBUF.mediaType()),
        new ApiResponse.Parts(codec.protobufList(version, metadata, messages)));
  }

  private static List<JsonObject> trees(List<CachedObject> items, RequestScope scope) {
    Conversion conversion = scope.definition().conversion();
    List<JsonObject> trees = new ArrayList<>(items.size());
    for (CachedObject item : items) {
      trees.add(conversion.isRemote() ? item.tree() : convert(item.tree(), scope));
    }
    return conversion.isRemote() ? conversion.convertAll(trees, scope.requested()) : trees;
  }

  private static ApiResponse plainList(
      List<CachedObject> items, JsonObject metadata, RequestScope scope) {
    ServedVersion version = scope.requested();
    String head =
        "{\"kind\":\""
            + version.listKind()
            + "\",\"apiVersion\":\""
            + version.kind().apiVersion()
            + "\",\"metadata\":"
            + Json.text(metadata)
            + ",\"items\":[";
    // custom resources carry their kind in lists too, as upstream's unstructured lists do
    byte[] first = scope.definition().custom() ? CachedObject.head(version) : new byte[] {'{'};
    byte[] next = new byte[first.length + 1];
    next[0] = ',';
    System.arraycopy(first, 0, next, 1, first.length);
    List<byte[]> parts = new ArrayList<>(items.size() * 2 + 2);
    parts.add(head.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < items.size(); i++) {
      parts.add(i == 0 ? first : next);
      parts.add(items.get(i).body());
    }
    parts.add(CLOSE_LIST);
    return new ApiResponse(
        200,
        Headers.of("Content-Type", ObjectCodec.Format.JSON.mediaType()),
        new ApiResponse.Parts(parts));
  }

  /** Any tree in the client's format. */
  ApiResponse tree(int code, JsonObject plain, ResponseFormat format) {
    JsonObject tree = format.inMetaVersion(plain);
    byte[] body;
    if (format.format() == ObjectCodec.Format.JSON) {
      body =
          format.pretty()
              ? (PrettyJson.of(tree) + "\n").getBytes(StandardCharsets.UTF_8)
              : withNewline(Json.bytes(tree));
    } else {
      body = codec.encode(tree, format.format());
    }
    return ApiResponse.of(code, format.format().mediaType(), body);
  }

  static boolean isPlain(ResponseFormat format) {
    return format.format() == ObjectCodec.Format.JSON
        && format.transform() == ResponseFormat.Transform.NONE
        && !format.pretty();
  }

  /** From the version in which it is cached into the requested one. */
  static JsonObject convert(JsonObject stored, RequestScope scope) {
    return convert(
        stored, scope.definition(), scope.definition().storageVersion(), scope.requested());
  }

  static JsonObject convert(
      JsonObject object, ResourceDefinition definition, ServedVersion from, ServedVersion to) {
    ServedVersion own = definition.custom() ? definition.versionOf(object) : from;
    ServedVersion actual = own == null ? from : own;
    return actual == to ? object : definition.conversion().convert(object, actual, to);
  }

  static JsonObject partial(JsonObject object) {
    return JsonObject.of(
        "kind",
        "PartialObjectMetadata",
        "apiVersion",
        "meta.k8s.io/v1",
        "metadata",
        object.objectOrEmpty("metadata"));
  }

  private static JsonObject partialList(List<JsonObject> objects, JsonObject metadata) {
    List<Object> items = new ArrayList<>(objects.size());
    for (JsonObject object : objects) {
      items.add(partial(object));
    }
    return JsonObject.of(
        "kind",
        "PartialObjectMetadataList",
        "apiVersion",
        "meta.k8s.io/v1",
        "metadata",
        metadata,
        "items",
        items);
  }

  static JsonObject table(
      RequestScope scope, List<JsonObject> objects, ResponseFormat format, JsonObject metadata) {
    return Tables.table(
        scope.requested().columns(), objects, metadata, format.includeObject(), scope.now());
  }

  static JsonObject rows(
      RequestScope scope, JsonObject object, ResponseFormat format, Instant now, boolean first) {
    JsonObject metadata =
        JsonObject.of(
            "resourceVersion", object.objectOrEmpty("metadata").string("resourceVersion"));
    JsonObject table =
        Tables.table(
            scope.requested().columns(), List.of(object), metadata, format.includeObject(), now);
    if (!first) {
      table.put("columnDefinitions", null);
    }
    return table;
  }

  private static byte[] withNewline(byte[] json) {
    byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }
}
