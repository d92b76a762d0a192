package dev.javernetes.launch;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.client.Timers;
import dev.javernetes.launch.bench.BenchException;
import dev.javernetes.launch.bench.Comparison;
import dev.javernetes.launch.bench.Figure;
import dev.javernetes.launch.bench.Measurement;
import dev.javernetes.launch.bench.Measurements;
import dev.javernetes.launch.bench.OwnMeasurements;
import dev.javernetes.launch.bench.ServerProcesses;
import dev.javernetes.launch.bench.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    description =
        "Measures. Alone: clusters that it starts and purges (start, memory, pods, a Deployment, requests). "
            + "With --kubeconfig: any cluster that runs; with --against, two in turn and their ratio. "
            + "Prints a table and, as the last line, JSON.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  private static final int SIMULATED_NODES = 10;
  private static final int START_ROUNDS = 3;
  private static final Set<String> NEEDS_A_NODE = Set.of("pods", "deployment");

  @Option(names = "--kubeconfig", description = "A cluster that runs.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--pid",
      split = ",",
      paramLabel = "PID",
      description = "Its servers' processes here, for processor time and memory.")
  private List<Long> pids = new ArrayList<>();

  @Option(names = "--against", description = "Another one, measured in turn.")
  private @Nullable Path against;

  @Option(
      names = "--against-pid",
      split = ",",
      paramLabel = "PID",
      description = "The other one's processes.")
  private List<Long> otherPids = new ArrayList<>();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of start, node, create, update, get, patch, watch, list, pods, deployment (default: all; with --kubeconfig all that need no node).")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "The median of so many rounds is given (default: ${DEFAULT-VALUE}).")
  private int rounds = 1;

  @Option(
      names = "--image",
      defaultValue = "localhost/demo",
      description = "What the pods run (default: ${DEFAULT-VALUE}).")
  private String image = "localhost/demo";

  @Option(
      names = "--pods",
      defaultValue = "10",
      description = "Pods that are started one after the other (default: ${DEFAULT-VALUE}).")
  private int pods = 10;

  @Option(
      names = "--replicas",
      defaultValue = "1000",
      description = "Of the Deployment (default: ${DEFAULT-VALUE}).")
  private int replicas = 1000;

  @Option(
      names = "--listed",
      defaultValue = "10000",
      description = "Pods of 5 KB that are listed (default: ${DEFAULT-VALUE}).")
  private int listed = 10_000;

  @Option(
      names = "--watchers",
      defaultValue = "1000",
      description = "Watches on one namespace (default: ${DEFAULT-VALUE}).")
  private int watchers = 1000;

  private final Timers timers = Timers.system();
  private final Comparison comparison = new Comparison();

  @Override
  public Integer call() throws Exception {
    if (rounds < 1) {
      throw new LaunchException("--rounds must be at least 1");
    }
    List<Measurement> all =
        Measurements.all(new Measurements.Sizes(image, pods, replicas, listed, watchers));
    try {
      if (kubeconfig == null) {
        ownClusters(all);
      } else {
        running(all, kubeconfig);
      }
    } catch (BenchException problem) {
      throw new LaunchException(String.valueOf(problem.getMessage()), problem);
    }
    print();
    return 0;
  }

  private boolean wanted(String name, boolean byDefault) {
    return only.isEmpty() ? byDefault : only.contains(name);
  }

  private List<Measurement> wanted(List<Measurement> all, boolean nodes) {
    return all.stream()
        .filter(one -> wanted(one.name(), nodes || !NEEDS_A_NODE.contains(one.name())))
        .toList();
  }

  private void ownClusters(List<Measurement> all) throws Exception {
    if (against != null) {
      throw new LaunchException("--against needs --kubeconfig: one running cluster beside another");
    }
    Path launcher = Path.of(Objects.requireNonNull(System.getProperty("j8s.home"))).resolve("j8s");
    OwnMeasurements own = new OwnMeasurements(launcher, timers);
    if (wanted("start", true)) {
      add(own.readyz(START_ROUNDS));
    }
    Measurement onePods =
        all.stream().filter(one -> one.name().equals("pods")).findFirst().orElseThrow();
    if (wanted("node", true)) {
      boolean real =
          DataDirectory.isRoot() && Objects.equals(System.getProperty("os.name"), "Linux");
      add(own.node(real, onePods));
    }
    List<Measurement> rest = wanted(all, true).stream().filter(one -> one != onePods).toList();
    for (int i = 0; i < rounds && !rest.isEmpty(); i++) {
      // the Deployment first: nobody's cluster has had thousands of requests before its first one
      add(
          own.simulated(
              SIMULATED_NODES,
              rest.stream().filter(one -> one.name().equals("deployment")).toList()));
      add(own.simulated(1, rest.stream().filter(one -> !one.name().equals("deployment")).toList()));
    }
  }

  private void running(List<Measurement> all, Path cluster) throws Exception {
    try (Target target = target(cluster, pids);
        Target other = against == null ? null : target(against, otherPids)) {
      for (Measurement measurement : wanted(all, false)) {
        for (int i = 0; i < rounds; i++) {
          add(measurement.run(target));
          if (other != null) {
            comparison.addOther(measurement.run(other));
          }
        }
      }
    }
  }

  private Target target(Path file, List<Long> servers) {
    try {
      return new Target(file, new ServerProcesses(servers), timers);
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot use the kubeconfig " + file + ": " + problem.getMessage(), problem);
    }
  }

  private void add(List<Figure> figures) {
    comparison.add(figures);
    for (Figure figure : figures) { // to be seen at once; the table comes at the end
      System.err.println(
          String.format(
              Locale.ROOT, "%-62s %10.2f %s", figure.what(), figure.value(), figure.unit().text()));
    }
  }

  private void print() {
    List<Object> json = new ArrayList<>();
    for (Comparison.Line line : comparison.lines()) {
      JsonObject entry =
          JsonObject.of("what", line.what(), "value", line.value(), "unit", line.unit());
      String text =
          String.format(Locale.ROOT, "%-62s %10.2f %-11s", line.what(), line.value(), line.unit());
      if (!Double.isNaN(line.other())) {
        entry.put("other", line.other());
        entry.put("timesBetter", line.timesBetter());
        text +=
            String.format(
                Locale.ROOT, " other %10.2f  %7.2f times better", line.other(), line.timesBetter());
      }
      System.out.println(text);
      json.add(entry);
    }
    System.out.println(Json.text(json));
  }
}
