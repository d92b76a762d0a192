package dev.javernetes.launch;

import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.launch.bench.BenchException;
import dev.javernetes.launch.bench.Comparison;
import dev.javernetes.launch.bench.EtcdMeasurements;
import dev.javernetes.launch.bench.EtcdTarget;
import io.netty.util.ResourceLeakDetector;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    description =
        "Measures any etcd over gRPC; with --against two in turn, by the same client, and their ratio.",
    mixinStandardHelpOptions = true)
final class EtcdBenchCommand implements Callable<Integer> {
  @Option(
      names = "--endpoint",
      defaultValue = "http://127.0.0.1:2379",
      description = "An etcd that runs (default: ${DEFAULT-VALUE}).")
  private URI endpoint = URI.create("http://127.0.0.1:2379");

  @Option(names = "--against", description = "Another one, measured in turn.")
  private @Nullable URI against;

  @Option(names = "--cacert", description = "Who may sign their certificates.")
  private @Nullable Path caCert;

  @Option(names = "--cert", description = "The own certificate.")
  private @Nullable Path cert;

  @Option(names = "--key", description = "Its key.")
  private @Nullable Path key;

  @Option(
      names = "--only",
      split = ",",
      description = "Of puts1, puts100, puts1000, gets, range, watch (default: all).")
  private List<String> only = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "The median of so many rounds is given (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "How long requests are sent (default: ${DEFAULT-VALUE}).")
  private int seconds = 3;

  @Option(
      names = "--watchers",
      defaultValue = "10000",
      description = "Watches of one prefix (default: ${DEFAULT-VALUE}).")
  private int watchers = 10_000;

  @Override
  public Integer call() throws Exception {
    Map<String, EtcdMeasurements.Measurement> all = EtcdMeasurements.all(seconds, watchers);
    for (String name : only) {
      if (!all.containsKey(name)) {
        throw new LaunchException("--only takes of " + all.keySet() + ", not " + name);
      }
    }
    Comparison comparison = new Comparison();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    try (EtcdTarget target = target(endpoint);
        EtcdTarget other = target(against == null ? endpoint : against)) {
      target.warmUp();
      other.warmUp();
      for (var measurement : all.entrySet()) {
        for (int i = 0; i < rounds && wanted(measurement.getKey()); i++) {
          comparison.add(List.of(measurement.getValue().run(target)));
          if (against != null) {
            comparison.addOther(List.of(measurement.getValue().run(other)));
          }
        }
      }
    } catch (BenchException problem) {
      throw new LaunchException(String.valueOf(problem.getMessage()), problem);
    }
    comparison.lines().forEach(EtcdBenchCommand::print);
    return 0;
  }

  private boolean wanted(String name) {
    return only.isEmpty() || only.contains(name);
  }

  private EtcdTarget target(URI uri) {
    return new EtcdTarget(
        uri, uri.getScheme().equals("https") ? new TlsFiles(cert, key, caCert, false) : null);
  }

  private static void print(Comparison.Line line) {
    String text =
        String.format(Locale.ROOT, "%-52s %10.1f %-3s", line.what(), line.value(), line.unit());
    if (!Double.isNaN(line.other())) {
      text +=
          String.format(
              Locale.ROOT, " other %10.1f  %6.2f times better", line.other(), line.timesBetter());
    }
    System.out.println(text);
  }
}
