package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.api.schema.openapi.Operation.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI documents of an API server.
 *
 * <pre>{@code
 * OpenApi documents = new OpenApi(BuiltInSchemas.get(), BuiltInSchemas.get().kinds(), "1.36");
 * JsonObject apps = documents.v3(new GroupVersion("apps", "v1"), resourcesOfAppsV1);   // /openapi/v3/apis/apps/v1
 * JsonObject all = documents.v2(resourcesByGroupVersion);                              // /openapi/v2
 * }</pre>
 *
 * <p>Pure and stateless: a document takes some ten milliseconds to make and should be kept by the
 * caller as long as the resources are the same ({@link #hash} tells).
 */
public final class OpenApi {
  private static final Map<Integer, String> REASONS =
      Map.of(200, "OK", 201, "Created", 202, "Accepted", 401, "Unauthorized");

  /** Upstream makes these documents elsewhere. */
  private static final JsonObject CUSTOM_INFO =
      JsonObject.of("title", "Kubernetes CRD Swagger", "version", "v0.1.0");

  private final Parameters parameters;
  private final Function<String, Schema> types;
  private final Function<String, Schema> swaggerTypes;
  private final Map<String, List<String>> selectableFields = new TreeMap<>();
  private final Map<String, GroupVersionKind> kinds = new TreeMap<>();
  private final String version;

  /**
   * Documents of the catalogue's types.
   *
   * @param kinds the type's name of each kind
   * @param version {@code 1.36}
   */
  public OpenApi(SchemaCatalog catalog, Map<GroupVersionKind, String> kinds, String version) {
    this(catalog, kinds, Map.of(), version);
  }

  /**
   * Documents of the catalogue's types and those of custom resources.
   *
   * @param custom custom types by name ({@code com.example.stable.v1.CronTab}); their kinds stand
   *     in {@code kinds}
   */
  public OpenApi(
      SchemaCatalog catalog,
      Map<GroupVersionKind, String> kinds,
      Map<String, CustomType> custom,
      String version) {
    this.parameters = new Parameters(catalog);
    this.types =
        name -> {
          CustomType own = custom.get(name);
          return own == null ? catalog.type(name) : own.schema();
        };
    this.swaggerTypes =
        name -> {
          CustomType own = custom.get(name);
          return own == null ? catalog.type(name) : own.swagger();
        };
    custom.forEach((name, type) -> selectableFields.put(name, type.selectableFields()));
    kinds.forEach((kind, name) -> this.kinds.put(name, kind));
    this.version = version;
  }

  /** {@code io.example.stable.v1.CronTab}: what a custom type is called. */
  public static String customTypeName(GroupVersionKind kind) {
    List<String> words = new ArrayList<>(List.of(kind.group().split("\\.")));
    java.util.Collections.reverse(words);
    return String.join(".", words) + "." + kind.version() + "." + kind.kind();
  }

  /** A group and version at {@code /openapi/v3/apis/<group>/<version>}. */
  public JsonObject v3(GroupVersion groupVersion, List<ServedResource> resources) {
    JsonObject document =
        v3(
            new Operations(parameters, groupVersion).paths(resources),
            groupVersion.group().isEmpty()
                ? List.of(groupVersion)
                : List.of(new GroupVersion("", "v1"), groupVersion));
    if (resources.stream().allMatch(ServedResource::custom)) {
      document.put("info", CUSTOM_INFO.deepCopy());
    }
    return document;
  }

  /** A group at {@code /openapi/v3/apis/<group>}. */
  public JsonObject v3Group(String group) {
    return v3(groupPaths(group), List.of());
  }

  /**
   * {@code api}, {@code apis}, {@code version}, the issuer's documents: by their key in the index.
   */
  public JsonObject v3Root(String key) {
    return v3(rootPaths(key), List.of());
  }

  /** The keys that {@link #v3Root} knows. */
  public static List<String> rootKeys() {
    return List.of("api", "apis", "version", ".well-known/openid-configuration", "openid/v1/jwks");
  }

  /** The index at {@code /openapi/v3}: keys are {@code api/v1}, {@code apis/apps/v1} …. */
  public static JsonObject index(Map<String, String> hashes) {
    JsonObject paths = new JsonObject();
    new TreeMap<>(hashes)
        .forEach((key, hash) ->
            paths.put(
                key, JsonObject.of("serverRelativeURL", "/openapi/v3/" + key + "?hash=" + hash)));
    return JsonObject.of("paths", paths);
  }

  /** SHA-512 in capitals, as the index shows it; of anything that changes with the document. */
  public static String hash(String content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      return HexFormat.of()
          .withUpperCase()
          .formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everything in one document, at {@code /openapi/v2}. */
  public JsonObject v2(Map<GroupVersion, List<ServedResource>> resources) {
    Map<String, Map<String, Operation>> paths = new TreeMap<>();
    Set<String> groups = new LinkedHashSet<>();
    resources.forEach((groupVersion, served) -> {
      paths.putAll(new Operations(parameters, groupVersion).paths(served));
      if (!served.stream().allMatch(ServedResource::custom)) {
        groups.add(groupVersion.group());
      }
    });
    groups.stream().filter(group -> !group.isEmpty()).forEach(g -> paths.putAll(groupPaths(g)));
    rootKeys().forEach(key -> paths.putAll(rootPaths(key)));
    SchemaRenderer renderer =
        new SchemaRenderer(false, swaggerTypes, kinds, resources.keySet(), selectableFields);
    V2Paths rendered = new V2Paths();
    JsonObject document = new JsonObject();
    document.put("swagger", "2.0");
    document.put("info", info());
    document.put("paths", rendered.render(paths));
    document.put("definitions", renderer.definitions(typesOf(paths)));
    document.put("parameters", rendered.shared());
    document.put("securityDefinitions", JsonObject.of("BearerToken", bearer("in")));
    document.put("security", list(JsonObject.of("BearerToken", new ArrayList<@Nullable Object>())));
    return document;
  }

  private JsonObject v3(
      Map<String, Map<String, Operation>> paths, Collection<GroupVersion> groups) {
    JsonObject components = new JsonObject();
    JsonObject schemas =
        new SchemaRenderer(true, types, kinds, groups, selectableFields)
            .definitions(typesOf(paths));
    if (!schemas.isEmpty()) {
      components.put("schemas", schemas);
    }
    components.put("securitySchemes", JsonObject.of("BearerToken", bearer("in")));
    JsonObject document = new JsonObject();
    document.put("openapi", "3.0.0");
    document.put("info", info());
    document.put("paths", v3Paths(paths));
    document.put("components", components);
    return document;
  }

  private JsonObject info() {
    return JsonObject.of("title", "Kubernetes", "version", version);
  }

  private static JsonObject bearer(String in) {
    return JsonObject.of(
        "type",
        "apiKey",
        "description",
        "Bearer Token authentication",
        "name",
        "authorization",
        in,
        "header");
  }

  private static Set<String> typesOf(Map<String, Map<String, Operation>> paths) {
    Set<String> names = new TreeSet<>();
    for (Map<String, Operation> methods : paths.values()) {
      for (Operation operation : methods.values()) {
        names.add(operation.answerType());
        names.add(operation.bodyType());
      }
    }
    names.remove("");
    return names;
  }

  private static JsonObject v3Paths(Map<String, Map<String, Operation>> paths) {
    JsonObject out = new JsonObject();
    paths.forEach((path, methods) -> {
      JsonObject item = new JsonObject();
      List<Parameter> common = common(methods.values());
      methods.forEach((method, operation) -> item.put(method, v3Operation(operation, common)));
      if (!common.isEmpty()) {
        item.put("parameters", v3Parameters(common));
      }
      out.put(path, item);
    });
    return out;
  }

  /** What all methods of a path take stands once, with the path. */
  static List<Parameter> common(Collection<Operation> operations) {
    List<Parameter> common = null;
    for (Operation operation : operations) {
      if (common == null) {
        common = new ArrayList<>(operation.parameters());
      } else {
        common.retainAll(operation.parameters());
      }
    }
    return common == null ? List.of() : common;
  }

  private static JsonObject v3Operation(Operation operation, List<Parameter> common) {
    JsonObject out = new JsonObject();
    out.put("tags", list(operation.tag()));
    out.put("description", operation.description());
    out.put("operationId", operation.id());
    List<Parameter> own = operation.parameters().stream().filter(p -> !common.contains(p)).toList();
    if (!own.isEmpty()) {
      out.put("parameters", v3Parameters(own));
    }
    if (!operation.bodyType().isEmpty()) {
      JsonObject body = new JsonObject();
      body.put("content", content(operation.consumes(), operation.bodyType()));
      if (operation.bodyRequired()) {
        body.put("required", true);
      }
      out.put("requestBody", body);
    }
    JsonObject responses = new JsonObject();
    for (int code : operation.codes()) {
      responses.put(
          String.valueOf(code),
          JsonObject.of(
              "description", REASONS.get(code),
              "content", content(operation.produces(), operation.answerType())));
    }
    responses.put("401", JsonObject.of("description", REASONS.get(401)));
    out.put("responses", responses);
    extensions(out, operation);
    return out;
  }

  static void extensions(JsonObject out, Operation operation) {
    if (!operation.action().isEmpty()) {
      out.put("x-kubernetes-action", operation.action());
    }
    GroupVersionKind kind = operation.kind();
    if (kind != null) {
      out.put("x-kubernetes-group-version-kind", SchemaRenderer.groupKind(kind));
    }
  }

  private static JsonObject content(List<String> mediaTypes, String type) {
    JsonObject content = new JsonObject();
    for (String mediaType : new TreeSet<>(mediaTypes)) {
      content.put(
          mediaType,
          JsonObject.of(
              "schema",
              type.isEmpty()
                  ? JsonObject.of("type", "string")
                  : JsonObject.of("$ref", "#/components/schemas/" + type)));
    }
    return content;
  }

  private static List<@Nullable Object> v3Parameters(List<Parameter> parameters) {
    List<@Nullable Object> out = new ArrayList<>();
    for (Parameter parameter : parameters) {
      JsonObject one =
          JsonObject.of("name", parameter.name(), "in", parameter.inPath() ? "path" : "query");
      if (!parameter.description().isEmpty()) {
        one.put("description", parameter.description());
      }
      if (parameter.inPath()) {
        one.put("required", true);
      }
      one.put("schema", JsonObject.of("type", parameter.type(), "uniqueItems", true));
      out.add(one);
    }
    return out;
  }

  private static Map<String, Map<String, Operation>> groupPaths(String group) {
    String stem = Operations.groupStem(group);
    return single(
        "/apis/" + group + "/",
        Character.toLowerCase(stem.charAt(0)) + stem.substring(1),
        "get" + stem + "APIGroup",
        "get information of a group",
        Operations.META + "APIGroup",
        Operations.JSON_YAML_PROTOBUF);
  }

  private static Map<String, Map<String, Operation>> rootPaths(String key) {
    return switch (key) {
      case "api" ->
          single(
              "/api/",
              "core",
              "getCoreAPIVersions",
              "get available API versions",
              Operations.META + "APIVersions",
              Operations.JSON_YAML_PROTOBUF);
      case "apis" ->
          single(
              "/apis/",
              "apis",
              "getAPIVersions",
              "get available API versions",
              Operations.META + "APIGroupList",
              Operations.JSON_YAML_PROTOBUF);
      case "version" ->
          single(
              "/version/",
              "version",
              "getCodeVersion",
              "get the version information for this server",
              "io.k8s.apimachinery.pkg.version.Info",
              List.of("application/json"));
      case ".well-known/openid-configuration" ->
          single(
              "/.well-known/openid-configuration/",
              "WellKnown",
              "getServiceAccountIssuerOpenIDConfiguration",
              "get service account issuer OpenID configuration, also known as the 'OIDC discovery"
                  + " doc'",
              "",
              List.of("application/json"));
      case "openid/v1/jwks" ->
          single(
              "/openid/v1/jwks/",
              "openid",
              "getServiceAccountIssuerOpenIDKeyset",
              "get service account issuer OpenID JSON Web Key Set (contains public token"
                  + " verification keys)",
              "",
              List.of("application/jwk-set+json"));
      default -> throw new IllegalArgumentException("no document " + key);
    };
  }

  private static Map<String, Map<String, Operation>> single(
      String path, String tag, String id, String description, String type, List<String> produces) {
    return Map.of(
        path,
        Map.of(
            "get",
            new Operation(
                id,
                tag,
                description,
                "",
                null,
                List.of(),
                "",
                false,
                type.isEmpty() ? List.of() : produces,
                type,
                produces,
                List.of(200))));
  }

  static List<@Nullable Object> list(Object element) {
    List<@Nullable Object> list = new ArrayList<>();
    list.add(element);
    return list;
  }
}
