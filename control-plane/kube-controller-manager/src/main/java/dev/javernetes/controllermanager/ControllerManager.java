package dev.javernetes.controllermanager;

import dev.javernetes.client.Client;
import dev.javernetes.client.Informers;
import dev.javernetes.client.LeaderElection;
import dev.javernetes.client.StoredEvents;
import dev.javernetes.client.Timers;
import dev.javernetes.controllermanager.Catalogue.Maker;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All controllers of one process, over one set of informers; each writes as the user that it is
 * given.
 *
 * <pre>{@code
 * ControllerManager manager =
 *     ControllerManager.start(
 *         options, client, ControllerClients.shared(client), new Surroundings(Timers.system(), random, "host_1", exit));
 * manager.close();
 * }</pre>
 *
 * <p>With {@code --leader-elect} nothing runs until this process leads; when it loses the lead,
 * everything stops and {@link Surroundings#onLost} is called.
 */
public final class ControllerManager implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControllerManager.class);
  private static final String USER_AGENT = "kube-controller-manager/v1.36.0 (javernetes)";

  /**
   * What comes from the composition root.
   *
   * @param identity of this process in the leader's Lease
   * @param onLost called when another leads: the process should end
   */
  public record Surroundings(
      Timers timers, RandomGenerator random, String identity, Runnable onLost) {}

  private final ControllerManagerOptions options;
  private final Client client;
  private final ControllerClients clients;
  private final Surroundings surroundings;
  private final Set<String> names;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Controller> running = new ArrayList<>();
  private @Nullable Informers informers;
  private @Nullable HealthEndpoint health;
  private @Nullable Thread election;
  private boolean closed;

  private ControllerManager(
      ControllerManagerOptions options,
      Client client,
      ControllerClients clients,
      Surroundings surroundings,
      Set<String> names) {
    this.options = options;
    this.client = client;
    this.clients = clients;
    this.surroundings = surroundings;
    this.names = names;
  }

  /**
   * Returns at once.
   *
   * @param client for what all controllers share: the lead, what informers read
   * @throws IllegalArgumentException if a setting makes no sense, or names what is not built
   */
  public static ControllerManager start(
      ControllerManagerOptions options,
      Client client,
      ControllerClients clients,
      Surroundings surroundings) {
    Map<String, Maker> makers = Catalogue.controllers();
    Set<String> upstream = new LinkedHashSet<>(makers.keySet());
    upstream.addAll(Catalogue.NOT_BUILT);
    ControllerChoice choice =
        ControllerChoice.of(
            options.list("controllers"), makers.keySet(), Catalogue.OFF_BY_DEFAULT, upstream);
    ControllerManager manager =
        new ControllerManager(
            options, client.as(USER_AGENT), clients, surroundings, choice.names());
    manager.health = HealthEndpoint.start(options);
    if (options.on("leader-elect")) {
      manager.electThenRun();
    } else {
      manager.run();
    }
    return manager;
  }

  /** The controllers that run, or will once this process leads. */
  public Set<String> controllers() {
    return Set.copyOf(names);
  }

  private void electThenRun() {
    LeaderElection.Settings settings =
        new LeaderElection.Settings(
            options.text("leader-elect-resource-namespace"),
            options.text("leader-elect-resource-name"),
            surroundings.identity,
            options.duration("leader-elect-lease-duration"),
            options.duration("leader-elect-renew-deadline"),
            options.duration("leader-elect-retry-period"));
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
      Informers shared = new Informers(client, surroundings.timers, surroundings.random);
      informers = shared;
      Map<String, Maker> makers = Catalogue.controllers();
      for (String name : names) {
        Maker maker = makers.get(name);
        if (maker != null) {
          Client own = clientOf(name);
          ControllerContext context =
              new ControllerContext(
                  own,
                  shared,
                  surroundings.timers,
                  surroundings.random,
                  StoredEvents.core(own, name, "", surroundings.timers));
          running.add(maker.make(context, options));
        }
      }
      shared.start();
      running.forEach(Controller::start);
      log.info("{} controllers run", running.size());
    } finally {
      lock.unlock();
    }
  }

  private Client clientOf(String controller) {
    String account = Catalogue.serviceAccount(controller);
    return account.isEmpty() ? client : clients.of(account).as(USER_AGENT);
  }

  private void stop() {
    lock.lock();
    try {
      running.forEach(Controller::close);
      running.clear();
      if (informers != null) {
        informers.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops all controllers and gives the lead back. The client stays open: it is the caller's. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    stop();
    if (health != null) {
      health.close();
    }
    Thread thread = election;
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(java.time.Duration.ofSeconds(2));
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
