package dev.javernetes.runtime.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a client sends, handed from the event loop to a blocking reader.
 *
 * <p>Above {@value #HIGH} waiting bytes the connection is no longer read; below {@value #LOW} it is
 * again. One slow stream so holds back all of its connection: what memory it costs is known, and
 * TCP tells the sender.
 */
final class InboundStream extends InputStream {
  static final int HIGH = 1 << 20;
  static final int LOW = 256 << 10;

  interface ReadSwitch {
    void reading(boolean on);
  }

  private final ReadSwitch readSwitch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> chunks = new ArrayDeque<>();
  private int offset;
  private long waiting;
  private boolean paused;
  private boolean ended;

  InboundStream(ReadSwitch readSwitch) {
    this.readSwitch = readSwitch;
  }

  /** Called on the event loop. */
  void offer(byte[] chunk) {
    lock.lock();
    try {
      if (ended || chunk.length == 0) {
        return;
      }
      chunks.add(chunk);
      waiting += chunk.length;
      if (waiting > HIGH && !paused) {
        paused = true;
        readSwitch.reading(false);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What was offered is still read; then comes the end. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int at, int length) throws IOException {
    lock.lock();
    try {
      while (chunks.isEmpty() && !ended) {
        changed.await();
      }
      byte[] chunk = chunks.peek();
      if (chunk == null) {
        return -1;
      }
      int n = Math.min(length, chunk.length - offset);
      System.arraycopy(chunk, offset, buffer, at, n);
      offset += n;
      waiting -= n;
      if (offset == chunk.length) {
        chunks.remove();
        offset = 0;
      }
      if (paused && waiting < LOW) {
        paused = false;
        readSwitch.reading(true);
      }
      return n;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    } finally {
      lock.unlock();
    }
  }
}
