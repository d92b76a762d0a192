package dev.javernetes.runtime.pod;

import dev.javernetes.runtime.linux.Terminal;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sizes a client announces, from before there is a terminal.
 *
 * <p>Clients send the first one right after they connect. A program that is started without it sees
 * a terminal of no rows and columns, and some give up on that; so the start waits {@value
 * #FIRST_MILLIS} ms for it.
 */
final class TerminalSizes {
  private static final long FIRST_MILLIS = 250;

  private final ReentrantLock lock = new ReentrantLock();
  private final CompletableFuture<IoStreams.Size> first = new CompletableFuture<>();
  private IoStreams.@Nullable Size latest;
  private @Nullable Terminal terminal;

  TerminalSizes(IoStreams.Resizes resizes) {
    resizes.deliverTo(this::announced);
  }

  private void announced(IoStreams.Size size) {
    lock.lock();
    try {
      latest = size;
      first.complete(size);
      resize();
    } finally {
      lock.unlock();
    }
  }

  /** Null if none came in time. */
  IoStreams.@Nullable Size first() {
    try {
      return first.get(FIRST_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  void applyTo(Terminal value) {
    lock.lock();
    try {
      terminal = value;
      resize();
    } finally {
      lock.unlock();
    }
  }

  private void resize() {
    if (terminal != null && latest != null) {
      try {
        terminal.resize(latest.rows(), latest.columns());
      } catch (IOException e) {
        // the program is gone
      }
    }
  }
}
