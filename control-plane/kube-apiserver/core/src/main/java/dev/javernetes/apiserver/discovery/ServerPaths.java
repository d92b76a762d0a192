package dev.javernetes.apiserver.discovery;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code /version} and the list of paths at {@code /}. */
public final class ServerPaths {
  private static final Set<String> FIXED =
      Set.of(
          "/.well-known/openid-configuration",
          "/api",
          "/api/v1",
          "/apis",
          "/apis/",
          "/flagz",
          "/metrics",
          "/metrics/slis",
          "/openapi/v2",
          "/openapi/v3",
          "/openapi/v3/",
          "/openid/v1/jwks",
          "/statusz",
          "/version");

  private final HealthChecks health;
  private final DiscoveryDocuments documents;
  private final JsonObject version;

  public ServerPaths(HealthChecks health, DiscoveryDocuments documents, JsonObject version) {
    this.health = health;
    this.documents = documents;
    this.version = version;
  }

  /** {@code null} if the path is none of these. */
  public @Nullable ApiResponse handle(ApiRequest request) {
    return switch (request.path()) {
      case "/version", "/version/" -> {
        if (!request.method().equals("GET")) {
          throw NotHere.methodNotAllowed();
        }
        yield json(version);
      }
      case "/", "" -> json(JsonObject.of("paths", new ArrayList<Object>(paths())));
      default -> null;
    };
  }

  private Set<String> paths() {
    TreeSet<String> paths = new TreeSet<>(FIXED);
    paths.addAll(health.paths());
    documents
        .groups()
        .forEach((group, versions) -> {
          if (!group.isEmpty()) {
            paths.add("/apis/" + group);
            versions.forEach(one -> paths.add("/apis/" + group + "/" + one));
          }
        });
    return paths;
  }

  /** The answer of {@code /version}, in upstream's form. */
  public static JsonObject version(String gitVersion, String gitCommit, String buildDate) {
    List<String> parts = List.of(gitVersion.substring(1).split("\\."));
    String major = parts.get(0);
    String minor = parts.get(1);
    return JsonObject.of(
        "major",
        major,
        "minor",
        minor,
        "emulationMajor",
        major,
        "emulationMinor",
        minor,
        "minCompatibilityMajor",
        major,
        "minCompatibilityMinor",
        Integer.toString(Integer.parseInt(minor) - 1),
        "gitVersion",
        gitVersion,
        "gitCommit",
        gitCommit,
        "gitTreeState",
        "clean",
        "buildDate",
        buildDate,
        "goVersion",
        "java" + Runtime.version().feature(),
        "compiler",
        "javac",
        "platform",
        "linux/" + architecture());
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> "arm64";
      case "x86_64", "amd64" -> "amd64";
      default -> System.getProperty("os.arch", "");
    };
  }

  private static ApiResponse json(JsonObject tree) {
    return ApiResponse.of(
        200, "application/json", (Json.text(tree) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
