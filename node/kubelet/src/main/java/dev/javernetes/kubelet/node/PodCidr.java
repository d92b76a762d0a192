package dev.javernetes.kubelet.node;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.client.Backoff;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the address range that the cluster gave to this node to the runtime, which makes the pods'
 * network of it; a runtime with a network of its own ignores it.
 */
public final class PodCidr implements EventHandler<Node> {
  private static final Logger LOG = LoggerFactory.getLogger(PodCidr.class);
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  private final ContainerRuntime runtime;
  private final Timers timers;
  private final Runnable onGiven;
  private final AtomicReference<String> given = new AtomicReference<>("");

  /** {@code onGiven} runs when the runtime has taken a range. */
  public PodCidr(ContainerRuntime runtime, Timers timers, Runnable onGiven) {
    this.runtime = runtime;
    this.timers = timers;
    this.onGiven = onGiven;
  }

  @Override
  public void added(Node node, boolean initial) {
    seen(node);
  }

  @Override
  public void changed(Node before, Node now) {
    seen(now);
  }

  @Override
  public void deleted(Node node) {
    // pods keep their addresses
  }

  private void seen(Node node) {
    String cidrs =
        node.spec().podCIDRs().isEmpty()
            ? node.spec().podCIDR()
            : String.join(",", node.spec().podCIDRs());
    if (!cidrs.isEmpty() && !cidrs.equals(given.getAndSet(cidrs))) {
      Thread.ofVirtual().name("pod-cidr").start(() -> give(cidrs));
    }
  }

  private void give(String cidrs) {
    for (int failures = 1; cidrs.equals(given.get()); failures++) {
      try {
        runtime.updatePodCidr(cidrs);
        onGiven.run();
        return;
      } catch (RuntimeCallException problem) {
        LOG.warn("giving {} to the runtime: {}", cidrs, problem.getMessage());
        try {
          timers.sleep(RETRY.delay(failures));
        } catch (InterruptedException stopped) {
          return;
        }
      }
    }
  }
}
