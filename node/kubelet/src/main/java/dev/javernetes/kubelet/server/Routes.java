package dev.javernetes.kubelet.server;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.pod.PodWorkers;
import dev.javernetes.kubelet.server.AccessControl.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which path does what; upstream's paths. Unknown ones are 404 after the access check, so that
 * nobody learns more than they may.
 */
public final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private final AccessControl access;
  private final PodWorkers workers;
  private final Supplier<JsonObject> configuration;
  private final LogRoute logs;
  private final StreamRoutes streams;
  private final StatsRoutes stats;
  private final NodeLogRoute nodeLogs;

  /** {@code configuration} is what {@code /configz} shows. */
  public Routes(
      AccessControl access,
      PodWorkers workers,
      ContainerRuntime runtime,
      Timers timers,
      String nodeName,
      Supplier<JsonObject> configuration) {
    this.access = access;
    this.workers = workers;
    this.configuration = configuration;
    this.logs = new LogRoute(workers, runtime, timers);
    this.streams = new StreamRoutes(workers, runtime);
    this.stats = new StatsRoutes(workers, runtime, timers, nodeName);
    this.nodeLogs = new NodeLogRoute(java.nio.file.Path.of("/var/log"));
  }

  /** True if the connection was taken over by a stream. */
  boolean serve(Call call, @Nullable ClientCertificate certificate) throws IOException {
    Refusal refusal = access.check(call, certificate);
    if (refusal != null) {
      call.text(HttpResponseStatus.valueOf(refusal.code()), refusal.message());
      return false;
    }
    List<String> path = call.segments();
    String first = path.isEmpty() ? "" : path.getFirst();
    try {
      switch (first) {
        case "healthz" -> call.text(HttpResponseStatus.OK, "ok");
        case "pods" -> call.json(podList(workers.pods()));
        case "runningpods" -> call.json(stats.runningPods());
        case "containerLogs" -> logs.serve(call, path);
        case "exec", "attach", "portForward" -> {
          return streams.serve(call, path);
        }
        case "run" -> streams.run(call, path);
        case "logs" -> nodeLogs.serve(call, path);
        case "stats" -> stats.summary(call);
        case "metrics" -> stats.metrics(call, path.size() > 1 ? path.get(1) : "");
        case "configz" -> call.json(configuration.get());
        default -> call.text(HttpResponseStatus.NOT_FOUND, "404 page not found\n");
      }
    } catch (CallException problem) {
      call.text(HttpResponseStatus.valueOf(problem.code()), problem.getMessage() + "\n");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } catch (RuntimeException problem) {
      LOG.error("{} {}", call.method(), call.path(), problem);
      call.text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal Server Error\n");
    }
    return false;
  }

  static JsonObject podList(List<Pod> pods) {
    List<Object> items = new ArrayList<>();
    pods.forEach(pod -> items.add(pod.toJson()));
    return JsonObject.of(
        "kind", "PodList", "apiVersion", "v1", "metadata", new JsonObject(), "items", items);
  }
}
