package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.api.model.core.v1.ResourceRequirements;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.client.Timers;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.kubelet.container.ContainerSpecs;
import dev.javernetes.kubelet.cri.ContainerView;
import dev.javernetes.kubelet.cri.PodView;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events.EventType;
import dev.javernetes.kubelet.status.ForeignConditions;
import dev.javernetes.kubelet.status.PodStatusComputation;
import dev.javernetes.kubelet.status.ResizeState;
import dev.javernetes.kubelet.status.StatusInputs;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pod's life on this node, on one virtual thread.
 *
 * <pre>
 * SYNCING ──deleted, evicted, all done──► TERMINATING ──all stopped──► TERMINATED ──gone from API──► FINISHED
 * </pre>
 *
 * Everybody else only leaves word ({@link #update}, {@link #wake}, {@link #end}): the thread wakes,
 * looks at what runs, does what is to be done, says how things stand, and sleeps again. An update
 * that ends the pod interrupts whatever the thread waits for while SYNCING.
 */
final class PodWorker {
  private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration MAX_RETRY = Duration.ofSeconds(10);

  enum Phase {
    SYNCING,
    TERMINATING,
    TERMINATED,
    FINISHED
  }

  private final PodServices services;
  private final BooleanSupplier networkReady;
  private final Consumer<PodWorker> onFinished;
  private final ContainerStopper stopper;
  private final PodSync sync;
  private final Allocation allocation;
  private final TerminationMessages messages;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  // guarded by lock
  private boolean dirty = true;
  private Pod pod;
  private boolean removed;
  private @Nullable Verdict verdict;
  private @Nullable Long graceOverride;
  private Phase phase = Phase.SYNCING;
  private boolean closed;

  // owned by the thread
  private PodStatus status;
  private Timers.@Nullable Pending alarm;
  private int failures;
  private boolean cleaned;
  private ResizeState resize = ResizeState.NONE;

  PodWorker(
      PodServices services,
      Pod pod,
      @Nullable Verdict rejection,
      BooleanSupplier networkReady,
      Consumer<PodWorker> onFinished) {
    this.services = services;
    this.pod = pod;
    this.verdict = rejection;
    this.status = pod.status();
    this.networkReady = networkReady;
    this.onFinished = onFinished;
    this.stopper = new ContainerStopper(services);
    this.allocation =
        new Allocation(services.directories().pod(pod.metadata().uid()).resolve("resources.json"));
    this.sync = new PodSync(services, stopper, allocation);
    this.messages = new TerminationMessages(services.directories());
    this.thread = Thread.ofVirtual().name("pod-" + pod.metadata().name()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  String uid() {
    return pod().metadata().uid();
  }

  Pod pod() {
    lock.lock();
    try {
      return pod;
    } finally {
      lock.unlock();
    }
  }

  Phase phase() {
    lock.lock();
    try {
      return phase;
    } finally {
      lock.unlock();
    }
  }

  /** The status said last. */
  PodStatus lastStatus() {
    lock.lock();
    try {
      return status;
    } finally {
      lock.unlock();
    }
  }

  /** The pod's newest form from its source. */
  void update(Pod newer) {
    lock.lock();
    try {
      Pod before = pod;
      pod = newer;
      boolean ends =
          before.metadata().deletionTimestamp() == null
              && newer.metadata().deletionTimestamp() != null;
      if (ends && phase == Phase.SYNCING) {
        thread.interrupt();
      }
      Long less = newer.metadata().deletionGracePeriodSeconds();
      if (phase == Phase.TERMINATING && less != null) {
        stopper.shorten(less);
      }
      if (matters(before, newer)) {
        signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Our own status coming back is no news; somebody else's condition is. */
  private static boolean matters(Pod before, Pod newer) {
    return !before.spec().equals(newer.spec())
        || !meaning(before).equals(meaning(newer))
        || !ForeignConditions.of(before.status()).equals(ForeignConditions.of(newer.status()));
  }

  private static ObjectMeta meaning(Pod pod) {
    return pod.metadata().toBuilder().resourceVersion("").managedFields(List.of()).build();
  }

  /** Its source has no such pod any more. */
  void remove() {
    lock.lock();
    try {
      removed = true;
      if (phase == Phase.SYNCING) {
        thread.interrupt();
      }
      if (phase == Phase.TERMINATING) {
        stopper.shorten(0);
      }
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** The kubelet ends the pod: eviction, a missed deadline, a node shutdown. */
  void end(Verdict reason, @Nullable Long graceSeconds) {
    lock.lock();
    try {
      if (verdict == null) {
        verdict = reason;
        graceOverride = graceSeconds;
      }
      if (phase == Phase.SYNCING) {
        thread.interrupt();
      }
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** Something about the pod may have changed. */
  void wake() {
    lock.lock();
    try {
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** The kubelet ends: containers are left as they are. */
  void close() {
    lock.lock();
    try {
      closed = true;
      signal();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }

  void join(Duration patience) throws InterruptedException {
    boolean ignored = thread.join(patience);
  }

  private void signal() {
    dirty = true;
    woken.signalAll();
  }

  private void run() {
    services.references().register(pod());
    while (true) {
      try {
        if (!await()) {
          return;
        }
        step();
        failures = 0;
        if (phase() == Phase.FINISHED) {
          onFinished.accept(this);
          return;
        }
      } catch (InterruptedException interrupted) {
        wake(); // an update wants to be seen, or close()
      } catch (RuntimeCallException | IOException | RuntimeException problem) {
        Thread.interrupted();
        failures++;
        LOG.warn("pod {}: {}", name(), problem.toString());
        LOG.debug("pod {}", name(), problem);
        Duration delay = RETRY.multipliedBy(failures);
        alarmIn(delay.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : delay);
      }
    }
  }

  /** Waits until there is something to do; false if the kubelet ends. */
  private boolean await() throws InterruptedException {
    lock.lock();
    try {
      while (!dirty && !closed) {
        woken.await();
      }
      dirty = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void step() throws InterruptedException, RuntimeCallException, IOException {
    if (phase() == Phase.SYNCING && endDue()) {
      enter(Phase.TERMINATING);
    }
    switch (phase()) {
      case SYNCING -> syncing();
      case TERMINATING -> terminating();
      case TERMINATED -> terminated();
      case FINISHED -> {}
    }
  }

  private boolean endDue() {
    Pod current = pod();
    checkDeadline(current);
    lock.lock();
    try {
      return removed
          || verdict != null
          || current.metadata().deletionTimestamp() != null
          || PodStatusComputation.terminal(status);
    } finally {
      lock.unlock();
    }
  }

  private void checkDeadline(Pod current) {
    Long seconds = current.spec().activeDeadlineSeconds();
    Instant started = status.startTime();
    if (seconds == null || started == null) {
      return;
    }
    if (!services.timers().instant().isBefore(started.plusSeconds(seconds))) {
      lock.lock();
      try {
        if (verdict == null) {
          verdict =
              new Verdict(
                  "DeadlineExceeded",
                  "Pod was active on the node longer than the specified deadline",
                  null);
          services.events().pod(current, EventType.NORMAL, "DeadlineExceeded", verdict.message());
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void syncing() throws InterruptedException, RuntimeCallException, IOException {
    Pod current = allocated(pod());
    services.references().register(current);
    PodView view = PodView.read(services.runtime(), current.metadata().uid());
    services.probes().track(current, view);
    say(current, view, false);
    if (PodStatusComputation.terminal(status)) {
      enter(Phase.TERMINATING);
      terminating();
      return;
    }
    boolean changed = sync.pass(current, view, networkReady.getAsBoolean());
    if (!allocation.lagging(current).isEmpty()) {
      actuate(current, changed ? PodView.read(services.runtime(), uid()) : view);
      changed = true;
    }
    view = changed ? PodView.read(services.runtime(), current.metadata().uid()) : view;
    if (changed) {
      services.probes().track(current, view);
    }
    say(current, view, false);
    setAlarm(current);
    if (changed && PodStatusComputation.terminal(status)) {
      wake();
    } else if (changed
        && !PodPlan.of(current, view, services.probes().of(uid())).isEmpty()
        && sync.lookAgain() == null) {
      wake(); // the next init container is due already
    }
  }

  /** The pod with what the node gives it; a resize is granted here, or said why not. */
  private Pod allocated(Pod asked) throws IOException {
    Pod effective = allocation.effective(asked);
    if (!allocation.resizeAsked(asked)) {
      resize = resize.pendingReason().isEmpty() ? resize : ResizeState.NONE;
      return effective;
    }
    ResizeFit.Problem problem = services.resizeFit().check(asked);
    if (problem == null) {
      allocation.allocate(asked);
      resize = ResizeState.NONE;
      services.events().pod(asked, EventType.NORMAL, "ResizeStarted", "Pod resize started");
      return asked;
    }
    if (!resize.pendingReason().equals(problem.reason())) {
      services
          .events()
          .pod(asked, EventType.WARNING, "Resize" + problem.reason(), problem.message());
    }
    resize = new ResizeState(problem.reason(), problem.message(), false, "", Map.of());
    return effective;
  }

  private void actuate(Pod current, PodView view) throws InterruptedException {
    Map<String, ResourceRequirements> actual = new HashMap<>();
    allocation
        .lagging(current)
        .forEach(container -> actual.put(container.name(), allocation.actual(container)));
    resize = new ResizeState("", "", true, "", actual);
    say(current, view, false);
    String problem = sync.resize(current, view);
    if (problem.isEmpty()) {
      resize = ResizeState.NONE;
      services.events().pod(current, EventType.NORMAL, "ResizeCompleted", "Pod resize completed");
    } else {
      resize = new ResizeState("", "", true, problem, actual);
    }
  }

  private void terminating() throws InterruptedException, RuntimeCallException, IOException {
    Pod current = pod();
    services.probes().track(current, PodView.empty(uid()));
    PodView view = PodView.read(services.runtime(), uid());
    say(current, view, true);
    if (view.active()) {
      stopper.stopAll(current, view, graceNow(current));
      for (PodSandboxStatus sandbox : view.sandboxes()) {
        services.runtime().stopPodSandbox(sandbox.getId());
      }
      view = PodView.read(services.runtime(), uid());
      if (view.active()) {
        throw new IOException("its containers still run");
      }
      current = pod();
    }
    say(current, view, true);
    enter(Phase.TERMINATED);
    terminated();
  }

  private void terminated() throws InterruptedException, RuntimeCallException, IOException {
    if (!cleaned) {
      services.probes().forget(uid());
      services.references().unregister(uid());
      services.volumes().tearDown(uid());
      services.cgroups().remove(uid());
      services.images().forget(uid());
      cleaned = true;
    }
    Pod current = pod();
    boolean gone;
    lock.lock();
    try {
      gone = removed;
    } finally {
      lock.unlock();
    }
    if (!gone) {
      services.status().flush(uid());
      if (current.metadata().deletionTimestamp() != null) {
        services.status().finishDeletion(current);
      }
      return; // until its source has removed it
    }
    removeFromRuntime(current);
    services.status().forget(uid());
    enter(Phase.FINISHED);
  }

  private void removeFromRuntime(Pod current) throws RuntimeCallException, IOException {
    PodView view = PodView.read(services.runtime(), uid());
    for (ContainerView container : view.containers()) {
      services.runtime().removeContainer(container.id());
    }
    for (PodSandboxStatus sandbox : view.sandboxes()) {
      services.runtime().removePodSandbox(sandbox.getId());
    }
    deleteTree(
        Path.of(services.node().podLogsDirectory())
            .resolve(ContainerSpecs.logDirectoryName(current)));
  }

  private void say(Pod current, PodView view, boolean terminating) {
    Verdict reason;
    lock.lock();
    try {
      reason = verdict;
    } finally {
      lock.unlock();
    }
    StatusInputs inputs =
        new StatusInputs(
            view,
            services.probes().of(current.metadata().uid()),
            sync.waiting(),
            reason,
            PodPlan.needsSandbox(current, view),
            terminating,
            services.node().runtimeName(),
            services.node().hostIps(),
            messages.of(current, view),
            resize,
            services.timers().instant());
    PodStatus former = mergeForeignConditions(current);
    PodStatus computed = PodStatusComputation.of(current, former, inputs);
    lock.lock();
    try {
      status = computed;
    } finally {
      lock.unlock();
    }
    services.status().set(current, computed);
  }

  /** Conditions that others write (readiness gates) are newest in the API's object. */
  private PodStatus mergeForeignConditions(Pod current) {
    return ForeignConditions.merged(status, current.status());
  }

  private long graceNow(Pod current) {
    lock.lock();
    try {
      if (graceOverride != null) {
        return graceOverride;
      }
      if (removed && current.metadata().deletionTimestamp() == null) {
        Long grace = current.spec().terminationGracePeriodSeconds();
        return grace == null ? 30 : grace;
      }
    } finally {
      lock.unlock();
    }
    return ContainerStopper.grace(current);
  }

  private void setAlarm(Pod current) {
    Instant due = sync.lookAgain();
    Long seconds = current.spec().activeDeadlineSeconds();
    if (seconds != null && status.startTime() != null) {
      Instant deadline = status.startTime().plusSeconds(seconds);
      due = due == null || deadline.isBefore(due) ? deadline : due;
    }
    if (due == null) {
      alarmIn(null);
      return;
    }
    Duration left = Duration.between(services.timers().instant(), due);
    alarmIn(left.isPositive() ? left.plusMillis(1) : Duration.ofMillis(1));
  }

  private void alarmIn(@Nullable Duration delay) {
    if (alarm != null) {
      alarm.cancel();
    }
    alarm = delay == null ? null : services.timers().after(delay, this::wake);
  }

  private void enter(Phase next) {
    lock.lock();
    try {
      phase = next;
      dirty = true;
    } finally {
      lock.unlock();
    }
    alarmIn(null);
  }

  private String name() {
    Pod current = pod();
    return current.metadata().namespace() + "/" + current.metadata().name();
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
