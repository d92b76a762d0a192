package dev.javernetes.kubelet.simulated;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.node.Capacity;
import dev.javernetes.kubelet.node.Machine;
import dev.javernetes.kubelet.node.NodeDescription;
import dev.javernetes.kubelet.node.NodeIdentity;
import dev.javernetes.kubelet.node.NodeLease;
import dev.javernetes.kubelet.node.NodeObservation;
import dev.javernetes.kubelet.node.NodeReporter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many nodes in one process: they register, renew their leases, and every pod bound to one is
 * Running and Ready at once, with an address. Deleting a pod removes it at once. No container is
 * started, no root is needed.
 *
 * <pre>{@code
 * try (var nodes = SimulatedNodes.start(client, 3, SimulatedOptions.defaults(), Timers.system(), random)) { … }
 * }</pre>
 *
 * <p>One watch on all pods serves all nodes, and at most {@link #WRITERS} statuses are written at
 * the same time.
 */
public final class SimulatedNodes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedNodes.class);
  private static final int WRITERS = 32;
  private static final int ATTEMPTS = 5;

  private final Client client;
  private final Timers timers;
  private final Informers informers;
  private final Map<String, SimulatedNode> nodes = new LinkedHashMap<>();
  private final Set<String> settled = ConcurrentHashMap.newKeySet();
  private final Semaphore writers = new Semaphore(WRITERS);
  private volatile boolean closed;

  private record SimulatedNode(
      int number, String address, NodeReporter reporter, NodeLease lease) {}

  private SimulatedNodes(Client client, Timers timers, RandomGenerator random) {
    this.client = client;
    this.timers = timers;
    this.informers = new Informers(client, timers, random);
  }

  /** Returns at once; the nodes are Ready a moment later, see {@link #awaitReady}. */
  public static SimulatedNodes start(
      Client client, int count, SimulatedOptions options, Timers timers, RandomGenerator random) {
    if (count < 1 || count > 65_000) {
      throw new IllegalArgumentException("1 to 65000 simulated nodes, not " + count);
    }
    SimulatedNodes all = new SimulatedNodes(client.as("kubelet"), timers, random);
    for (int i = 0; i < count; i++) {
      SimulatedNode node = all.node(i, options);
      all.nodes.put(options.namePrefix() + i, node);
    }
    Informer<Pod> pods = all.informers.of(Pod.TYPE);
    pods.handle(all.new Handler());
    all.informers.start();
    all.nodes
        .values()
        .forEach(node -> {
          node.reporter.start();
          node.lease.start();
        });
    return all;
  }

  /** False if they are not all registered within {@code patience}. */
  public boolean awaitReady(Duration patience) throws InterruptedException {
    long deadline = timers.nanoTime() + patience.toNanos();
    for (SimulatedNode node : nodes.values()) {
      while (node.reporter.latest() == null) {
        if (timers.nanoTime() > deadline) {
          return false;
        }
        timers.sleep(Duration.ofMillis(5));
      }
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    informers.close();
    nodes
        .values()
        .forEach(node -> {
          node.lease.close();
          node.reporter.close();
        });
  }

  private SimulatedNode node(int number, SimulatedOptions options) {
    String name = options.namePrefix() + number;
    String address = "198.18.%d.%d".formatted(number >> 8, number & 255); // RFC 2544: for benches
    Machine machine =
        new Machine(
            options.processors(),
            options.memoryBytes(),
            Map.of(),
            name,
            name,
            name,
            "simulated",
            "Javernetes simulated node",
            Machine.architectureHere(),
            List.of(address),
            false);
    NodeIdentity identity =
        new NodeIdentity(
            name,
            name,
            List.of(address),
            options.labels(),
            List.of(),
            10250,
            "simulated://0.1.0",
            false);
    Capacity capacity =
        Capacity.of(machine, 1L << 40, options.maxPods(), Map.<String, Quantity>of());
    NodeObservation fine =
        new NodeObservation(List.of(), false, false, false, List.of(), List.of(), false);
    NodeReporter reporter =
        new NodeReporter(
            client,
            timers,
            identity,
            new NodeDescription(machine, identity, capacity),
            () -> fine,
            true);
    NodeLease lease = new NodeLease(client, timers, name, reporter::latest);
    return new SimulatedNode(number, address, reporter, lease);
  }

  private final class Handler implements EventHandler<Pod> {
    @Override
    public void added(Pod pod, boolean initial) {
      seen(pod);
    }

    @Override
    public void changed(Pod before, Pod now) {
      seen(now);
    }

    @Override
    public void deleted(Pod pod) {
      settled.remove(pod.metadata().uid());
    }

    private void seen(Pod pod) {
      SimulatedNode node = nodes.get(pod.spec().nodeName());
      if (node == null) {
        return;
      }
      String uid = pod.metadata().uid();
      if (pod.metadata().deletionTimestamp() != null) {
        write(pod, () -> remove(pod));
      } else if (settled.add(uid)) {
        boolean done =
            pod.status().phase().equals("Running")
                || pod.status().phase().equals("Succeeded")
                || pod.status().phase().equals("Failed");
        if (!done) {
          write(pod, () -> run(pod, node));
        }
      }
    }
  }

  private void write(Pod pod, Runnable request) {
    Thread.ofVirtual()
        .name("simulated-pod")
        .start(() -> {
          try {
            writers.acquire();
            try {
              attempt(pod, request);
            } finally {
              writers.release();
            }
          } catch (InterruptedException stopped) {
            // the nodes end
          }
        });
  }

  private void attempt(Pod pod, Runnable request) throws InterruptedException {
    for (int i = 1; i <= ATTEMPTS && !closed; i++) {
      try {
        request.run();
        return;
      } catch (ApiException refusal) {
        if (refusal.is(StatusReason.NOT_FOUND) || refusal.is(StatusReason.CONFLICT)) {
          return;
        }
        LOG.debug("simulated pod {}: {}", pod.metadata().name(), refusal.getMessage());
      } catch (UncheckedIOException unreachable) {
        LOG.debug("simulated pod {}: {}", pod.metadata().name(), unreachable.getMessage());
      }
      timers.sleep(Duration.ofMillis(100L * i));
    }
    settled.remove(pod.metadata().uid());
  }

  private void run(Pod pod, SimulatedNode node) {
    String ip = podIp(pod);
    PodStatus status = SimulatedPodStatus.running(pod, ip, node.address, timers.instant());
    JsonObject patch =
        JsonObject.of(
            "metadata", JsonObject.of("uid", pod.metadata().uid()), "status", status.toJson());
    client.patchStatus(
        Pod.TYPE, pod.metadata().namespace(), pod.metadata().name(), Patch.strategic(patch));
  }

  private void remove(Pod pod) {
    client.delete(
        Pod.TYPE,
        pod.metadata().namespace(),
        pod.metadata().name(),
        new DeleteOptions(0, "", pod.metadata().uid(), "", false));
  }

  /** In 10.0.0.0/8 (less its edges), from the uid: stable, and collisions do no harm here. */
  private static String podIp(Pod pod) {
    int hash = pod.metadata().uid().hashCode();
    return "10.%d.%d.%d"
        .formatted(hash >>> 16 & 255, hash >>> 8 & 255, 1 + Math.floorMod(hash & 255, 254));
  }

  /** The node's object as the API has it; null if there is none of this name yet. */
  public @Nullable Node find(String name) {
    SimulatedNode node = nodes.get(name);
    return node == null ? null : node.reporter.latest();
  }

  public List<String> names() {
    return new ArrayList<>(nodes.keySet());
  }
}
