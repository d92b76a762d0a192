package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.kubelet.status.PodStatusComputation;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All pods of this node: one {@link PodWorker} each, made when a pod is first seen and kept until
 * both its source and its containers are gone.
 *
 * <p>A new pod is admitted first, against those already here; the caller is one thread, so that two
 * pods cannot both get the last CPU.
 */
public final class PodWorkers {
  private final PodServices services;
  private final BooleanSupplier networkReady;
  private final BiFunction<Pod, List<Pod>, @Nullable Verdict> admission;
  private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();

  /**
   * {@code admission} gets the new pod and the active ones, and says why it is refused, or null.
   */
  public PodWorkers(
      PodServices services,
      BooleanSupplier networkReady,
      BiFunction<Pod, List<Pod>, @Nullable Verdict> admission) {
    this.services = services;
    this.networkReady = networkReady;
    this.admission = admission;
  }

  /** A pod as its source has it now. */
  public void update(Pod pod) {
    PodWorker worker = workers.get(pod.metadata().uid());
    if (worker != null) {
      worker.update(pod);
      return;
    }
    Verdict refused = null;
    boolean fresh =
        pod.metadata().deletionTimestamp() == null && !PodStatusComputation.terminal(pod.status());
    if (fresh) {
      refused = admission.apply(pod, active());
    }
    PodWorker created =
        new PodWorker(
            services, pod, refused, networkReady, done -> workers.remove(done.uid(), done));
    workers.put(pod.metadata().uid(), created);
    created.start();
  }

  /** Its source has no such pod any more. */
  public void remove(String uid) {
    PodWorker worker = workers.get(uid);
    if (worker != null) {
      worker.remove();
    }
  }

  public void wake(String uid) {
    PodWorker worker = workers.get(uid);
    if (worker != null) {
      worker.wake();
    }
  }

  public void wakeAll() {
    workers.values().forEach(PodWorker::wake);
  }

  /** Ends a pod by the kubelet's own decision. */
  public void end(String uid, Verdict verdict, @Nullable Long graceSeconds) {
    PodWorker worker = workers.get(uid);
    if (worker != null) {
      worker.end(verdict, graceSeconds);
    }
  }

  public boolean knows(String uid) {
    return workers.containsKey(uid);
  }

  /** Every pod here, with the status said last. */
  public List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    for (PodWorker worker : workers.values()) {
      pods.add(withStatus(worker));
    }
    return pods;
  }

  public @Nullable Pod find(String namespace, String name) {
    for (PodWorker worker : workers.values()) {
      Pod pod = worker.pod();
      if (pod.metadata().namespace().equals(namespace) && pod.metadata().name().equals(name)) {
        return withStatus(worker);
      }
    }
    return null;
  }

  public @Nullable Pod byUid(String uid) {
    PodWorker worker = workers.get(uid);
    return worker == null ? null : withStatus(worker);
  }

  /** Pods that use resources: not ended yet. */
  public List<Pod> active() {
    List<Pod> active = new ArrayList<>();
    for (PodWorker worker : workers.values()) {
      boolean running =
          worker.phase() == PodWorker.Phase.SYNCING
              || worker.phase() == PodWorker.Phase.TERMINATING;
      if (running && !PodStatusComputation.terminal(worker.lastStatus())) {
        active.add(worker.pod());
      }
    }
    return active;
  }

  /** Stops watching over pods; their containers run on. */
  public void close(Duration patience) throws InterruptedException {
    List<PodWorker> all = List.copyOf(workers.values());
    all.forEach(PodWorker::close);
    for (PodWorker worker : all) {
      worker.join(patience);
    }
  }

  private static Pod withStatus(PodWorker worker) {
    PodStatus status = worker.lastStatus();
    return worker.pod().toBuilder().status(status).build();
  }
}
