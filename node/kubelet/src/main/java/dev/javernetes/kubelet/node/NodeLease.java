package dev.javernetes.kubelet.node;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.model.coordination.v1.Lease;
import dev.javernetes.api.model.coordination.v1.LeaseSpec;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.Backoff;
import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's heartbeat: a Lease in {@code kube-node-lease}, renewed every ten seconds (KEP-589).
 */
public final class NodeLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);
  private static final String NAMESPACE = "kube-node-lease";
  private static final int DURATION_SECONDS = 40;
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(7));

  private final Client client;
  private final Timers timers;
  private final String nodeName;
  private final Supplier<@Nullable Node> node;
  private final Thread thread;

  public NodeLease(Client client, Timers timers, String nodeName, Supplier<@Nullable Node> node) {
    this.client = client;
    this.timers = timers;
    this.nodeName = nodeName;
    this.node = node;
    this.thread = Thread.ofVirtual().name("node-lease").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    Lease held = null;
    int failures = 0;
    try {
      while (true) {
        try {
          held = renew(held);
          failures = 0;
        } catch (ApiException refusal) {
          held = null; // read it anew: it was changed or deleted
          failures++;
          if (failures > 2) {
            LOG.warn("node lease: {}", refusal.getMessage());
          }
        } catch (UncheckedIOException unreachable) {
          failures++;
          LOG.debug("node lease: {}", unreachable.getMessage());
        }
        timers.sleep(failures > 0 ? RETRY.delay(failures) : RENEW);
      }
    } catch (InterruptedException stopped) {
      // the kubelet ends; the lease runs out by itself
    }
  }

  private Lease renew(@Nullable Lease held) {
    Lease current = held;
    if (current == null) {
      current = client.find(Lease.TYPE, NAMESPACE, nodeName).orElse(null);
    }
    if (current == null) {
      return client.create(Lease.TYPE, renewed(Lease.builder().metadata(metadata()).build()));
    }
    return client.update(Lease.TYPE, renewed(current));
  }

  private Lease renewed(Lease lease) {
    LeaseSpec spec =
        lease.spec().toBuilder()
            .holderIdentity(nodeName)
            .leaseDurationSeconds(DURATION_SECONDS)
            .renewTime(timers.instant().truncatedTo(ChronoUnit.MICROS))
            .build();
    Lease.Builder result = lease.toBuilder().spec(spec);
    if (lease.metadata().ownerReferences().isEmpty() && node.get() != null) {
      result.metadata(lease.metadata().toBuilder().ownerReferences(owner()).build());
    }
    return result.build();
  }

  private ObjectMeta metadata() {
    return ObjectMeta.builder()
        .name(nodeName)
        .namespace(NAMESPACE)
        .ownerReferences(owner())
        .build();
  }

  private List<OwnerReference> owner() {
    Node owner = node.get();
    if (owner == null) {
      return List.of();
    }
    return List.of(
        OwnerReference.builder()
            .apiVersion("v1")
            .kind("Node")
            .name(nodeName)
            .uid(owner.metadata().uid())
            .build());
  }
}
