package dev.javernetes.scheduler;

import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventRecorder;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers;
import dev.javernetes.scheduler.framework.CycleState;
import dev.javernetes.scheduler.framework.FitError;
import dev.javernetes.scheduler.framework.NodeSearch;
import dev.javernetes.scheduler.framework.Plugin;
import dev.javernetes.scheduler.framework.PodInfo;
import dev.javernetes.scheduler.framework.Profile;
import dev.javernetes.scheduler.framework.QueuedPod;
import dev.javernetes.scheduler.framework.Snapshot;
import dev.javernetes.scheduler.framework.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every waiting pod a node.
 *
 * <p>One thread runs scheduling cycles, one pod after the other: snapshot, search, assume. Binding
 * goes through the API server and takes its time: each pod's binding cycle has a virtual thread of
 * its own, while the next pod is being looked at already. If a binding fails the assumption is
 * taken back and the pod queues again.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

  /** Bindings under way at once; the scheduling cycle waits when there are more. */
  private static final int BINDINGS_AT_ONCE = 256;

  private static final Duration FIRST_LIST_PATIENCE = Duration.ofMinutes(1);

  private final Map<String, Profile> profiles = new HashMap<>();
  private final SchedulerCache cache = new SchedulerCache();
  private final Nominations nominations = new Nominations();
  private final Semaphore bindings = new Semaphore(BINDINGS_AT_ONCE);
  private final SchedulingQueue queue;
  private final NodeSearch search;
  private final ClusterWriter writer;
  private final Informers informers;
  private @Nullable Thread loop;

  private Scheduler(
      SchedulerOptions options,
      Client client,
      Informers informers,
      EventRecorder events,
      Clock clock,
      RandomGenerator random) {
    this.informers = informers;
    this.search = new NodeSearch(options.percentageOfNodesToScore(), random);
    this.writer = new ClusterWriter(client, events, clock);
    Informer<Namespace> namespaces = informers.of(Namespace.TYPE);
    Informer<PodDisruptionBudget> budgets = informers.of(PodDisruptionBudget.TYPE);
    Profiles.Ports ports =
        new Profiles.Ports(
            name ->
                namespaces
                    .get("", name)
                    .map(namespace -> namespace.metadata().labels())
                    .orElse(Map.of()),
            budgets::list,
            writer,
            writer);
    for (String name : options.schedulerNames()) {
      profiles.put(name, Profiles.standard(name, ports));
    }
    Profile first = profiles.values().iterator().next();
    this.queue =
        new SchedulingQueue(
            first.queueSort()::compare,
            pod -> !profile(pod).preEnqueue(pod).isSuccess(),
            first.wakeUps(),
            clock);
    ClusterWatch watch = new ClusterWatch(profiles.keySet(), cache, queue, nominations);
    informers.of(Node.TYPE).handle(watch.nodes());
    informers.of(Pod.TYPE).handle(watch.pods());
  }

  /** Starts watching and scheduling; returns at once. */
  public static Scheduler start(
      SchedulerOptions options,
      Client client,
      Informers informers,
      EventRecorder events,
      Clock clock,
      RandomGenerator random) {
    Scheduler scheduler = new Scheduler(options, client, informers, events, clock, random);
    informers.start();
    scheduler.loop = Thread.ofVirtual().name("scheduling-cycles").start(scheduler::run);
    return scheduler;
  }

  private Profile profile(PodInfo pod) {
    Profile profile = profiles.get(pod.spec().schedulerName());
    if (profile == null) {
      throw new IllegalArgumentException(
          pod.key() + " belongs to scheduler " + pod.spec().schedulerName());
    }
    return profile;
  }

  private void run() {
    try {
      while (!informers.awaitSynced(FIRST_LIST_PATIENCE)) {
        log.warn("still waiting for the first lists of nodes and pods");
      }
      for (QueuedPod next = queue.take(); next != null; next = queue.take()) {
        try {
          cycle(next);
        } catch (RuntimeException problem) { // one pod must not stop the others
          log.error("cannot schedule {}", next.pod().key(), problem);
          failed(next, Set.of(), "SchedulerError", String.valueOf(problem.getMessage()), null);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void cycle(QueuedPod queued) throws InterruptedException {
    PodInfo pod = queued.pod();
    if (pod.terminating() || cache.isAssumed(pod.uid())) {
      queue.done(pod.uid());
      return;
    }
    Profile profile = profile(pod);
    CycleState state = new CycleState();
    Snapshot snapshot = cache.snapshot();
    switch (search.search(profile, state, pod, snapshot, nominations)) {
      case NodeSearch.Outcome.Found found -> place(profile, state, queued, found.node());
      case NodeSearch.Outcome.NoneFits none -> makeRoom(profile, state, queued, snapshot, none);
      case NodeSearch.Outcome.Failed failed ->
          failed(
              queued,
              Set.of(),
              "SchedulerError",
              String.join(", ", failed.status().reasons()),
              null);
    }
  }

  private void makeRoom(
      Profile profile,
      CycleState state,
      QueuedPod queued,
      Snapshot snapshot,
      NodeSearch.Outcome.NoneFits none) {
    Set<String> rejectedBy = new HashSet<>();
    none.rejections().values().forEach(status -> rejectedBy.add(status.plugin()));
    if (none.preFilter().isRejected()) {
      rejectedBy.add(none.preFilter().plugin());
    }
    if (none.nodes() == 0) {
      rejectedBy.add("NodeName"); // any plug-in that a new node wakes
    }
    String preemption = "";
    String nominated = null;
    if (!none.rejections().isEmpty()) {
      Plugin.PostFilterResult result =
          profile.postFilter(state, queued.pod(), snapshot, none.rejections());
      if (result != null) {
        nominated = result.nominatedNode();
        preemption = String.join(" ", result.status().reasons());
        rejectedBy.add("DefaultPreemption");
        if (result.status().isSuccess() && nominated != null) {
          nominations.put(queued.pod(), nominated);
        } else if (nominated != null) {
          nominations.remove(queued.pod().uid());
        }
      }
    }
    failed(queued, rejectedBy, "Unschedulable", FitError.message(none, preemption), nominated);
  }

  private void place(Profile profile, CycleState state, QueuedPod queued, String node)
      throws InterruptedException {
    PodInfo pod = queued.pod();
    cache.assume(pod, node);
    nominations.remove(pod.uid());
    Status reserved = profile.reserve(state, pod, node);
    Status permitted = reserved.isSuccess() ? profile.permit(state, pod, node) : reserved;
    if (!permitted.isSuccess()) {
      takeBack(profile, state, queued, node, permitted);
      return;
    }
    bindings.acquire();
    Thread.ofVirtual().name("bind " + pod.key()).start(() -> bind(profile, state, queued, node));
  }

  private void bind(Profile profile, CycleState state, QueuedPod queued, String node) {
    try {
      Status status = profile.preBind(state, queued.pod(), node);
      if (status.isSuccess()) {
        status = profile.bind(state, queued.pod(), node);
      }
      if (status.isSuccess()) {
        queue.done(queued.pod().uid());
        profile.postBind(state, queued.pod(), node);
      } else {
        takeBack(profile, state, queued, node, status);
      }
    } catch (RuntimeException problem) {
      log.error("cannot bind {}", queued.pod().key(), problem);
      takeBack(profile, state, queued, node, Status.error(String.valueOf(problem.getMessage())));
    } finally {
      bindings.release();
    }
  }

  private void takeBack(
      Profile profile, CycleState state, QueuedPod queued, String node, Status status) {
    profile.unreserve(state, queued.pod(), node);
    cache.forget(queued.pod());
    Set<String> rejectedBy = status.isRejected() ? Set.of(status.plugin()) : Set.of();
    String reason = status.isRejected() ? "Unschedulable" : "SchedulerError";
    failed(queued, rejectedBy, reason, String.join(", ", status.reasons()), null);
  }

  /**
   * The condition is written by a thread of its own: an unschedulable pod must not hold up the
   * next.
   */
  private void failed(
      QueuedPod queued,
      Set<String> rejectedBy,
      String reason,
      String message,
      @Nullable String nominated) {
    queue.putBack(queued, rejectedBy);
    Thread.startVirtualThread(() -> writer.unschedulable(queued.pod(), reason, message, nominated));
  }

  /** Pods that wait, by queue: active, backoff, unschedulable. */
  public Map<String, Integer> pendingPods() {
    return queue.sizes();
  }

  /** The schedulers that this one is. */
  public List<String> schedulerNames() {
    return profiles.keySet().stream().sorted().toList();
  }

  /** Ends the loop; the informers belong to the caller. */
  @Override
  public void close() {
    queue.close();
    if (loop != null) {
      loop.interrupt();
    }
  }
}
