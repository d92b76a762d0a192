package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.request.FrameSource;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A watch whose events somebody else converts: a thread asks for it, ahead of the reader by at most
 * {@value #CAPACITY} events, so that whoever sends them (an event loop) never waits. An event that
 * cannot be converted ends the watch with an error.
 */
final class ConvertedWatch implements FrameSource {
  private static final int CAPACITY = 64;

  private final FrameSource watch;
  private final Function<JsonObject, Frame> failure;
  private final Executor threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();
  private @Nullable Runnable ready;
  private boolean signalled;
  private boolean running;
  private boolean again;
  private boolean ended;

  /**
   * @param failure makes the last frame of a Status
   */
  ConvertedWatch(FrameSource watch, Function<JsonObject, Frame> failure, Executor threads) {
    this.watch = watch;
    this.failure = failure;
    this.threads = threads;
    watch.onReady(this::schedule);
  }

  private void schedule() {
    lock.lock();
    try {
      again = true;
      if (running || ended || frames.size() >= CAPACITY) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    threads.execute(this::drain);
  }

  private void drain() {
    while (mayTakeMore()) {
      Frame frame;
      boolean failed = false;
      try {
        frame = watch.poll();
      } catch (ApiException problem) {
        frame = failure.apply(problem.status());
        failed = true;
      }
      boolean last = failed || frame == null && watch.ended();
      Runnable signal = null;
      lock.lock();
      try {
        if (frame != null && !ended) {
          frames.add(frame);
          again = true;
        }
        ended |= last;
        if (frame != null || last) {
          signal = takeSignal();
        }
      } finally {
        lock.unlock();
      }
      if (failed) {
        watch.close();
      }
      if (signal != null) {
        signal.run();
      }
    }
  }

  /** Also says that the thread ends, if it may not. */
  private boolean mayTakeMore() {
    lock.lock();
    try {
      if (ended || !again || frames.size() >= CAPACITY) {
        running = false;
        return false;
      }
      again = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Runnable takeSignal() {
    if (ready == null || signalled) {
      return null;
    }
    signalled = true;
    return ready;
  }

  @Override
  public @Nullable Frame poll() {
    Frame frame;
    boolean room;
    lock.lock();
    try {
      frame = frames.poll();
      signalled &= frame != null;
      room = frame != null && frames.size() == CAPACITY - 1;
    } finally {
      lock.unlock();
    }
    if (room) {
      schedule();
    }
    return frame;
  }

  @Override
  public boolean ended() {
    lock.lock();
    try {
      return ended && frames.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onReady(Runnable action) {
    Runnable signal;
    lock.lock();
    try {
      ready = action;
      signal = !frames.isEmpty() || ended ? takeSignal() : null;
    } finally {
      lock.unlock();
    }
    if (signal != null) {
      signal.run();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      frames.clear();
      ready = null;
    } finally {
      lock.unlock();
    }
    watch.close();
  }
}
