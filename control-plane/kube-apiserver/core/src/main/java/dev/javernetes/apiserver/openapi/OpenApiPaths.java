package dev.javernetes.apiserver.openapi;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.openapi.OpenApi;
import dev.javernetes.api.schema.openapi.ServedResource;
import dev.javernetes.apiserver.registry.ResourceRegistry;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.Headers;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /openapi/v3} (an index), {@code /openapi/v3/<key>} (a document for each group and version)
 * and {@code /openapi/v2} (all in one). A document is made when first asked for and kept while
 * memory allows and the registry stays the same.
 *
 * <p>The index names each document with a hash; asked for with that hash it may be cached for ever,
 * with an old one the client is sent to the new address (KEP-2896).
 */
public final class OpenApiPaths {
  private static final String ROOT = "/openapi/v3";
  private static final String API_VERSION = "1.36";
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  /** Everything that follows from one state of the registry. */
  private static final class State {
    final long generation;
    final ServedResources served;
    final OpenApi documents;
    final Map<String, SoftReference<byte[]>> bodies = new ConcurrentHashMap<>();
    final Map<String, String> hashes = new ConcurrentHashMap<>();

    State(long generation, ServedResources served) {
      this.generation = generation;
      this.served = served;
      this.documents = served.documents(API_VERSION);
    }
  }

  private final ResourceRegistry registry;
  private final BuiltInSchemas schemas;
  private volatile @Nullable State state;

  public OpenApiPaths(ResourceRegistry registry, BuiltInSchemas schemas) {
    this.registry = registry;
    this.schemas = schemas;
  }

  /** {@code null} if the path is none of OpenAPI's. */
  public @Nullable ApiResponse handle(ApiRequest request, Instant now) {
    String path = request.path();
    if (!path.equals("/openapi/v2") && !path.equals(ROOT) && !path.startsWith(ROOT + "/")) {
      return null;
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return text(405, "Method Not Allowed\n");
    }
    if (!acceptsJson(request.headers().get("Accept"))) {
      return text(406, "only application/json is served here\n");
    }
    State current = state();
    if (path.equals("/openapi/v2")) {
      byte[] body = body(current, "v2");
      return answer(request, body, OpenApi.hash("v2 " + fingerprint(current)));
    }
    String key = path.length() <= ROOT.length() ? "" : path.substring(ROOT.length() + 1);
    if (key.isEmpty()) {
      JsonObject index = OpenApi.index(hashes(current));
      byte[] body = Json.bytes(index);
      String indexHash = OpenApi.hash(new String(body, StandardCharsets.UTF_8));
      // upstream sets no type here, so that Go guesses one
      return answer(request, "text/plain; charset=utf-8", body, indexHash);
    }
    String hash = hashes(current).get(key);
    if (hash == null) {
      return new ApiResponse(404, new Headers(), new ApiResponse.Parts(List.of()));
    }
    String asked = request.query().get("hash");
    if (!asked.isEmpty() && !asked.equals(hash)) {
      return text(301, "").withHeader("Location", path + "?hash=" + hash);
    }
    ApiResponse response = answer(request, body(current, key), hash);
    if (!asked.isEmpty()) {
      response
          .withHeader("Cache-Control", "public, immutable")
          .withHeader("Expires", HTTP_DATE.format(now.plus(Duration.ofDays(365))));
    }
    return response;
  }

  private static ApiResponse answer(ApiRequest request, byte[] body, String hash) {
    return answer(request, "application/json", body, hash);
  }

  private static ApiResponse answer(
      ApiRequest request, String contentType, byte[] body, String hash) {
    String etag = "\"" + hash + "\"";
    ApiResponse response =
        request.headers().get("If-None-Match").equals(etag)
            ? ApiResponse.of(304, contentType, new byte[0])
            : ApiResponse.of(200, contentType, body);
    return response.withHeader("ETag", etag).withHeader("Vary", "Accept");
  }

  private static ApiResponse text(int code, String text) {
    return ApiResponse.of(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Protobuf forms of the documents are not made; clients that only take those are refused. */
  private static boolean acceptsJson(String accept) {
    if (accept.isEmpty()) {
      return true;
    }
    for (String clause : accept.split(",")) {
      String type = clause.split(";")[0].strip();
      if (type.equals("application/json") || type.equals("*/*") || type.equals("application/*")) {
        return true;
      }
    }
    return false;
  }

  private State state() {
    State known = state;
    long generation = registry.generation();
    if (known == null || known.generation != generation) {
      known = new State(generation, new ServedResources(schemas, registry.all()));
      state = known;
    }
    return known;
  }

  private static Map<String, String> hashes(State state) {
    if (state.hashes.isEmpty()) {
      Map<String, String> all = new TreeMap<>();
      for (String key : OpenApi.rootKeys()) {
        all.put(key, OpenApi.hash(API_VERSION + key));
      }
      state
          .served
          .byGroupVersion()
          .forEach((groupVersion, resources) -> {
            String key = key(groupVersion);
            if (state.served.isBuiltIn(groupVersion.group()) && !groupVersion.group().isEmpty()) {
              String group = "apis/" + groupVersion.group();
              all.put(group, OpenApi.hash(API_VERSION + group));
            }
            all.put(
                key,
                state.served.hasCustom(groupVersion)
                    ? OpenApi.hash(new String(body(state, key), StandardCharsets.UTF_8))
                    : OpenApi.hash(API_VERSION + key + resources));
          });
      state.hashes.putAll(all);
    }
    return state.hashes;
  }

  private static String fingerprint(State state) {
    return new TreeMap<>(hashes(state)).toString();
  }

  private static String key(GroupVersion groupVersion) {
    return groupVersion.resource("").root().substring(1);
  }

  private static byte[] body(State state, String key) {
    SoftReference<byte[]> reference = state.bodies.get(key);
    byte[] body = reference == null ? null : reference.get();
    if (body == null) {
      body = Json.bytes(document(state, key));
      state.bodies.put(key, new SoftReference<>(body));
    }
    return body;
  }

  private static JsonObject document(State state, String key) {
    if (key.equals("v2")) {
      return state.documents.v2(state.served.byGroupVersion());
    }
    if (OpenApi.rootKeys().contains(key)) {
      return state.documents.v3Root(key);
    }
    for (Map.Entry<GroupVersion, List<ServedResource>> entry :
        state.served.byGroupVersion().entrySet()) {
      if (key(entry.getKey()).equals(key)) {
        return state.documents.v3(entry.getKey(), entry.getValue());
      }
    }
    return state.documents.v3Group(key.substring("apis/".length()));
  }
}
