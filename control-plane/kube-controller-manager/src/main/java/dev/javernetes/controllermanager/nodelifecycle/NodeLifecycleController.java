package dev.javernetes.controllermanager.nodelifecycle;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.coordination.v1.Lease;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodCondition;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers.Selection;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches heartbeats: a node's Lease and its own status. Each heartbeat sets the node's alarm anew;
 * an alarm that goes off means silence. Nothing is polled.
 *
 * <p>Time is ours alone: what counts is when we saw the heartbeat change, not what it says.
 */
public final class NodeLifecycleController implements Controller {

  /** How long a node may be silent, and how fast pods are driven off. */
  public record Settings(
      Duration gracePeriod,
      Duration startupGracePeriod,
      double evictionRate,
      double secondaryEvictionRate,
      double unhealthyZoneThreshold,
      int largeClusterNodes) {}

  private record Seen(@Nullable Object heartbeat, @Nullable Object lease, long nanos) {}

  private final ControllerContext context;
  private final Settings settings;
  private final Zones zones;
  private final Loop<ObjectKey> loop;
  private final Informer<Node> nodes;
  private final Informer<Lease> leases;
  private final Informer.Index<Pod> podsByNode;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, Long> lastEviction = new ConcurrentHashMap<>();

  public NodeLifecycleController(ControllerContext context, Settings settings) {
    this.context = context;
    this.settings = settings;
    this.zones =
        new Zones(
            settings.evictionRate,
            settings.secondaryEvictionRate,
            settings.unhealthyZoneThreshold,
            settings.largeClusterNodes);
    this.loop = Loop.of("node_lifecycle", context, 4);
    this.nodes = loop.informer(Node.TYPE);
    this.leases =
        loop.needing(context.informers().of(Lease.TYPE, new Selection("kube-node-lease", "", "")));
    this.podsByNode = loop.informer(Pod.TYPE).index("node", pod -> List.of(pod.spec().nodeName()));
    loop.on(nodes, EventHandler.each(node -> loop.queue().add(Meta.key(node))));
    loop.on(leases, EventHandler.each(lease -> beat(lease.metadata().name())));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  /**
   * A heartbeat of a healthy node needs no work: its alarm looks at the newest one when it rings.
   */
  private void beat(String name) {
    Node node = nodes.get("", name).orElse(null);
    if (node != null) {
      note(node);
      if (!NodeHealth.ready(node).equals("True")) {
        loop.queue().add(Meta.key(node));
      }
    }
  }

  private Seen note(Node node) {
    NodeCondition ready = NodeHealth.condition(node, "Ready");
    Object heartbeat = ready == null ? null : ready.lastHeartbeatTime();
    Object lease =
        leases
            .get("kube-node-lease", node.metadata().name())
            .map(found -> found.spec().renewTime())
            .orElse(null);
    long now = context.timers().nanoTime();
    return Objects.requireNonNull(
        seen.compute(
            node.metadata().name(),
            (name, before) -> {
              boolean same =
                  before != null
                      && Objects.equals(before.lease, lease)
                      && (Objects.equals(before.heartbeat, heartbeat)
                          || NodeHealth.ready(node).equals("Unknown"));
              return same && before != null ? before : new Seen(heartbeat, lease, now);
            }));
  }

  private void reconcile(ObjectKey key) {
    Node node = nodes.get(key).orElse(null);
    if (node == null) {
      seen.remove(key.name());
      return;
    }
    Seen last = note(node);
    Duration grace =
        NodeHealth.condition(node, "Ready") == null
            ? settings.startupGracePeriod
            : settings.gracePeriod;
    long left = last.nanos + grace.toNanos() - context.timers().nanoTime();
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    if (left > 0) {
      loop.queue().addAfter(key, Duration.ofNanos(left));
    } else {
      Node silent = NodeHealth.silent(node, now);
      if (!silent.equals(node)) {
        node = context.client().updateStatus(Node.TYPE, silent);
      }
    }
    taint(node, now);
    if (!NodeHealth.ready(node).equals("True")) {
      markPodsNotReady(node, now);
    }
  }

  private void taint(Node node, Instant now) {
    String execute = NodeHealth.executeTaint(node);
    boolean tainted =
        node.spec().taints().stream()
            .anyMatch(taint -> taint.key().equals(execute) && taint.effect().equals("NoExecute"));
    boolean evict = !execute.isEmpty() && !tainted && mayEvict(node);
    List<Taint> wanted = NodeHealth.taints(node, evict, now);
    if (wanted.equals(node.spec().taints())) {
      return;
    }
    List<Object> list = new ArrayList<>();
    wanted.forEach(taint -> list.add(taint.toJson()));
    JsonObject change =
        JsonObject.of(
            "metadata", JsonObject.of("resourceVersion", node.metadata().resourceVersion()),
            "spec", JsonObject.of("taints", list));
    context.client().patch(Node.TYPE, "", node.metadata().name(), Patch.merge(change));
  }

  /** One node after another, as the zone's rate says; looks again when its turn comes. */
  private boolean mayEvict(Node node) {
    String zone = Zones.of(node);
    double rate = zones.rates(nodes.list()).getOrDefault(zone, 0.0);
    if (rate <= 0) {
      loop.queue().addAfter(Meta.key(node), Duration.ofSeconds(10));
      return false;
    }
    long interval = (long) (1e9 / rate);
    long now = context.timers().nanoTime();
    long[] wait = {0};
    lastEviction.compute(
        zone,
        (z, before) -> {
          if (before == null || now - before >= interval) {
            return now;
          }
          wait[0] = interval - (now - before);
          return before;
        });
    if (wait[0] > 0) {
      loop.queue().addAfter(Meta.key(node), Duration.ofNanos(wait[0]));
      return false;
    }
    return true;
  }

  private void markPodsNotReady(Node node, Instant now) {
    for (Pod pod : podsByNode.get(node.metadata().name())) {
      PodCondition ready = PodStates.condition(pod, "Ready");
      if (ready == null || !ready.status().equals("True")) {
        continue;
      }
      context.events().warning(ObjectRef.of(pod), "NodeNotReady", "Node is not ready");
      Pod marked =
          pod.toBuilder()
              .status(
                  PodStates.withCondition(
                      pod.status(), "Ready", "False", ready.reason(), ready.message(), now))
              .build();
      try {
        context.client().updateStatus(Pod.TYPE, marked);
      } catch (ApiException refusal) {
        if (!refusal.is(StatusReason.NOT_FOUND) && !refusal.is(StatusReason.CONFLICT)) {
          throw refusal;
        }
        loop.queue().addAfter(Meta.key(node), Duration.ofSeconds(1));
      }
    }
  }
}
