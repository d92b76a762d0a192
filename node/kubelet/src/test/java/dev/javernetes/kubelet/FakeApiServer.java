package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.client.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Just enough of an API server for a kubelet: objects in memory, field selectors on name and node,
 * watches, status patches, graceful deletion of pods. No validation, no defaulting.
 */
public final class FakeApiServer implements Transport {
  private record Watcher(String collection, String field, BlockingQueue<byte[]> lines) {}

  private final Map<String, JsonObject> objects = new LinkedHashMap<>();

  private record Past(long version, String path, JsonObject object, byte[] line) {}

  private final List<Past> past = new ArrayList<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private long version = 1;

  /** Puts an object, as its POST would. */
  public synchronized void put(String collection, JsonObject object) {
    store(collection + "/" + object.objectOrEmpty("metadata").string("name"), object, true);
  }

  /** The object at this path, e.g. {@code /api/v1/namespaces/default/pods/web}; null if none. */
  public synchronized @Nullable JsonObject get(String path) {
    JsonObject object = objects.get(path);
    return object == null ? null : object.deepCopy();
  }

  public synchronized List<JsonObject> list(String collection) {
    List<JsonObject> found = new ArrayList<>();
    objects.forEach((path, object) -> {
      if (in(collection, path)) {
        found.add(object.deepCopy());
      }
    });
    return found;
  }

  public synchronized long count(String collection, Predicate<JsonObject> wanted) {
    return objects.entrySet().stream()
        .filter(entry -> in(collection, entry.getKey()) && wanted.test(entry.getValue()))
        .count();
  }

  /** As a user's DELETE of a pod. */
  public synchronized void deletePod(String path, long graceSeconds) {
    JsonObject pod = objects.get(path);
    if (pod == null) {
      return;
    }
    if (graceSeconds == 0 || pod.objectOrEmpty("spec").string("nodeName").isEmpty()) {
      remove(path);
      return;
    }
    JsonObject changed = pod.deepCopy();
    changed
        .ensureObject("metadata")
        .put(
            "deletionTimestamp",
            Instant.now().plusSeconds(graceSeconds).truncatedTo(ChronoUnit.SECONDS).toString());
    changed.ensureObject("metadata").put("deletionGracePeriodSeconds", graceSeconds);
    store(path, changed, false);
  }

  @Override
  public Response send(Request request) throws IOException {
    try {
      return answer(request);
    } catch (ApiException refusal) {
      return Response.of(refusal.code(), Map.of(), Json.bytes(refusal.status()));
    } catch (JsonSyntaxException problem) {
      throw new IOException(problem);
    }
  }

  @Override
  public void close() {}

  private Response answer(Request request) throws JsonSyntaxException {
    String path = request.path();
    Map<String, String> query = new LinkedHashMap<>();
    request.query().forEach(parameter -> query.put(parameter.name(), parameter.value()));
    String field = query.getOrDefault("fieldSelector", "");
    byte[] body = request.body() == null ? new byte[0] : request.body();
    switch (request.method()) {
      case "GET" -> {
        if ("true".equals(query.get("watch"))) {
          return watch(path, field, query.getOrDefault("resourceVersion", "0"));
        }
        if (named(path)) {
          return ok(require(path));
        }
        return ok(listing(path, field));
      }
      case "POST" -> {
        JsonObject object = Json.parseObject(body);
        if (path.endsWith("/token")) {
          object.put(
              "status",
              JsonObject.of(
                  "token",
                  "a.b.c",
                  "expirationTimestamp",
                  Instant.now().plusSeconds(3600).toString()));
          return ok(object);
        }
        String key = path + "/" + object.objectOrEmpty("metadata").string("name");
        synchronized (this) {
          if (objects.containsKey(key)) {
            throw ApiException.alreadyExists(new GroupResource("", "objects"), key);
          }
          return ok(store(key, object, true));
        }
      }
      case "PUT" -> {
        return ok(store(path, Json.parseObject(body), false));
      }
      case "PATCH" -> {
        return ok(patch(path.replaceFirst("/status$", ""), Json.parseObject(body)));
      }
      case "DELETE" -> {
        JsonObject options = body.length == 0 ? new JsonObject() : Json.parseObject(body);
        require(path);
        if (path.contains("/pods/") && options.integer("gracePeriodSeconds", 30) > 0) {
          deletePod(path, options.integer("gracePeriodSeconds", 30));
        } else {
          remove(path);
        }
        return ok(new JsonObject());
      }
      default -> throw ApiException.badRequest(request.method());
    }
  }

  private synchronized JsonObject patch(String path, JsonObject patch) {
    JsonObject object = require(path).deepCopy();
    merge(object, patch);
    return store(path, object, false);
  }

  private static void merge(JsonObject target, JsonObject patch) {
    patch.forEach((name, value) -> {
      if (value == null) {
        target.remove(name);
      } else if (value instanceof JsonObject change) {
        merge(target.ensureObject(name), change);
      } else if (name.equals("conditions")) {
        Map<String, JsonObject> byType = new LinkedHashMap<>();
        target.objects(name).forEach(c -> byType.put(c.string("type"), c));
        patch
            .objects(name)
            .forEach(c -> {
              c.values().removeIf(v -> v == null);
              byType.put(c.string("type"), c);
            });
        target.put(name, new ArrayList<Object>(byType.values()));
      } else if (value instanceof List<?>) {
        target.put(
            name,
            ((List<?>) value)
                .stream()
                    .filter(e -> !(e instanceof JsonObject o) || !o.containsKey("$patch"))
                    .map(e -> (Object) e)
                    .toList());
      } else {
        target.put(name, value);
      }
    });
  }

  private synchronized JsonObject store(String path, JsonObject object, boolean fresh) {
    JsonObject metadata = object.ensureObject("metadata");
    version++;
    metadata.put("resourceVersion", Long.toString(version));
    if (metadata.string("uid").isEmpty()) {
      metadata.put("uid", "uid-" + version);
    }
    objects.put(path, object);
    tell(path, fresh ? "ADDED" : "MODIFIED", object);
    return object.deepCopy();
  }

  private synchronized void remove(String path) {
    JsonObject gone = objects.remove(path);
    if (gone != null) {
      version++;
      gone.ensureObject("metadata").put("resourceVersion", Long.toString(version));
      tell(path, "DELETED", gone);
    }
  }

  private void tell(String path, String type, JsonObject object) {
    byte[] line =
        (Json.text(JsonObject.of("type", type, "object", object)) + "\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    past.add(new Past(version, path, object.deepCopy(), line));
    for (Watcher watcher : watchers) {
      if (in(watcher.collection, path) && selected(object, watcher.field)) {
        watcher.lines.add(line);
      }
    }
  }

  private synchronized JsonObject listing(String collection, String field) {
    List<Object> items = new ArrayList<>();
    objects.forEach((path, object) -> {
      if (in(collection, path) && selected(object, field)) {
        items.add(object.deepCopy());
      }
    });
    return JsonObject.of(
        "metadata", JsonObject.of("resourceVersion", Long.toString(version)), "items", items);
  }

  private synchronized Response watch(String collection, String field, String from) {
    Watcher watcher = new Watcher(collection, field, new LinkedBlockingQueue<>());
    for (Past event : past) {
      if (event.version > Long.parseLong(from)
          && in(collection, event.path)
          && selected(event.object, field)) {
        watcher.lines.add(event.line);
      }
    }
    watchers.add(watcher);
    return new Response(
        200,
        Map.of(),
        new QueueStream(watcher.lines),
        () -> {
          watchers.remove(watcher);
          watcher.lines.add(new byte[0]);
        });
  }

  private synchronized JsonObject require(String path) {
    JsonObject object = objects.get(path);
    if (object == null) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      throw ApiException.notFound(new GroupResource("", "objects"), name);
    }
    return object;
  }

  /** {@code /api/v1/pods} holds {@code /api/v1/namespaces/default/pods/web}. */
  private static boolean in(String collection, String path) {
    String parent = path.substring(0, path.lastIndexOf('/'));
    return parent.equals(collection)
        || parent.replaceFirst("/namespaces/[^/]+/", "/").equals(collection);
  }

  private boolean named(String path) {
    String last = path.replaceFirst("^/apis?/", "").replaceFirst("namespaces/[^/]+/", "");
    long slashes = last.chars().filter(c -> c == '/').count();
    return slashes >= (path.startsWith("/apis/") ? 3 : 2);
  }

  private static boolean selected(JsonObject object, String field) {
    if (field.startsWith("metadata.name=")) {
      return object.objectOrEmpty("metadata").string("name").equals(field.substring(14));
    }
    if (field.startsWith("spec.nodeName=")) {
      return object.objectOrEmpty("spec").string("nodeName").equals(field.substring(14));
    }
    return true;
  }

  private static Response ok(JsonObject object) {
    return Response.of(200, Map.of(), Json.bytes(object));
  }

  private static final class QueueStream extends InputStream {
    private final BlockingQueue<byte[]> lines;
    private ByteArrayInputStream current = new ByteArrayInputStream(new byte[0]);

    QueueStream(BlockingQueue<byte[]> lines) {
      this.lines = lines;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (current.available() == 0) {
        try {
          byte[] line = lines.take();
          if (line.length == 0) {
            return -1;
          }
          current = new ByteArrayInputStream(line);
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          return -1;
        }
      }
      return current.read(bytes, offset, length);
    }
  }
}
