package dev.javernetes.kubelet.status;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.client.Backoff;
import dev.javernetes.client.Client;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.Timers;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes pods' statuses to the API: one PATCH at a time per pod, always the newest status, tried
 * again until it is stored or the pod is gone. A pod whose status does not change costs nothing.
 *
 * <p>At most one status per pod waits; a newer one replaces it.
 */
public final class StatusWriter implements StatusSink {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final Backoff RETRY = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private final Client client;
  private final Timers timers;
  private final Function<Pod, @Nullable Pod> apiTwin;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private final Map<String, Entry> entries = new HashMap<>();

  /** Guarded by the lock. */
  private static final class Entry {
    @Nullable PodStatus stored;
    @Nullable PodStatus pending;
    String storedUid = "";
    Pod pod;
    boolean sending;

    Entry(Pod pod) {
      this.pod = pod;
    }
  }

  /** {@code apiTwin}: the API's object for a pod; itself, the mirror of a static one, or null. */
  public StatusWriter(Client client, Timers timers, Function<Pod, @Nullable Pod> apiTwin) {
    this.client = client;
    this.timers = timers;
    this.apiTwin = apiTwin;
  }

  @Override
  public void set(Pod pod, PodStatus status) {
    lock.lock();
    try {
      Entry entry = entries.computeIfAbsent(pod.metadata().uid(), uid -> new Entry(pod));
      entry.pod = pod;
      Pod twin = apiTwin.apply(pod);
      if (twin == null || !twin.metadata().uid().equals(entry.storedUid)) {
        entry.stored = null; // a mirror made anew knows nothing
      }
      if (status.equals(entry.pending != null ? entry.pending : entry.stored)) {
        return;
      }
      entry.pending = status;
      if (!entry.sending) {
        entry.sending = true;
        Thread.ofVirtual().name("status-" + pod.metadata().name()).start(() -> send(entry));
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush(String podUid) throws InterruptedException {
    lock.lock();
    try {
      for (Entry entry = entries.get(podUid);
          entry != null && entry.sending;
          entry = entries.get(podUid)) {
        idle.await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void finishDeletion(Pod pod) {
    Pod twin = apiTwin.apply(pod);
    if (twin == null) {
      return;
    }
    try {
      client.delete(
          Pod.TYPE,
          twin.metadata().namespace(),
          twin.metadata().name(),
          new DeleteOptions(0, "", twin.metadata().uid(), "", false));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND) && !refusal.is(StatusReason.CONFLICT)) {
        throw refusal;
      }
    }
  }

  @Override
  public void forget(String podUid) {
    lock.lock();
    try {
      Entry entry = entries.remove(podUid);
      if (entry != null) {
        entry.pending = null;
      }
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void send(Entry entry) {
    int failures = 0;
    while (true) {
      PodStatus status;
      PodStatus base;
      Pod pod;
      lock.lock();
      try {
        if (entry.pending == null) {
          entry.sending = false;
          idle.signalAll();
          return;
        }
        status = entry.pending;
        pod = entry.pod;
        base = entry.stored;
      } finally {
        lock.unlock();
      }
      try {
        Pod twin = apiTwin.apply(pod);
        if (twin != null) {
          write(twin, base == null ? twin.status() : base, status);
        }
        stored(entry, status, twin);
        failures = 0;
      } catch (ApiException refusal) {
        if (refusal.is(StatusReason.NOT_FOUND) || refusal.is(StatusReason.CONFLICT)) {
          stored(entry, status, pod); // the pod is gone, or another one has its name
        } else {
          failures++;
          LOG.warn("status of pod {}: {}", pod.metadata().name(), refusal.getMessage());
        }
      } catch (UncheckedIOException problem) {
        failures++;
        LOG.debug("status of pod {}: {}", pod.metadata().name(), problem.getMessage());
      }
      if (failures > 0) {
        try {
          timers.sleep(RETRY.delay(failures));
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private void write(Pod twin, PodStatus base, PodStatus status) {
    JsonObject patch = StatusPatch.between(twin.metadata().uid(), base, status);
    if (patch != null) {
      client.patchStatus(
          Pod.TYPE, twin.metadata().namespace(), twin.metadata().name(), Patch.strategic(patch));
    }
  }

  /** {@code twin} null: there is nowhere to write it yet, and it will be set again. */
  private void stored(Entry entry, PodStatus status, @Nullable Pod twin) {
    lock.lock();
    try {
      if (twin != null) {
        entry.stored = status;
        entry.storedUid = twin.metadata().uid();
      }
      if (status.equals(entry.pending)) {
        entry.pending = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
