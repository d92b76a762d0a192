package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Probe;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events.EventType;
import dev.javernetes.kubelet.pod.LifecycleHooks.HookFailedException;
import dev.javernetes.kubelet.pod.PodAction.KillReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stops containers: preStop hook, the stop signal, and after the grace period the end.
 *
 * <p>A whole pod stops in order: ephemeral and regular containers together, then sidecars, the last
 * one first (KEP-753), all within one grace period. {@link #shorten} hurries a stop under way, as a
 * second delete with less grace asks for.
 */
final class ContainerStopper {
  private static final long MINIMUM_GRACE_SECONDS = 2;

  private final PodServices services;
  private final LifecycleHooks hooks;
  private final List<Thread> underWay = new ArrayList<>();
  private volatile @Nullable Instant deadline;

  ContainerStopper(PodServices services) {
    this.services = services;
    this.hooks = new LifecycleHooks(services.runtime(), services.timers());
  }

  /** Stops one container of a pod that goes on. */
  void stop(Pod pod, Container container, ContainerView view, KillReason reason, String message)
      throws RuntimeCallException, InterruptedException {
    long grace = grace(pod);
    Probe probe =
        switch (reason) {
          case LIVENESS -> container.livenessProbe();
          case STARTUP -> container.startupProbe();
          case CHANGED, UNKNOWN_STATE -> null;
        };
    if (probe != null && probe.terminationGracePeriodSeconds() != null) {
      grace = probe.terminationGracePeriodSeconds();
    }
    services.events().container(pod, container, EventType.NORMAL, "Killing", message);
    Instant end = services.timers().instant().plusSeconds(grace);
    preStop(pod, container, view, end);
    services.runtime().stopContainer(view.id(), remaining(end));
  }

  /** Stops all running containers of a pod within {@code graceSeconds}; returns when they have. */
  void stopAll(Pod pod, PodView view, long graceSeconds) throws InterruptedException {
    deadline = services.timers().instant().plusSeconds(graceSeconds);
    List<ContainerView> first = new ArrayList<>();
    for (ContainerView running : view.running()) {
      Container container = PodContainers.find(pod, running.name());
      boolean sidecar =
          container != null
              && PodContainers.isInit(pod, running.name())
              && PodContainers.isSidecar(container);
      if (!sidecar) {
        first.add(running);
      }
    }
    stopTogether(pod, first);
    for (Container sidecar : PodContainers.init(pod).reversed()) {
      List<ContainerView> running =
          view.running().stream().filter(v -> v.name().equals(sidecar.name())).toList();
      if (PodContainers.isSidecar(sidecar)) {
        stopTogether(pod, running);
      }
    }
  }

  /** From another thread: no more than this is left from now. */
  void shorten(long graceSeconds) {
    Instant sooner = services.timers().instant().plusSeconds(graceSeconds);
    Instant current = deadline;
    if (current != null && sooner.isBefore(current)) {
      deadline = sooner;
      synchronized (underWay) {
        underWay.forEach(Thread::interrupt);
      }
    }
  }

  static long grace(Pod pod) {
    if (pod.metadata().deletionGracePeriodSeconds() != null) {
      return pod.metadata().deletionGracePeriodSeconds();
    }
    Long grace = pod.spec().terminationGracePeriodSeconds();
    return grace == null ? 30 : grace;
  }

  private void stopTogether(Pod pod, List<ContainerView> views) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (ContainerView view : views) {
      threads.add(
          Thread.ofVirtual().name("stop-" + view.name()).unstarted(() -> stopOne(pod, view)));
    }
    synchronized (underWay) {
      underWay.addAll(threads);
    }
    threads.forEach(Thread::start);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } finally {
      synchronized (underWay) {
        underWay.removeAll(threads);
      }
    }
  }

  private void stopOne(Pod pod, ContainerView view) {
    Container container = PodContainers.find(pod, view.name());
    if (container != null) {
      services
          .events()
          .container(
              pod, container, EventType.NORMAL, "Killing", "Stopping container " + view.name());
      try {
        preStop(pod, container, view, deadline());
      } catch (InterruptedException hurried) {
        // less time than thought: on to the signal
      }
    }
    while (true) {
      Instant seen = deadline();
      try {
        services.runtime().stopContainer(view.id(), remaining(seen));
        return;
      } catch (RuntimeCallException problem) {
        boolean hurried =
            problem.is(RuntimeCallException.Kind.CANCELLED) && deadline().isBefore(seen);
        Thread.interrupted();
        if (!hurried) {
          return; // the worker looks again and tries again
        }
      }
    }
  }

  private void preStop(Pod pod, Container container, ContainerView view, Instant end)
      throws InterruptedException {
    if (container.lifecycle() == null || container.lifecycle().preStop() == null) {
      return;
    }
    Duration limit = Duration.between(services.timers().instant(), end);
    if (!limit.isPositive()) {
      return;
    }
    var handler = container.lifecycle().preStop();
    String podIp = pod.status().podIP();
    Thread hook =
        Thread.ofVirtual()
            .name("prestop-" + container.name())
            .start(() -> {
              try {
                hooks.run(handler, container, view.id(), podIp);
              } catch (HookFailedException problem) {
                services
                    .events()
                    .container(
                        pod,
                        container,
                        EventType.WARNING,
                        "FailedPreStopHook",
                        "PreStopHook failed");
              } catch (InterruptedException late) {
                // its time is over
              }
            });
    try {
      if (!hook.join(limit)) {
        hook.interrupt();
      }
    } catch (InterruptedException hurried) {
      hook.interrupt();
      throw hurried;
    }
  }

  private Instant deadline() {
    Instant current = deadline;
    return current == null ? services.timers().instant() : current;
  }

  private long remaining(Instant end) {
    long left = Duration.between(services.timers().instant(), end).toSeconds();
    return Math.max(MINIMUM_GRACE_SECONDS, left);
  }
}
