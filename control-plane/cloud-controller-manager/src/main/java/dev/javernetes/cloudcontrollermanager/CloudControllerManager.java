package dev.javernetes.cloudcontrollermanager;

import dev.javernetes.client.Client;
import dev.javernetes.client.Informers;
import dev.javernetes.client.LeaderElection;
import dev.javernetes.client.StoredEvents;
import dev.javernetes.client.Timers;
import dev.javernetes.client.component.Flags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loops for what a provider does.
 *
 * <pre>{@code
 * CloudControllerManager.start(
 *     CloudControllerManager.FLAGS.parse(arguments), new LocalCloud(), client, surroundings);
 * }</pre>
 */
public final class CloudControllerManager implements AutoCloseable {
  /** Every flag with its default; the names are upstream's. */
  public static final Flags FLAGS =
      Flags.of(
          "cloud-provider", "local",
          "cluster-name", "kubernetes",
          "kubeconfig", "",
          "controllers", "*",
          "configure-cloud-routes", "true",
          "allocate-node-cidrs", "false",
          "cluster-cidr", "",
          "leader-elect", "true",
          "leader-elect-lease-duration", "15s",
          "leader-elect-renew-deadline", "10s",
          "leader-elect-retry-period", "2s",
          "leader-elect-resource-name", "cloud-controller-manager",
          "leader-elect-resource-namespace", "kube-system",
          "v", "0");

  private static final List<String> CONTROLLERS =
      List.of("cloud-node-controller", "node-route-controller", "service-lb-controller");

  /**
   * What comes from the composition root.
   *
   * @param identity of this process in the leader's Lease
   * @param onLost called when another leads: the process should end
   */
  public record Surroundings(
      Timers timers, RandomGenerator random, String identity, Runnable onLost) {}

  private final Flags flags;
  private final CloudProvider provider;
  private final Client client;
  private final Surroundings surroundings;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<AutoCloseable> running = new ArrayList<>();
  private @Nullable Thread election;
  private boolean closed;

  private CloudControllerManager(
      Flags flags, CloudProvider provider, Client client, Surroundings surroundings) {
    this.flags = flags;
    this.provider = provider;
    this.client = client.as("cloud-controller-manager/v1.36.0 (javernetes)");
    this.surroundings = surroundings;
  }

  /**
   * Returns at once.
   *
   * @throws IllegalArgumentException if a setting makes no sense
   */
  public static CloudControllerManager start(
      Flags flags, CloudProvider provider, Client client, Surroundings surroundings) {
    for (String name : flags.list("controllers")) {
      String plain = name.startsWith("-") ? name.substring(1) : name;
      if (!plain.equals("*") && !CONTROLLERS.contains(plain)) {
        throw new IllegalArgumentException(
            "--controllers: " + plain + " is not in the list of known controllers");
      }
    }
    CloudControllerManager manager =
        new CloudControllerManager(flags, provider, client, surroundings);
    if (flags.on("leader-elect")) {
      manager.electThenRun();
    } else {
      manager.run();
    }
    return manager;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    stop();
    Thread thread = election;
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(Duration.ofSeconds(2));
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean chosen(String name) {
    List<String> asked = flags.list("controllers");
    return !asked.contains("-" + name) && (asked.contains("*") || asked.contains(name));
  }

  private void electThenRun() {
    LeaderElection.Settings settings =
        new LeaderElection.Settings(
            flags.text("leader-elect-resource-namespace"),
            flags.text("leader-elect-resource-name"),
            surroundings.identity,
            flags.duration("leader-elect-lease-duration"),
            flags.duration("leader-elect-renew-deadline"),
            flags.duration("leader-elect-retry-period"));
    LeaderElection leader =
        new LeaderElection(client, settings, surroundings.timers, surroundings.random);
    election =
        Thread.ofVirtual()
            .name("leader election")
            .start(() -> {
              try {
                leader.run(this::run);
                stop();
                surroundings.onLost.run();
              } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void run() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      Informers informers = new Informers(client, surroundings.timers, surroundings.random);
      CloudContext context =
          new CloudContext(
              client,
              informers,
              surroundings.timers,
              StoredEvents.core(client, "cloud-controller-manager", "", surroundings.timers),
              flags.text("cluster-name"));
      if (chosen("cloud-node-controller")) {
        provider
            .instances()
            .ifPresent(instances -> {
              CloudNodes nodes = new CloudNodes(context, instances);
              running.add(nodes);
              nodes.start();
            });
      }
      if (chosen("node-route-controller") && flags.on("configure-cloud-routes")) {
        provider
            .routes()
            .ifPresent(routes -> {
              CloudRoutes loop = new CloudRoutes(context, routes);
              running.add(loop);
              loop.start();
            });
      }
      if (chosen("service-lb-controller")) {
        provider
            .loadBalancers()
            .ifPresent(balancers -> {
              CloudServices loop = new CloudServices(context, balancers);
              running.add(loop);
              loop.start();
            });
      }
      informers.start();
      running.add(informers);
    } finally {
      lock.unlock();
    }
  }

  private void stop() {
    lock.lock();
    try {
      for (AutoCloseable loop : running) {
        try {
          loop.close();
        } catch (Exception problem) {
          throw new IllegalStateException("a loop does not close", problem);
        }
      }
      running.clear();
    } finally {
      lock.unlock();
    }
  }
}
