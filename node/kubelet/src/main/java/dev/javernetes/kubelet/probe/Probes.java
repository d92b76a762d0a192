package dev.javernetes.kubelet.probe;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerStatus;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Probe;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.event.Events.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The probes of all pods: a virtual thread for each probe of each running container, parked between
 * its periods.
 *
 * <p>{@link #track} starts what is due and stops the rest: with a startup probe, liveness and
 * readiness begin when it has succeeded; a liveness or startup probe that failed has nothing more
 * to say about that container.
 */
public final class Probes {

  private record Key(String podUid, ProbeKind kind, String containerId) {}

  private final Prober prober;
  private final Events events;
  private final Timers timers;
  private final Consumer<String> podChanged;
  private final Map<Key, Thread> threads = new ConcurrentHashMap<>();
  private final Map<Key, ProbeVerdict> verdicts = new ConcurrentHashMap<>();

  /** {@code podChanged} is told the uid of a pod when one of its verdicts changed. */
  public Probes(
      ContainerRuntime runtime, Events events, Timers timers, Consumer<String> podChanged) {
    this.prober = new Prober(runtime);
    this.events = events;
    this.timers = timers;
    this.podChanged = podChanged;
  }

  /** The verdicts of one pod. */
  public ProbeVerdicts of(String podUid) {
    return (kind, containerId) ->
        verdicts.getOrDefault(new Key(podUid, kind, containerId), ProbeVerdict.UNKNOWN);
  }

  /** Brings the probes of a pod in line with the containers that run now. */
  public void track(Pod pod, PodView view) {
    String uid = pod.metadata().uid();
    Set<Key> live = new HashSet<>();
    boolean ending = pod.metadata().deletionTimestamp() != null;
    List<Container> probed = new ArrayList<>(PodContainers.regular(pod));
    PodContainers.init(pod).stream().filter(PodContainers::isSidecar).forEach(probed::add);
    for (Container container : probed) {
      ContainerView running = view.latest(container.name());
      if (running == null || !running.running()) {
        continue;
      }
      for (ProbeKind kind : ProbeKind.values()) {
        Probe probe = probe(container, kind);
        if (probe == null) {
          continue;
        }
        Key key = new Key(uid, kind, running.id());
        live.add(key);
        if (ending && kind != ProbeKind.READINESS) {
          stop(key); // a pod that ends is not restarted for being unhealthy
          continue;
        }
        seed(pod, container, running, key);
        if (kind == ProbeKind.STARTUP
            ? verdicts.get(key) != ProbeVerdict.SUCCESS
            : startedUp(uid, container, running)) {
          start(pod, container, running, probe, key, view);
        }
      }
    }
    for (Key key : List.copyOf(verdicts.keySet())) {
      if (key.podUid.equals(uid) && !live.contains(key)) {
        stop(key);
        verdicts.remove(key);
      }
    }
  }

  public void forget(String podUid) {
    for (Key key : List.copyOf(verdicts.keySet())) {
      if (key.podUid.equals(podUid)) {
        stop(key);
        verdicts.remove(key);
      }
    }
  }

  private boolean startedUp(String uid, Container container, ContainerView running) {
    return container.startupProbe() == null
        || verdicts.get(new Key(uid, ProbeKind.STARTUP, running.id())) == ProbeVerdict.SUCCESS;
  }

  /** After a restart of the kubelet, a container is what the API says it was until asked again. */
  private void seed(Pod pod, Container container, ContainerView running, Key key) {
    if (verdicts.containsKey(key)) {
      return;
    }
    ContainerStatus status = statusOf(pod, container.name());
    boolean wasReady = false;
    boolean wasStarted = false;
    if (status != null && status.containerID().endsWith("//" + running.id())) {
      wasReady = Boolean.TRUE.equals(status.ready());
      wasStarted = Boolean.TRUE.equals(status.started());
    }
    ProbeVerdict initial =
        switch (key.kind) {
          case LIVENESS -> ProbeVerdict.SUCCESS;
          case READINESS -> wasReady ? ProbeVerdict.SUCCESS : ProbeVerdict.FAILURE;
          case STARTUP -> wasStarted ? ProbeVerdict.SUCCESS : ProbeVerdict.UNKNOWN;
        };
    verdicts.put(key, initial);
  }

  private void start(
      Pod pod, Container container, ContainerView running, Probe probe, Key key, PodView view) {
    if (threads.containsKey(key)
        || (key.kind != ProbeKind.READINESS && verdicts.get(key) == ProbeVerdict.FAILURE)) {
      return;
    }
    String podIp =
        Boolean.TRUE.equals(pod.spec().hostNetwork()) && !pod.status().hostIP().isEmpty()
            ? pod.status().hostIP()
            : view.ips().isEmpty() ? "127.0.0.1" : view.ips().getFirst();
    threads.computeIfAbsent(
        key,
        k ->
            Thread.ofVirtual()
                .name("probe-" + container.name())
                .start(() -> run(pod, container, running, probe, key, podIp)));
  }

  private void run(
      Pod pod, Container container, ContainerView running, Probe probe, Key key, String podIp) {
    ProbeCounter counter =
        ProbeCounter.starting(
            orElse(probe.successThreshold(), 1),
            orElse(probe.failureThreshold(), 3),
            verdicts.getOrDefault(key, ProbeVerdict.UNKNOWN));
    Duration period = Duration.ofSeconds(Math.max(1, orElse(probe.periodSeconds(), 10)));
    try {
      sleepUntil(running.startedAt(), orElse(probe.initialDelaySeconds(), 0));
      while (true) {
        ProbeAnswer answer = prober.ask(probe, container, running.id(), podIp);
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        tell(pod, container, key.kind, answer);
        ProbeVerdict before = counter.verdict();
        counter = counter.after(answer.success());
        if (counter.verdict() != before && verdicts.replace(key, counter.verdict()) != null) {
          podChanged.accept(key.podUid);
        }
        boolean settled =
            switch (key.kind) {
              case READINESS -> false;
              case LIVENESS -> counter.verdict() == ProbeVerdict.FAILURE;
              case STARTUP -> counter.verdict() != ProbeVerdict.UNKNOWN;
            };
        if (settled) {
          return;
        }
        timers.sleep(period);
      }
    } catch (InterruptedException stopped) {
      // the container is gone, or the kubelet ends
    } finally {
      threads.remove(key, Thread.currentThread());
    }
  }

  private void sleepUntil(@Nullable Instant started, int initialDelaySeconds)
      throws InterruptedException {
    if (initialDelaySeconds == 0 || started == null) {
      return;
    }
    Duration left = Duration.between(timers.instant(), started.plusSeconds(initialDelaySeconds));
    if (left.isPositive()) {
      timers.sleep(left);
    }
  }

  private void tell(Pod pod, Container container, ProbeKind kind, ProbeAnswer answer) {
    if (answer.success()) {
      return;
    }
    String message =
        answer.errored()
            ? kind.text() + " probe errored and resulted in failure state: " + answer.output()
            : kind.text() + " probe failed: " + answer.output();
    events.container(pod, container, EventType.WARNING, "Unhealthy", message);
  }

  private void stop(Key key) {
    Thread thread = threads.remove(key);
    if (thread != null) {
      thread.interrupt();
    }
  }

  private static @Nullable Probe probe(Container container, ProbeKind kind) {
    return switch (kind) {
      case LIVENESS -> container.livenessProbe();
      case READINESS -> container.readinessProbe();
      case STARTUP -> container.startupProbe();
    };
  }

  private static @Nullable ContainerStatus statusOf(Pod pod, String name) {
    for (List<ContainerStatus> statuses :
        List.of(pod.status().containerStatuses(), pod.status().initContainerStatuses())) {
      for (ContainerStatus status : statuses) {
        if (status.name().equals(name)) {
          return status;
        }
      }
    }
    return null;
  }

  private static int orElse(@Nullable Integer value, int fallback) {
    return value == null ? fallback : value;
  }
}
