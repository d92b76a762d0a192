package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.Informers;
import dev.javernetes.client.StoredEvents;
import dev.javernetes.client.Timers;
import dev.javernetes.scheduler.Scheduler;
import dev.javernetes.scheduler.SchedulerOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "scheduler", description = "kube-scheduler alone.", mixinStandardHelpOptions = true)
final class SchedulerCommand implements Callable<Integer> {
  @Option(
      names = "--kubeconfig",
      required = true,
      description = "How to reach the API server, and as whom.")
  private Path kubeconfig = Path.of("");

  @Option(
      names = "--leader-elect",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true",
      description = "Only one of several schedulers works at a time (default: ${DEFAULT-VALUE}).")
  private boolean leaderElect = true;

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    String identity = InetAddress.getLocalHost().getHostName() + "_" + UUID.randomUUID();
    try (Client client = Clients.fromKubeconfig(kubeconfig, "kube-scheduler")) {
      if (!leaderElect) {
        run(client, identity);
        return 0;
      }
      Standalone.lead(client, "kube-scheduler", identity, () -> runUninterrupted(client, identity));
      throw new LaunchException("another scheduler leads now");
    }
  }

  private static void runUninterrupted(Client client, String identity) {
    try {
      run(client, identity);
    } catch (InterruptedException lost) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Client client, String identity) throws InterruptedException {
    Timers timers = Timers.system();
    try (Informers informers = new Informers(client, timers, RandomGenerator.getDefault());
        Scheduler scheduler =
            Scheduler.start(
                SchedulerOptions.DEFAULT,
                client,
                informers,
                StoredEvents.v1(client, "default-scheduler", identity, timers),
                Clock.systemUTC(),
                RandomGenerator.getDefault())) {
      System.err.println("schedules for " + scheduler.schedulerNames());
      Standalone.awaitStop();
    }
  }
}
