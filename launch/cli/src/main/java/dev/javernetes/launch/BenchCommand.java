package dev.javernetes.launch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.RequestOptions.ListOptions;
import dev.javernetes.client.RequestOptions.WatchOptions;
import dev.javernetes.client.Watch;
import dev.javernetes.client.WatchEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    description =
        "Measures a running cluster, ours or any other: writes by 1 and 64 clients, a pod to Running, a Deployment of many replicas.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  private static final String NAMESPACE = "j8s-bench";
  private static final int WRITES = 2000;
  private static final long PATIENCE_SECONDS = 120;

  @Mixin private DataDirOption data = new DataDirOption();

  @Option(names = "--kubeconfig", description = "Another cluster than that of --data-dir.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--image",
      defaultValue = "localhost/demo",
      description = "What the pods run (default: ${DEFAULT-VALUE}).")
  private String image = "localhost/demo";

  @Option(
      names = "--pods",
      defaultValue = "10",
      description = "Pods that are started one after the other; 0 leaves them out.")
  private int pods = 10;

  @Option(
      names = "--replicas",
      defaultValue = "0",
      description =
          "Replicas of a Deployment until all pods exist (for simulated nodes); 0 leaves it out.")
  private int replicas;

  private final List<JsonObject> results = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    try (Client client =
        Clients.fromKubeconfig(
            kubeconfig == null ? data.directory().kubeconfig() : kubeconfig, "j8s-bench")) {
      client.create(
          Namespace.TYPE,
          Namespace.fromJson(JsonObject.of("metadata", JsonObject.of("name", NAMESPACE))));
      try {
        writes(client, 1);
        writes(client, 64);
        if (pods > 0) {
          podsToRunning(client);
        }
        if (replicas > 0) {
          deployment(client);
        }
      } finally {
        client.delete(Namespace.TYPE, "", NAMESPACE, DeleteOptions.NONE);
      }
    }
    System.out.println(Json.text(new ArrayList<Object>(results)));
    return 0;
  }

  private void report(String what, double value, String unit) {
    System.out.println(String.format(Locale.ROOT, "%-50s %10.1f %s", what, value, unit));
    results.add(JsonObject.of("what", what, "value", value, "unit", unit));
  }

  private static JsonObject named(String name) {
    return JsonObject.of("metadata", JsonObject.of("name", name, "namespace", NAMESPACE));
  }

  private void writes(Client client, int clients) throws Exception {
    AtomicInteger next = new AtomicInteger();
    int count = clients == 1 ? WRITES / 4 : WRITES;
    long[] nanos = new long[count];
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(
            threads.submit(() -> {
              for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                long before = System.nanoTime();
                client.create(ConfigMap.TYPE, ConfigMap.fromJson(named("c" + clients + "-" + n)));
                nanos[n] = System.nanoTime() - before;
              }
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(nanos);
    report("ConfigMap create, " + clients + " clients", count / seconds, "per second");
    report("ConfigMap create, " + clients + " clients, p99", nanos[count * 99 / 100] / 1e6, "ms");
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

  private void podsToRunning(Client client) throws IOException {
    double[] millis = new double[pods];
    for (int i = 0; i < pods; i++) {
      String name = "p" + i;
      String version = client.list(Pod.TYPE, NAMESPACE, ListOptions.ALL).resourceVersion();
      try (Watch<Pod> watch = client.watch(Pod.TYPE, NAMESPACE, WatchOptions.from(version))) {
        long start = System.nanoTime();
        JsonObject pod = named(name);
        pod.put("spec", podSpec());
        client.create(Pod.TYPE, Pod.fromJson(pod));
        awaitRunning(watch, name);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
      client.delete(Pod.TYPE, NAMESPACE, name, DeleteOptions.grace(0));
    }
    Arrays.sort(millis);
    report("pod created to Running, median", millis[pods / 2], "ms");
    report("pod created to Running, slowest", millis[pods - 1], "ms");
  }

  private static void awaitRunning(Watch<Pod> watch, String name) throws IOException {
    for (WatchEvent<Pod> event = watch.next(); event != null; event = watch.next()) {
      if (event instanceof WatchEvent.Modified<Pod> modified
          && modified.object().metadata().name().equals(name)
          && modified.object().status().phase().equals("Running")) {
        return;
      }
    }
    throw new LaunchException("the watch ended before pod " + name + " was Running");
  }

  private void deployment(Client client) throws InterruptedException {
    JsonObject labels = JsonObject.of("app", "bench");
    JsonObject deployment = named("bench");
    deployment.put(
        "spec",
        JsonObject.of(
            "replicas", (long) replicas,
            "selector", JsonObject.of("matchLabels", labels),
            "template",
                JsonObject.of("metadata", JsonObject.of("labels", labels), "spec", podSpec())));
    long start = System.nanoTime();
    client.create(Deployment.TYPE, Deployment.fromJson(deployment));
    boolean exist = false;
    while (true) {
      List<Pod> present = client.list(Pod.TYPE, NAMESPACE, ListOptions.labels("app=bench")).items();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!exist && present.size() >= replicas) {
        exist = true;
        report("Deployment of " + replicas + " replicas until the pods exist", seconds, "s");
      }
      if (present.stream().filter(pod -> pod.status().phase().equals("Running")).count()
          >= replicas) {
        report("Deployment of " + replicas + " replicas until they run", seconds, "s");
        return;
      }
      if (seconds > PATIENCE_SECONDS) {
        throw new LaunchException(
            "only "
                + present.size()
                + " of "
                + replicas
                + " pods after "
                + PATIENCE_SECONDS
                + " s");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
