package dev.javernetes.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A server that is sent whatever comes to mind. Whatever it is, it is answered, and never with "I
 * am broken"; when all that was made is deleted, the server is as it was.
 */
final class RobustnessTest {
  /** A live object more per hundred requests would be 10 MB over the long run. */
  private static final long MAY_GROW_BYTES = 24L << 20;

  @Test
  void answersSomeThousandRequests() {
    run(Long.getLong("robustness.seed", 1), Integer.getInteger("robustness.requests", 2_500));
  }

  @Test
  @Tag("long")
  void answersAHundredThousandRequestsWithoutGrowing() {
    run(2, 100_000);
  }

  /** On a virtual thread, as the edge does: its stack is what deep bodies have. */
  private static void run(long seed, int requests) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (TestServer server = new TestServer()) {
            new Run(server, seed).go(requests);
            done.complete(null);
          } catch (Throwable problem) {
            done.completeExceptionally(problem);
          }
        });
    try {
      done.join();
    } catch (CompletionException problem) {
      if (problem.getCause() instanceof AssertionError failed) {
        throw failed;
      }
      throw problem;
    }
  }

  private static final class Run {
    private final TestServer server;
    private final RandomRequests requests;
    private final List<String> lists;
    private final Map<String, Set<String>> before;

    Run(TestServer server, long seed) {
      this.server = server;
      this.requests = new RandomRequests(new Random(seed), server);
      server.post( // else each pod waits for it
          "/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
      this.lists = lists();
      this.before = present();
    }

    void go(int count) {
      Map<String, String> defects = new LinkedHashMap<>();
      long settled = 0;
      for (int i = 0; i < count; i++) {
        if (i % 5_000 == 4_999) {
          clean();
        }
        if (i == count / 4) {
          clean();
          settled = used();
        }
        RandomRequests.Request request = requests.next();
        long start = System.nanoTime();
        String defect = defect(request);
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (defect == null && millis > 5_000) {
          defect = "took " + millis + " ms";
        }
        if (defect != null) {
          defects.putIfAbsent(defect, "request " + i + ": " + defect + "\n" + request);
        }
      }
      clean();
      assertThat(defects.values()).isEmpty();
      assertThat(present()).isEqualTo(before);
      assertThat(server.get("/readyz").body()).isEqualTo("ok");
      if (count > 20_000) {
        assertThat(used() - settled)
            .as("bytes more than at the beginning")
            .isLessThan(MAY_GROW_BYTES);
      }
    }

    private @org.jspecify.annotations.Nullable String defect(RandomRequests.Request request) {
      ApiResponse response;
      try {
        response =
            server.send(
                request.method(),
                request.path(),
                request.query(),
                request.headers(),
                request.body());
      } catch (RuntimeException | Error thrown) {
        return "thrown "
            + thrown
            + " at "
            + List.of(thrown.getStackTrace())
                .subList(0, Math.min(3, thrown.getStackTrace().length));
      }
      String defect = null;
      if (response.body() instanceof ApiResponse.Frames frames) {
        for (int i = 0; i < 20 && frames.source().poll() != null; i++) {
          // the first events only
        }
      }
      if (response.status() >= 500) {
        String text =
            response.body() instanceof ApiResponse.Parts parts
                ? new String(parts.join(), StandardCharsets.UTF_8)
                : "";
        defect = isUpstreams(response.status(), text) ? null : response.status() + " " + text;
      } else if (response.status() == 201) {
        requests.accepted();
      }
      response.body().close();
      return defect;
    }

    /**
     * Upstream answers some faults of the client with an error that has no reason, which it gives
     * code 500 ({@code failed to create typed patch object}), and one from the future with 504.
     */
    private static boolean isUpstreams(int status, String text) {
      return status == 504 && text.contains("Too large resource version")
          || status == 500 && text.contains("requested HealthCheck NodePort")
          || status == 500 && !text.contains("InternalError");
    }

    /** The paths of everything that can be listed. */
    private List<String> lists() {
      List<String> paths = new ArrayList<>();
      for (RandomRequests.Resource resource : requests.resources()) {
        String path = resource.base() + "/" + resource.name();
        if (!resource.name().contains("/") && server.get(path).status() == 200) {
          paths.add(path);
        }
      }
      return paths;
    }

    private Map<String, Set<String>> present() {
      Map<String, Set<String>> all = new LinkedHashMap<>();
      for (String list : lists) {
        if (list.startsWith("/api/v1/events") || list.contains("/events.k8s.io/")) {
          continue;
        }
        Set<String> names = new LinkedHashSet<>();
        for (JsonObject item : server.get(list).json().objects("items")) {
          JsonObject metadata = item.objectOrEmpty("metadata");
          names.add(metadata.string("namespace") + "/" + metadata.string("name"));
        }
        all.put(list, names);
      }
      return all;
    }

    /** Deletes what was not there at the beginning, whatever its finalizers, and the history. */
    private void clean() {
      for (int round = 0; round < 2; round++) {
        Map<String, Set<String>> now = present();
        now.forEach((list, names) -> {
          names.removeAll(before.get(list));
          for (String name : names) {
            remove(list, name);
          }
        });
      }
      server.compact();
    }

    private void remove(String list, String name) {
      int slash = name.indexOf('/');
      int resource = list.lastIndexOf('/');
      String base = list.substring(0, resource);
      String path =
          (slash == 0 ? base : base + "/namespaces/" + name.substring(0, slash))
              + list.substring(resource)
              + name.substring(slash);
      send("DELETE", path, "gracePeriodSeconds=0&propagationPolicy=Background", "");
      send("PATCH", path, "", "{\"metadata\":{\"finalizers\":null}}");
      if (list.endsWith("/namespaces")) {
        JsonObject namespace =
            JsonObject.of(
                "kind",
                "Namespace",
                "apiVersion",
                "v1",
                "metadata",
                JsonObject.of("name", name.substring(1)),
                "spec",
                new JsonObject());
        send("PUT", path + "/finalize", "", Json.text(namespace));
      }
    }

    private void send(String method, String path, String query, String body) {
      String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
      server
          .send(
              method,
              path,
              query,
              Headers.of("Content-Type", type),
              body.getBytes(StandardCharsets.UTF_8))
          .body()
          .close();
    }

    private static long used() {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      Runtime runtime = Runtime.getRuntime();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
