package dev.javernetes.kubelet.pod;

import dev.javernetes.client.Backoff;
import dev.javernetes.client.Timers;
import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.PodSandbox;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.CriLabels;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.cri.RuntimeCallException.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which pods' containers changed: by the runtime's event stream (KEP-3386), and by listing
 * all once a minute in case an event was lost. A runtime without events is listed every second, as
 * upstream's generic PLEG does.
 */
public final class RuntimeEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuntimeEvents.class);
  private static final Duration RELIST_WITHOUT_EVENTS = Duration.ofSeconds(1);
  private static final Duration RELIST_WITH_EVENTS = Duration.ofMinutes(1);
  private static final Backoff RECONNECT =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  private final ContainerRuntime runtime;
  private final Timers timers;
  private final Consumer<String> podChanged;
  private final Thread stream;
  private final Thread relist;
  private volatile boolean streaming;
  private volatile boolean closed;
  private final ReentrantLock listing = new ReentrantLock();
  private Map<String, String> known = new HashMap<>();

  public RuntimeEvents(ContainerRuntime runtime, Timers timers, Consumer<String> podChanged) {
    this.runtime = runtime;
    this.timers = timers;
    this.podChanged = podChanged;
    this.stream = Thread.ofVirtual().name("runtime-events").unstarted(this::follow);
    this.relist = Thread.ofVirtual().name("runtime-relist").unstarted(this::relistForever);
  }

  public void start() {
    streaming = true;
    stream.start();
    relist.start();
  }

  @Override
  public void close() {
    closed = true;
    stream.interrupt();
    relist.interrupt();
  }

  private void follow() {
    int failures = 0;
    try {
      while (true) {
        streaming = true;
        try {
          runtime.containerEvents(
              event -> podChanged.accept(event.getPodSandboxStatus().getMetadata().getUid()));
          failures = 1;
        } catch (RuntimeCallException problem) {
          streaming = false;
          if (problem.is(Kind.UNIMPLEMENTED)) {
            LOG.info("the runtime has no container events; listing every second");
            relist.interrupt(); // out of its long sleep
            return;
          }
          if (closed) {
            return;
          }
          failures++;
          LOG.debug("container events: {}", problem.getMessage());
        }
        timers.sleep(RECONNECT.delay(failures));
        relistOnce();
      }
    } catch (InterruptedException stopped) {
      // the kubelet ends
    }
  }

  private void relistForever() {
    while (!closed) {
      relistOnce();
      try {
        timers.sleep(streaming ? RELIST_WITH_EVENTS : RELIST_WITHOUT_EVENTS);
      } catch (InterruptedException woken) {
        // either closed, or the stream turned out not to exist
      }
    }
  }

  /** What differs from the last list is told; the first list tells every pod. */
  private void relistOnce() {
    listing.lock();
    try {
      Map<String, String> now = new HashMap<>();
      Set<String> changed = new HashSet<>();
      for (PodSandbox sandbox : runtime.listPodSandboxes(Map.of())) {
        note(
            now,
            changed,
            sandbox.getId(),
            sandbox.getState().name(),
            sandbox.getMetadata().getUid());
      }
      for (Container container : runtime.listContainers(Map.of())) {
        note(
            now,
            changed,
            container.getId(),
            container.getState().name(),
            container.getLabelsOrDefault(CriLabels.POD_UID, ""));
      }
      known.forEach((id, state) -> {
        if (!now.containsKey(id)) {
          changed.add(state.substring(state.indexOf(' ') + 1));
        }
      });
      known = now;
      changed.forEach(podChanged);
    } catch (RuntimeCallException problem) {
      LOG.debug("listing containers: {}", problem.getMessage());
    } finally {
      listing.unlock();
    }
  }

  private void note(
      Map<String, String> now, Set<String> changed, String id, String state, String uid) {
    String value = state + " " + uid;
    now.put(id, value);
    if (!value.equals(known.get(id))) {
      changed.add(uid);
    }
  }
}
