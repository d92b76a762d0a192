package dev.javernetes.launch.bench;

import dev.javernetes.client.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What needs a cluster of its own: how it starts, and what it takes when nothing happens. */
public final class OwnMeasurements {
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Path launcher;
  private final Timers timers;

  public OwnMeasurements(Path launcher, Timers timers) {
    this.launcher = launcher;
    this.timers = timers;
  }

  /** Each round with an empty data directory. */
  public List<Figure> readyz(int rounds) throws IOException, InterruptedException {
    double[] seconds = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      try (OwnCluster cluster = new OwnCluster(launcher, timers)) {
        seconds[i] = cluster.readySeconds();
      }
    }
    Arrays.sort(seconds);
    return List.of(
        new Figure("process start to /readyz: median", seconds[rounds / 2], Figure.Unit.SECONDS));
  }

  /** A real node where root may have one, else a simulated one. */
  public List<Figure> node(boolean real, Measurement pods) throws Exception {
    List<Figure> figures = new ArrayList<>();
    try (OwnCluster cluster = new OwnCluster(launcher, timers)) {
      double seconds = real ? cluster.up() : cluster.up("--simulated");
      figures.add(new Figure("./j8s up until the node is Ready", seconds, Figure.Unit.SECONDS));
      try (Target target = new Target(cluster.kubeconfig(), cluster.processes(), timers)) {
        figures.addAll(pods.run(target));
        timers.sleep(SETTLE);
        double cpu = target.servers().cpuSeconds();
        timers.sleep(IDLE);
        double idle = (target.servers().cpuSeconds() - cpu) / IDLE.toSeconds();
        figures.add(new Figure("idle: processor", idle * 100, Figure.Unit.PERCENT_OF_A_CORE));
        figures.add(
            new Figure(
                "idle: resident memory",
                target.servers().residentMegabytes(),
                Figure.Unit.MEGABYTES));
      }
    }
    return figures;
  }

  /** On a cluster with this many simulated nodes. */
  public List<Figure> simulated(int nodes, List<Measurement> measurements) throws Exception {
    List<Figure> figures = new ArrayList<>();
    try (OwnCluster cluster = new OwnCluster(launcher, timers)) {
      cluster.up("--simulated", "--nodes", Integer.toString(nodes));
      try (Target target = new Target(cluster.kubeconfig(), cluster.processes(), timers)) {
        for (Measurement measurement : measurements) {
          figures.addAll(measurement.run(target));
        }
      }
    }
    return figures;
  }
}
