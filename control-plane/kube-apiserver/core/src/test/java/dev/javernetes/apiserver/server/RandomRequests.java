package dev.javernetes.apiserver.server;

import dev.javernetes.api.codec.protobuf.ProtobufCodec;
import dev.javernetes.api.codec.yaml.YamlWriter;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.request.Headers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests of every kind, right and wrong, the same ones for the same seed and the same server. */
final class RandomRequests {

  /** One request. */
  record Request(String method, String path, String query, Headers headers, byte[] body) {
    @Override
    public String toString() {
      String text = new String(body, StandardCharsets.UTF_8);
      return method
          + " "
          + path
          + "?"
          + query
          + " "
          + headers
          + "\n"
          + text.substring(0, Math.min(text.length(), 4000));
    }
  }

  /**
   * What discovery says of a resource.
   *
   * @param base {@code /apis/apps/v1}
   * @param name with its subresource: {@code deployments/scale}
   */
  record Resource(
      String base, String name, GroupVersionKind kind, boolean namespaced, boolean dryRun) {}

  /** Those would call out, or change what other requests are answered. */
  private static final Set<String> ONLY_TRIED =
      Set.of(
          "mutatingwebhookconfigurations",
          "validatingwebhookconfigurations",
          "apiservices",
          "validatingadmissionpolicies",
          "validatingadmissionpolicybindings",
          "mutatingadmissionpolicies",
          "mutatingadmissionpolicybindings",
          "resourcequotas",
          "limitranges");

  private static final Set<String> CONNECTS =
      Set.of("proxy", "exec", "attach", "portforward", "log");

  private final RandomGenerator random;
  private final RandomObjects objects;
  private final Damage damage;
  private final List<Resource> resources = new ArrayList<>();
  private final List<JsonObject> accepted = new ArrayList<>();
  private final List<Resource> acceptedBy = new ArrayList<>();
  private final BuiltInSchemas schemas = BuiltInSchemas.get();
  private final ProtobufCodec protobuf = new ProtobufCodec(schemas, schemas::schemaOf);
  private @Nullable JsonObject last;
  private @Nullable Resource lastOf;

  RandomRequests(RandomGenerator random, TestServer server) {
    this.random = random;
    this.objects = new RandomObjects(random);
    this.damage = new Damage(random);
    discover(server, "/api/v1");
    for (JsonObject group : server.get("/apis").json().objects("groups")) {
      for (JsonObject version : group.objects("versions")) {
        discover(server, "/apis/" + version.string("groupVersion"));
      }
    }
  }

  private void discover(TestServer server, String base) {
    String groupVersion = base.substring(base.indexOf('/', 1) + 1);
    for (JsonObject resource : server.get(base).json().objects("resources")) {
      String name = resource.string("name");
      if (CONNECTS.contains(name.substring(name.indexOf('/') + 1))) {
        continue;
      }
      String own =
          resource.string("version").isEmpty()
              ? groupVersion
              : resource.string("group").isEmpty()
                  ? resource.string("version")
                  : resource.string("group") + "/" + resource.string("version");
      resources.add(
          new Resource(
              base,
              name,
              GroupVersionKind.of(own, resource.string("kind")),
              resource.bool("namespaced"),
              ONLY_TRIED.contains(name.replaceFirst("/.*", ""))));
    }
  }

  List<Resource> resources() {
    return resources;
  }

  Request next() {
    last = null;
    int dice = random.nextInt(100);
    if (dice < 42) {
      return write(false);
    } else if (dice < 62) {
      return write(true);
    } else if (dice < 82) {
      return read();
    } else if (dice < 92) {
      return odd();
    }
    return delete();
  }

  /** The last object was taken: more are made of it. */
  void accepted() {
    if (last != null && lastOf != null && !lastOf.name.contains("/")) {
      int at = accepted.size() < 400 ? accepted.size() : random.nextInt(accepted.size());
      if (at == accepted.size()) {
        accepted.add(last);
        acceptedBy.add(lastOf);
      } else {
        accepted.set(at, last);
        acceptedBy.set(at, lastOf);
      }
    }
  }

  private Request write(boolean broken) {
    Resource resource = resource();
    JsonObject object;
    if (!accepted.isEmpty() && random.nextInt(3) > 0) {
      int at = random.nextInt(accepted.size());
      resource = acceptedBy.get(at);
      object = accepted.get(at).deepCopy();
      for (int i = random.nextInt(3); i > 0; i--) {
        change(object, 0);
      }
    } else if (random.nextInt(3) == 0) {
      Sample sample = Sample.ALL.get(random.nextInt(Sample.ALL.size()));
      object = sample.object();
      resource =
          resources.stream()
              .filter(one -> sample.fits(one.kind(), one.name()))
              .findFirst()
              .orElseThrow();
      for (int i = random.nextInt(5); i > 0; i--) {
        change(object, 0);
      }
    } else {
      object = object(resource);
    }
    last = object;
    lastOf = resource;
    String method = objects.pick("POST", "POST", "POST", "PUT", "PATCH", "PATCH");
    String name =
        object.objectOrEmpty("metadata").get("name") instanceof String text
                && !text.isEmpty()
                && random.nextInt(10) > 0
            ? text
            : objects.pick("a", "b", "c");
    String path = path(resource, method.equals("POST") && !resource.name.contains("/") ? "" : name);
    String type =
        objects.pick(
            "application/json",
            "application/json",
            "application/yaml",
            "application/vnd.kubernetes.protobuf");
    byte[] body = encoded(object, type);
    if (method.equals("PATCH")) {
      type =
          objects.pick(
              "application/merge-patch+json",
              "application/strategic-merge-patch+json",
              "application/apply-patch+yaml",
              "application/json-patch+json",
              "application/merge-patch+json");
      body = type.startsWith("application/json-patch") ? jsonPatch() : Json.bytes(object);
    }
    if (broken) {
      body = damage.of(body);
      if (random.nextInt(10) == 0) {
        type =
            objects.pick(
                "",
                "text/plain",
                "application/json;charset=utf-8",
                "a/b;;=;",
                "application/cbor",
                "application/*");
      }
    }
    Headers headers =
        Headers.of(
            "Content-Type", type, "User-Agent", objects.pick("kubectl/v1.36", "", "curl/8", "x"));
    if (random.nextInt(5) == 0) {
      headers.add("Accept", accept());
    }
    StringBuilder query = new StringBuilder(resource.dryRun ? "dryRun=All&" : "");
    if (type.contains("apply")) {
      query.append("fieldManager=m").append(random.nextInt(3)).append("&force=true&");
    }
    query.append(
        objects.pick(
            "",
            "",
            "fieldValidation=Strict",
            "fieldValidation=Ignore",
            "fieldManager=x",
            query(2)));
    return new Request(method, path, query.toString(), headers, body);
  }

  private JsonObject object(Resource resource) {
    JsonObject object =
        JsonObject.of("kind", resource.kind.kind(), "apiVersion", resource.kind.apiVersion());
    Schema schema = schemas.schemaOf(resource.kind);
    Schema metadata = schema == null ? null : schema.property("metadata");
    if (schema == null || metadata == null) {
      object.put("metadata", JsonObject.of("name", "a"));
      object.put("spec", objects.anything(0));
      return object;
    }
    object.put(
        "metadata",
        objects.metadata(
            objects.pick("a", "b", "c"), resource.namespaced ? "default" : null, metadata));
    object.putAll(objects.object(schema));
    return object;
  }

  private byte[] encoded(JsonObject object, String type) {
    if (type.endsWith("yaml")) {
      return YamlWriter.bytes(object);
    }
    if (type.endsWith("protobuf")) {
      try {
        return protobuf.encode(object);
      } catch (RuntimeException wrongShape) {
        return damage.of(Json.bytes(object));
      }
    }
    return Json.bytes(object);
  }

  private byte[] jsonPatch() {
    List<Object> operations = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      operations.add(
          JsonObject.of(
              "op",
              objects.pick("add", "remove", "replace", "move", "copy", "test", "x"),
              "path",
              pointer(),
              "from",
              pointer(),
              "value",
              objects.anything(2)));
    }
    return Json.bytes(operations);
  }

  private String pointer() {
    return objects.pick(
        "",
        "/",
        "/spec",
        "/metadata/labels",
        "/metadata/labels/a",
        "/spec/containers/0",
        "/spec/containers/-",
        "/spec/ports/99999999999",
        "/metadata",
        "/kind",
        "/metadata/annotations/~1",
        "x",
        "/~",
        "/spec/replicas",
        "/metadata/managedFields");
  }

  /** Puts something else at a place anywhere within. */
  @SuppressWarnings("unchecked")
  private void change(Object node, int depth) {
    if (node instanceof JsonObject object) {
      if (object.isEmpty() || random.nextInt(12) == 0) {
        object.put(objects.text(), objects.anything(2));
        return;
      }
      String key = new ArrayList<>(object.keySet()).get(random.nextInt(object.size()));
      Object value = object.get(key);
      if ((value instanceof JsonObject || value instanceof List) && random.nextInt(5) > 0) {
        change(value, depth + 1);
      } else if (random.nextInt(5) == 0) {
        object.remove(key);
      } else if (depth > 0 && !key.equals("namespace")) {
        object.put(
            key,
            value instanceof String && random.nextInt(4) > 0
                ? objects.text()
                : objects.anything(2));
      }
    } else if (node instanceof List<?> list && !list.isEmpty()) {
      int at = random.nextInt(list.size());
      Object value = list.get(at);
      if ((value instanceof JsonObject || value instanceof List) && random.nextInt(5) > 0) {
        change(value, depth + 1);
      } else if (random.nextBoolean()) {
        ((List<Object>) list).add(value);
      } else {
        ((List<Object>) list).set(at, objects.anything(2));
      }
    }
  }

  private Request read() {
    Resource resource = resource();
    String method =
        random.nextInt(12) == 0
            ? objects.pick("HEAD", "OPTIONS", "TRACE", "GETT", "CONNECT")
            : "GET";
    String name =
        random.nextBoolean() || resource.name.contains("/") ? objects.pick("a", "b", "c") : "";
    Headers headers = Headers.of("User-Agent", objects.pick("x", "curl/8"));
    if (random.nextBoolean()) {
      headers.add("Accept", accept());
    }
    return new Request(method, path(resource, name), query(4), headers, new byte[0]);
  }

  private String accept() {
    return objects.pick(
        "application/json",
        "application/yaml",
        "application/vnd.kubernetes.protobuf",
        "*/*",
        "text/html",
        "application/cbor",
        "application/json;as=Table;g=meta.k8s.io;v=v1",
        "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1",
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
        "application/yaml;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
        "a;q=x;;,,/,",
        "application/json;stream=watch",
        "application/*",
        "application/json;q=0",
        "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  }

  private String query(int most) {
    StringBuilder query = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      String name =
          objects.pick(
              "limit",
              "continue",
              "resourceVersion",
              "resourceVersionMatch",
              "labelSelector",
              "fieldSelector",
              "watch",
              "timeoutSeconds",
              "allowWatchBookmarks",
              "sendInitialEvents",
              "pretty",
              "dryRun",
              "fieldManager",
              "force",
              "fieldValidation",
              "gracePeriodSeconds",
              "propagationPolicy",
              "orphanDependents",
              "includeObject",
              "%zz",
              "shardSelector");
      String value =
          switch (random.nextInt(6)) {
            case 0 -> objects.text();
            case 1 -> objects.pick("0", "1", "-1", "true", "false", "x", "99999999999999999999");
            default ->
                switch (name) {
                  case "limit" -> objects.pick("1", "500");
                  case "labelSelector" ->
                      objects.pick("a=b", "a in (b,c),!d", "a=b,,", "a notin (", "a>1", "(");
                  case "fieldSelector" ->
                      objects.pick(
                          "metadata.name=a",
                          "spec.nodeName!=x",
                          "x=",
                          "=",
                          "metadata.name=a,metadata.name=b",
                          "a\\=b");
                  case "resourceVersion" -> objects.pick("0", "1", "50", "x");
                  case "resourceVersionMatch" -> objects.pick("Exact", "NotOlderThan", "x");
                  case "continue" ->
                      objects.pick(
                          "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiJhXHUwMDAwIn0",
                          "e30",
                          "!!!",
                          "eyJ2Ij",
                          "bnVsbA");
                  case "includeObject" -> objects.pick("Object", "None", "Metadata", "Other");
                  case "propagationPolicy" ->
                      objects.pick("Foreground", "Orphan", "Background", "x");
                  case "dryRun" -> objects.pick("All", "x");
                  case "timeoutSeconds" -> objects.pick("0", "1", "-5");
                  default -> objects.pick("true", "false", "1", "");
                };
          };
      query
          .append(name)
          .append('=')
          .append(
              random.nextInt(20) == 0 ? value : URLEncoder.encode(value, StandardCharsets.UTF_8))
          .append(random.nextInt(30) == 0 ? ";" : "&");
    }
    return query.toString();
  }

  private Request odd() {
    Resource resource = resource();
    String path =
        switch (random.nextInt(8)) {
          case 0 ->
              objects.pick(
                  "/",
                  "//",
                  "",
                  "/api",
                  "/apis",
                  "/api/v1/",
                  "/apis/apps",
                  "/apis/a/b/c/d/e/f",
                  "/openapi/v2",
                  "/openapi/v3/x",
                  "/openapi/v3/api/v1",
                  "/version",
                  "/healthz",
                  "/livez/ping",
                  "/readyz/x",
                  "/metrics",
                  "/logs",
                  "/.well-known/openid-configuration",
                  "/openid/v1/jwks",
                  "/debug/pprof");
          case 1 -> path(resource, objects.text());
          case 2 -> path(resource, "a") + "/" + objects.text();
          case 3 -> resource.base + "/watch/" + resource.name + "/a";
          case 4 -> resource.base + "/namespaces/" + objects.text() + "/" + resource.name;
          case 5 -> "/" + objects.text() + "/" + objects.text() + "/" + objects.text();
          case 6 -> resource.base + "/" + "a/".repeat(random.nextInt(2000));
          default -> path(resource, "a") + "/";
        };
    String method = objects.pick("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "X");
    boolean bodied = random.nextInt(4) == 0 && !method.equals("DELETE");
    byte[] body = bodied ? damage.of(Json.bytes(object(resource))) : new byte[0];
    boolean write = !method.equals("GET") && !method.equals("HEAD");
    String query = (write ? "dryRun=All&" : "") + query(3);
    return new Request(
        method,
        path,
        query,
        Headers.of(
            "Content-Type",
            objects.pick("application/json", "", "application/apply-patch+yaml", "x")),
        body);
  }

  private Request delete() {
    Resource resource = resource();
    String name = random.nextInt(5) > 0 ? objects.pick("a", "b", "c") : "";
    // with a body the query's options do not count: a collection would really go
    byte[] body =
        name.isEmpty() || random.nextInt(3) > 0
            ? new byte[0]
            : Json.bytes(
                JsonObject.of(
                    "kind",
                    "DeleteOptions",
                    "apiVersion",
                    "v1",
                    "propagationPolicy",
                    objects.pick("Foreground", "Orphan", "x"),
                    "gracePeriodSeconds",
                    objects.anything(5),
                    "preconditions",
                    objects.anything(3)));
    String collection = name.isEmpty() ? "dryRun=All&" : "";
    return new Request(
        "DELETE",
        path(resource, name),
        collection + query(2),
        Headers.of("Content-Type", "application/json"),
        random.nextInt(5) == 0 && !name.isEmpty() ? damage.of(body) : body);
  }

  private Resource resource() {
    return resources.get(random.nextInt(resources.size()));
  }

  private String path(Resource resource, String name) {
    int slash = resource.name.indexOf('/');
    String plural = slash < 0 ? resource.name : resource.name.substring(0, slash);
    return resource.base
        + (resource.namespaced ? "/namespaces/default/" : "/")
        + plural
        + (name.isEmpty() ? "" : "/" + name)
        + (slash < 0 ? "" : resource.name.substring(slash));
  }
}
