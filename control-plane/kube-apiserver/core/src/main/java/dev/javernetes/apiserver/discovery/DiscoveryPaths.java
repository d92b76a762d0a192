package dev.javernetes.apiserver.discovery;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ResourceRegistry;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /api}, {@code /apis} and everything of one, two and three segments below them.
 * Documents are made once for each state of the registry.
 */
public final class DiscoveryPaths {

  /** What goes over the wire. */
  private record Document(byte[] body, String contentType, String etag) {}

  private final ResourceRegistry registry;
  private final DiscoveryDocuments documents;
  private final Supplier<String> serverAddress;
  private final Supplier<Long> remoteGeneration;
  private final Map<String, Document> known = new ConcurrentHashMap<>();
  private volatile long knownGeneration = -1;

  public DiscoveryPaths(
      ResourceRegistry registry,
      DiscoveryDocuments documents,
      Supplier<String> serverAddress,
      Supplier<Long> remoteGeneration) {
    this.registry = registry;
    this.documents = documents;
    this.serverAddress = serverAddress;
    this.remoteGeneration = remoteGeneration;
  }

  /** {@code null} if the path is none of discovery's. */
  public @Nullable ApiResponse handle(ApiRequest request) {
    String path = request.path();
    if (!path.equals("/api")
        && !path.equals("/apis")
        && !path.startsWith("/api/")
        && !path.startsWith("/apis/")) {
      return null;
    }
    List<String> parts =
        List.of(path.substring(1).split("/")).stream().filter(part -> !part.isEmpty()).toList();
    if (path.contains("//") || parts.size() > 3) {
      return null;
    }
    long generation = registry.generation() * 1_000_003L + remoteGeneration.get();
    if (generation != knownGeneration) {
      known.clear();
      knownGeneration = generation;
    }
    String accept = request.headers().get("Accept");
    String aggregated = parts.size() == 1 ? aggregatedVersion(accept) : "";
    boolean get = request.method().equals("GET") || request.method().equals("HEAD");
    if (!get && (parts.size() != 2 || parts.getFirst().equals("api"))) {
      throw NotHere.methodNotAllowed();
    }
    String key = String.join("/", parts) + " " + aggregated;
    Document document = known.get(key);
    if (document == null) {
      JsonObject tree = make(parts, aggregated);
      if (tree == null) {
        return notFound(parts);
      }
      document = document(tree, aggregated);
      known.put(key, document);
    }
    return answer(request, document, parts.size() == 1);
  }

  private static ApiResponse answer(ApiRequest request, Document document, boolean etag) {
    if (etag
        && !document.etag.isEmpty()
        && request.headers().get("If-None-Match").equals(document.etag)) {
      return ApiResponse.of(304, document.contentType, new byte[0])
          .withHeader("ETag", document.etag)
          .withHeader("Vary", "Accept");
    }
    ApiResponse response = ApiResponse.of(200, document.contentType, document.body);
    if (etag && !document.etag.isEmpty()) {
      response.withHeader("ETag", document.etag).withHeader("Vary", "Accept");
    }
    return response;
  }

  private @Nullable ApiResponse notFound(List<String> parts) {
    boolean core = parts.getFirst().equals("api");
    String group = parts.size() > 1 ? parts.get(1) : "";
    boolean builtIn =
        registry.all().stream()
            .anyMatch(known -> !known.custom() && known.groupResource().group().equals(group));
    if (core || builtIn) {
      throw NotHere.notServed();
    }
    return null;
  }

  private @Nullable JsonObject make(List<String> parts, String aggregated) {
    boolean core = parts.getFirst().equals("api");
    return switch (parts.size()) {
      case 1 ->
          !aggregated.isEmpty()
              ? documents.aggregated(core, aggregated)
              : core ? documents.apiVersions(serverAddress.get()) : documents.groupList();
      case 2 ->
          core
              ? documents.resourceList(new GroupVersion("", parts.get(1)))
              : documents.group(parts.get(1));
      default -> core ? null : documents.resourceList(new GroupVersion(parts.get(1), parts.get(2)));
    };
  }

  private static Document document(JsonObject tree, String aggregated) {
    byte[] body = (Json.text(tree) + "\n").getBytes(StandardCharsets.UTF_8);
    String type =
        aggregated.isEmpty()
            ? "application/json"
            : "application/json;g=apidiscovery.k8s.io;v="
                + aggregated
                + ";as=APIGroupDiscoveryList";
    return new Document(body, type, aggregated.isEmpty() ? "" : etag(body));
  }

  /** {@code v2} or {@code v2beta1} if the client prefers the aggregated form, else empty. */
  private static String aggregatedVersion(String accept) {
    for (String clause : accept.split(",")) {
      String plain = clause.replace(" ", "").toLowerCase(Locale.ROOT);
      if (plain.startsWith("application/json;") && plain.contains("as=apigroupdiscoverylist")) {
        if (plain.contains("g=apidiscovery.k8s.io") && plain.contains("v=v2beta1")) {
          return "v2beta1";
        }
        if (plain.contains("g=apidiscovery.k8s.io") && plain.contains("v=v2")) {
          return "v2";
        }
      } else if (plain.startsWith("application/json") || plain.startsWith("*/*")) {
        return "";
      }
    }
    return "";
  }

  private static String etag(byte[] body) {
    try {
      return "\""
          + HexFormat.of()
              .withUpperCase()
              .formatHex(MessageDigest.getInstance("SHA-512").digest(body))
          + "\"";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
