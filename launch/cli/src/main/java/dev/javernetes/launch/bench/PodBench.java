package dev.javernetes.launch.bench;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
      try (PodWatch watch = new PodWatch(target)) {
        long start = target.timers().nanoTime();
        JsonObject pod = named(name);
        pod.put("spec", podSpec());
        client.create(Pod.TYPE, Pod.fromJson(pod));
        watch.awaitRunning(1);
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
    try (PodWatch watch = new PodWatch(target)) {
      double cpu = target.servers().cpuSeconds();
      long start = target.timers().nanoTime();
      client.create(Deployment.TYPE, Deployment.fromJson(deployment));
      watch.awaitCreated(replicas);
      double exist = (target.timers().nanoTime() - start) / 1e9;
      watch.awaitRunning(replicas);
      double run = (target.timers().nanoTime() - start) / 1e9;
      List<Figure> figures = new ArrayList<>();
      figures.add(new Figure(what + "all pods exist", exist, Figure.Unit.SECONDS));
      figures.add(new Figure(what + "all run", run, Figure.Unit.SECONDS));
      if (target.servers().known()) {
        double used = target.servers().cpuSeconds() - cpu;
        figures.add(
            new Figure(what + "all run: server's processor time", used, Figure.Unit.SECONDS));
      }
      return figures;
    }
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
