package dev.javernetes.launch.bench;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.RequestOptions.ListOptions;
import dev.javernetes.client.RequestOptions.WatchOptions;
import dev.javernetes.client.Watch;
import dev.javernetes.client.WatchEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How soon pods are there, and run. */
final class PodBench {
  private final Target target;
  private final Client client;
  private final String image;

  PodBench(Target target, String image) {
    this.target = target;
    this.client = target.client();
    this.image = image;
  }

  /** One after the other, each gone before the next. */
  List<Figure> toRunning(int pods) throws IOException {
    double[] millis = new double[pods];
    for (int i = 0; i < pods; i++) {
      String name = "p" + i;
      try (Watch<Pod> watch = watch()) {
        long start = target.timers().nanoTime();
        JsonObject pod = named(name);
        pod.put("spec", podSpec());
        client.create(Pod.TYPE, Pod.fromJson(pod));
        await(watch, 1, true);
        millis[i] = (target.timers().nanoTime() - start) / 1e6;
      }
      client.delete(Pod.TYPE, Target.NAMESPACE, name, DeleteOptions.grace(0));
    }
    Arrays.sort(millis);
    return List.of(
        Figure.millis("pod created to Running: median", millis[pods / 2]),
        Figure.millis("pod created to Running: slowest", millis[pods - 1]));
  }

  /** Until as many pods exist as were asked for, and until all run. */
  List<Figure> deployment(int replicas) throws IOException {
    JsonObject labels = JsonObject.of("app", "bench");
    JsonObject deployment = named("bench");
    deployment.put(
        "spec",
        JsonObject.of(
            "replicas", (long) replicas,
            "selector", JsonObject.of("matchLabels", labels),
            "template",
                JsonObject.of("metadata", JsonObject.of("labels", labels), "spec", podSpec())));
    String what = "Deployment of " + replicas + " replicas until ";
    try (Watch<Pod> watch = watch();
        Watch<Pod> second = watch()) {
      long start = target.timers().nanoTime();
      client.create(Deployment.TYPE, Deployment.fromJson(deployment));
      await(watch, replicas, false);
      double exist = (target.timers().nanoTime() - start) / 1e9;
      await(second, replicas, true);
      double run = (target.timers().nanoTime() - start) / 1e9;
      return List.of(
          new Figure(what + "all pods exist", exist, Figure.Unit.SECONDS),
          new Figure(what + "all run", run, Figure.Unit.SECONDS));
    }
  }

  private Watch<Pod> watch() {
    String version = client.list(Pod.TYPE, Target.NAMESPACE, ListOptions.ALL).resourceVersion();
    return client.watch(Pod.TYPE, Target.NAMESPACE, WatchOptions.from(version));
  }

  /** Reads events until so many different pods were seen, or were seen Running. */
  private static void await(Watch<Pod> watch, int wanted, boolean running) throws IOException {
    Set<String> seen = new HashSet<>();
    for (WatchEvent<Pod> event = watch.next(); event != null; event = watch.next()) {
      Pod pod =
          switch (event) {
            case WatchEvent.Added<Pod> added -> added.object();
            case WatchEvent.Modified<Pod> modified -> modified.object();
            case WatchEvent.Deleted<Pod> gone -> null;
            case WatchEvent.Bookmark<Pod> mark -> null;
          };
      if (pod != null
          && (!running || pod.status().phase().equals("Running"))
          && seen.add(pod.metadata().name())
          && seen.size() == wanted) {
        return;
      }
    }
    throw new BenchException("the watch ended after " + seen.size() + " of " + wanted + " pods");
  }

  private static JsonObject named(String name) {
    return JsonObject.of("metadata", JsonObject.of("name", name, "namespace", Target.NAMESPACE));
  }

  private JsonObject podSpec() {
    return JsonObject.of(
        "terminationGracePeriodSeconds",
        0L,
        "containers",
        new ArrayList<Object>(
            List.of(
                JsonObject.of("name", "c", "image", image, "imagePullPolicy", "IfNotPresent"))));
  }
}
