package dev.javernetes.apiserver.pipeline;

import java.util.concurrent.locks.LockSupport;

/**
 * What to do between two tries at the same object. The store shows a write only once it is durable,
 * but compares with it at once: who lost against a write that is still being synced would read the
 * old object again and lose again, a hundred times within one fsync. So the next try waits a
 * little, the longer the more have failed: 1 ms, 2 ms … 20 ms.
 */
final class Contention {
  private static final long MILLI = 1_000_000;
  private static final int LONGEST_MILLIS = 20;

  private Contention() {}

  static void pause(int attempt) {
    LockSupport.parkNanos(Math.min(attempt, LONGEST_MILLIS) * MILLI);
  }
}
