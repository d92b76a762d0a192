package dev.javernetes.client.fake;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.client.Transport;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The API's storage semantics without its knowledge of kinds: create with generateName, uids and
 * resourceVersions, optimistic locking, status apart from the rest, finalizers and graceful
 * deletion, list and watch with selectors and 410 after {@link #compact}.
 *
 * <p>No defaulting, validation, admission or authorization, and every path is served. Strategic
 * merge is refused: it needs a schema. {@link #intercept} makes requests fail.
 */
public final class FakeApiServer implements Transport {

  /** May refuse a request by throwing, or answer it; null lets it pass. */
  @FunctionalInterface
  public interface Interceptor {
    @Nullable Response answer(Request request);
  }

  private record Event(String type, String collection, JsonObject object, long version) {}

  private record Watcher(FakeWatch watch, String collection, Predicate<JsonObject> selected) {}

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<String, JsonObject> objects = new TreeMap<>();
  private final List<Event> history = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<Interceptor> interceptors = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private long version = 100;
  private long compacted;
  private long names;

  public FakeApiServer(InstantSource clock) {
    this.clock = clock;
  }

  public void intercept(Interceptor interceptor) {
    interceptors.add(interceptor);
  }

  /** All requests so far. */
  public List<Request> requests() {
    return requests;
  }

  /** Every open watch ends, as when a server restarts. */
  public void endWatches() {
    lock.lock();
    try {
      watchers.forEach(watcher -> watcher.watch.end());
      watchers.clear();
    } finally {
      lock.unlock();
    }
  }

  public int openWatches() {
    lock.lock();
    try {
      return watchers.size();
    } finally {
      lock.unlock();
    }
  }

  /** A watch from an earlier version than now is answered with 410. */
  public void compact() {
    lock.lock();
    try {
      compacted = version;
      history.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Response send(Request request) {
    requests.add(request);
    try {
      for (Interceptor interceptor : interceptors) {
        Response answer = interceptor.answer(request);
        if (answer != null) {
          return answer;
        }
      }
      lock.lock();
      try {
        return serve(request, FakePath.parse(request.path()));
      } finally {
        lock.unlock();
      }
    } catch (ApiException refusal) {
      return json(refusal.code(), refusal.status());
    } catch (JsonSyntaxException problem) {
      return json(400, ApiException.badRequest("not JSON: " + problem.getMessage()).status());
    }
  }

  @Override
  public void close() {
    endWatches();
  }

  private Response serve(Request request, FakePath path) throws JsonSyntaxException {
    if (path.name().isEmpty()) {
      return switch (request.method()) {
        case "GET" ->
            query(request, "watch").equals("true") ? watch(request, path) : list(request, path);
        case "POST" -> json(201, create(path, body(request)));
        case "DELETE" -> {
          for (JsonObject object : select(path, selection(request))) {
            String name = object.objectOrEmpty("metadata").string("name");
            delete(
                new FakePath(path.root(), path.resource(), namespace(object), name, ""),
                new JsonObject());
          }
          yield json(200, JsonObject.of("kind", "Status", "apiVersion", "v1", "status", "Success"));
        }
        default -> throw ApiException.of(StatusReason.METHOD_NOT_ALLOWED, request.method());
      };
    }
    return switch (request.method()) {
      case "GET" -> json(200, existing(path));
      case "PUT" -> json(200, update(path, body(request)));
      case "PATCH" -> json(200, patch(path, request));
      case "DELETE" ->
          json(200, delete(path, request.body() == null ? new JsonObject() : body(request)));
      case "POST" -> json(201, subresource(path, body(request)));
      default -> throw ApiException.of(StatusReason.METHOD_NOT_ALLOWED, request.method());
    };
  }

  private JsonObject create(FakePath path, JsonObject object) {
    JsonObject metadata = object.ensureObject("metadata");
    if (metadata.string("name").isEmpty() && !metadata.string("generateName").isEmpty()) {
      metadata.put("name", metadata.string("generateName") + Long.toString(10_000 + names++, 36));
    }
    if (!path.namespace().isEmpty()) {
      metadata.put("namespace", path.namespace());
    }
    String key = path.withName(metadata.string("name")).key();
    if (objects.containsKey(key)) {
      throw ApiException.alreadyExists(path.groupResource(), metadata.string("name"));
    }
    metadata.put("uid", new UUID(0x4000L, names++).toString());
    metadata.put("creationTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    if (object.has("spec")) {
      metadata.put("generation", 1L);
    }
    store(key, path, "ADDED", object);
    return object;
  }

  private JsonObject update(FakePath path, JsonObject object) {
    JsonObject present = existing(path);
    JsonObject metadata = object.ensureObject("metadata");
    JsonObject before = present.objectOrEmpty("metadata");
    String expected = metadata.string("resourceVersion");
    if (!expected.isEmpty() && !expected.equals(before.string("resourceVersion"))) {
      throw ApiException.conflict(
          path.groupResource(),
          path.name(),
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
    JsonObject next = present.deepCopy();
    if (path.subresource().equals("status")) {
      next.put("status", Json.deepCopy(object.get("status")));
      if (metadata.has("annotations")) {
        next.ensureObject("metadata").put("annotations", metadata.object("annotations"));
      }
    } else {
      Object status = next.get("status");
      next = object.deepCopy();
      JsonObject now = next.ensureObject("metadata");
      if (status != null && !path.resource().equals("namespaces")) {
        next.put("status", status);
      }
      for (String fixed :
          List.of("uid", "creationTimestamp", "namespace", "deletionTimestamp", "generation")) {
        if (before.has(fixed)) {
          now.put(fixed, before.get(fixed));
        }
      }
      if (before.has("generation")
          && !java.util.Objects.equals(present.get("spec"), next.get("spec"))) {
        now.put("generation", before.integer("generation") + 1);
      }
    }
    return replace(path, present, next);
  }

  private JsonObject replace(FakePath path, JsonObject present, JsonObject next) {
    JsonObject metadata = next.ensureObject("metadata");
    if (metadata.has("deletionTimestamp")
        && metadata.strings("finalizers").isEmpty()
        && !waitsForKubelet(path, next)
        && !waitsForNamespace(path, next)) {
      return remove(path, next);
    }
    metadata.put("resourceVersion", present.objectOrEmpty("metadata").string("resourceVersion"));
    if (next.equals(present)) {
      return present;
    }
    store(path.key(), path, "MODIFIED", next);
    return next;
  }

  private JsonObject patch(FakePath path, Request request) throws JsonSyntaxException {
    String type = request.headers().getOrDefault("Content-Type", "");
    byte[] body = request.body() == null ? new byte[0] : request.body();
    JsonObject present = existing(path);
    return switch (type) {
      case "application/merge-patch+json" ->
          update(path, FakePatches.merge(present, Json.parseObject(body)));
      case "application/json-patch+json" -> update(path, FakePatches.json(present, body));
      default -> throw ApiException.of(StatusReason.UNSUPPORTED_MEDIA_TYPE, "patch of " + type);
    };
  }

  private JsonObject delete(FakePath path, JsonObject options) {
    JsonObject present = existing(path);
    JsonObject metadata = present.objectOrEmpty("metadata");
    JsonObject preconditions = options.objectOrEmpty("preconditions");
    for (String name : List.of("uid", "resourceVersion")) {
      if (preconditions.has(name) && !preconditions.string(name).equals(metadata.string(name))) {
        throw ApiException.conflict(
            path.groupResource(), path.name(), "Precondition failed: " + name);
      }
    }
    JsonObject next = present.deepCopy();
    JsonObject now = next.ensureObject("metadata");
    String policy = options.string("propagationPolicy");
    if (policy.equals("Foreground") || policy.equals("Orphan")) {
      now.ensureArray("finalizers").add(policy.equals("Orphan") ? "orphan" : "foregroundDeletion");
    }
    boolean force = Long.valueOf(0).equals(options.integerOrNull("gracePeriodSeconds"));
    boolean waits =
        !now.strings("finalizers").isEmpty()
            || (waitsForKubelet(path, next) && !force)
            || waitsForNamespace(path, next);
    if (!waits) {
      return remove(path, next);
    }
    if (!now.has("deletionTimestamp")) {
      now.put("deletionTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
      now.put("deletionGracePeriodSeconds", options.integer("gracePeriodSeconds", 30));
      if (path.resource().equals("namespaces")) {
        next.ensureObject("status").put("phase", "Terminating");
      }
      store(path.key(), path, "MODIFIED", next);
      return next;
    }
    return present;
  }

  /** A pod on a node goes when its kubelet says so, by a delete with no grace. */
  private static boolean waitsForKubelet(FakePath path, JsonObject object) {
    return path.resource().equals("pods")
        && !object.objectOrEmpty("spec").string("nodeName").isEmpty();
  }

  private static boolean waitsForNamespace(FakePath path, JsonObject object) {
    return path.resource().equals("namespaces")
        && !object.objectOrEmpty("spec").strings("finalizers").isEmpty();
  }

  private JsonObject subresource(FakePath path, JsonObject body) {
    JsonObject present = existing(path);
    switch (path.subresource()) {
      case "binding" -> {
        JsonObject next = present.deepCopy();
        next.ensureObject("spec").put("nodeName", body.objectOrEmpty("target").string("name"));
        replace(path, present, next);
      }
      case "eviction" -> delete(path, body.objectOrEmpty("deleteOptions"));
      default -> throw ApiException.notFound(path.groupResource(), path.subresource());
    }
    return JsonObject.of("kind", "Status", "apiVersion", "v1", "status", "Success");
  }

  private JsonObject remove(FakePath path, JsonObject last) {
    objects.remove(path.key());
    version++;
    last.ensureObject("metadata").put("resourceVersion", Long.toString(version));
    tell(new Event("DELETED", path.collection(), last, version), null);
    return last;
  }

  private void store(String key, FakePath path, String type, JsonObject object) {
    JsonObject before = objects.get(key);
    version++;
    object.ensureObject("metadata").put("resourceVersion", Long.toString(version));
    objects.put(key, object.deepCopy());
    tell(new Event(type, path.collection(), object.deepCopy(), version), before);
  }

  private void tell(Event event, @Nullable JsonObject before) {
    history.add(event);
    for (Watcher watcher : watchers) {
      if (!inCollection(event, watcher.collection)) {
        continue;
      }
      boolean was = before != null && watcher.selected.test(before);
      boolean is = watcher.selected.test(event.object);
      if (event.type.equals("DELETED")) {
        if (is) {
          watcher.watch.send("DELETED", event.object);
        }
      } else if (is) {
        watcher.watch.send(was ? "MODIFIED" : "ADDED", event.object);
      } else if (was) {
        watcher.watch.send("DELETED", event.object);
      }
    }
  }

  private Response list(Request request, FakePath path) {
    JsonObject list =
        JsonObject.of(
            "kind",
            "List",
            "apiVersion",
            "v1",
            "metadata",
            JsonObject.of("resourceVersion", Long.toString(version)),
            "items",
            new ArrayList<Object>(select(path, selection(request))));
    return json(200, list);
  }

  private Response watch(Request request, FakePath path) {
    String from = query(request, "resourceVersion");
    long start = from.isEmpty() ? 0 : Long.parseLong(from);
    if (start != 0 && start < compacted) {
      throw ApiException.of(
          StatusReason.EXPIRED, "too old resource version: %d (%d)".formatted(start, compacted));
    }
    Predicate<JsonObject> selected = selection(request);
    Watcher[] self = new Watcher[1];
    FakeWatch watch =
        new FakeWatch(() -> {
          lock.lock();
          try {
            watchers.remove(self[0]);
          } finally {
            lock.unlock();
          }
        });
    self[0] = new Watcher(watch, path.collection(), selected);
    if (start == 0) {
      select(path, selected).forEach(object -> watch.send("ADDED", object));
    } else {
      for (Event event : history) {
        if (event.version > start
            && inCollection(event, path.collection())
            && selected.test(event.object)) {
          watch.send(event.type, event.object);
        }
      }
    }
    watchers.add(self[0]);
    return watch.response();
  }

  private static boolean inCollection(Event event, String collection) {
    if (collection.endsWith("*")) {
      return event.collection.startsWith(collection.substring(0, collection.length() - 1));
    }
    return event.collection.equals(collection);
  }

  private List<JsonObject> select(FakePath path, Predicate<JsonObject> selected) {
    String prefix = path.prefix();
    List<JsonObject> found = new ArrayList<>();
    for (Map.Entry<String, JsonObject> entry : objects.tailMap(prefix, true).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        break;
      }
      if (selected.test(entry.getValue())) {
        found.add(entry.getValue());
      }
    }
    return found;
  }

  private JsonObject existing(FakePath path) {
    JsonObject object = objects.get(path.key());
    if (object == null) {
      throw ApiException.notFound(path.groupResource(), path.name());
    }
    return object;
  }

  private static Predicate<JsonObject> selection(Request request) {
    return Selections.of(query(request, "labelSelector"), query(request, "fieldSelector"));
  }

  private static String namespace(JsonObject object) {
    return object.objectOrEmpty("metadata").string("namespace");
  }

  private static String query(Request request, String name) {
    for (Parameter parameter : request.query()) {
      if (parameter.name().equals(name)) {
        return parameter.value();
      }
    }
    return "";
  }

  private static JsonObject body(Request request) throws JsonSyntaxException {
    byte[] body = request.body();
    return Json.parseObject(body == null ? new byte[0] : body);
  }

  private static Response json(int code, JsonObject body) {
    return Response.of(code, Map.of("content-type", "application/json"), Json.bytes(body));
  }

  /** A path taken apart; {@code root} is {@code /api/v1} or {@code /apis/apps/v1}. */
  record FakePath(String root, String resource, String namespace, String name, String subresource) {

    static FakePath parse(String path) {
      String[] parts = path.substring(1).split("/");
      int next = parts[0].equals("api") ? 2 : 3;
      if (parts.length <= next) {
        throw ApiException.of(StatusReason.NOT_FOUND, "the server could not find " + path);
      }
      String root = "/" + String.join("/", List.of(parts).subList(0, next));
      String namespace = "";
      if (parts[next].equals("namespaces")
          && parts.length > next + 2
          && !List.of("status", "finalize").contains(parts[next + 2])) {
        namespace = parts[next + 1];
        next += 2;
      }
      return new FakePath(
          root,
          parts[next],
          namespace,
          parts.length > next + 1 ? parts[next + 1] : "",
          parts.length > next + 2 ? parts[next + 2] : "");
    }

    FakePath withName(String newName) {
      return new FakePath(root, resource, namespace, newName, "");
    }

    GroupResource groupResource() {
      String[] parts = root.substring(1).split("/");
      return new GroupResource(parts.length == 3 ? parts[1] : "", resource);
    }

    String key() {
      return root + "/" + resource + "/" + namespace + "/" + name;
    }

    String prefix() {
      return root + "/" + resource + "/" + (namespace.isEmpty() ? "" : namespace + "/");
    }

    /** Events of an object belong to its namespace's collection; one for all ends in a star. */
    String collection() {
      return root + "/" + resource + "/" + namespace + (namespace.isEmpty() ? "*" : "");
    }
  }
}
