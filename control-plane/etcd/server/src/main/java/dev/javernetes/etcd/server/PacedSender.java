package dev.javernetes.etcd.server;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Many senders on one gRPC stream: whoever sends waits while the client is behind, which is how a
 * slow client slows its watches down instead of filling the server's memory.
 */
final class PacedSender<T> {
  private final ServerCallStreamObserver<T> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean over;

  PacedSender(ServerCallStreamObserver<T> observer) {
    this.observer = observer;
    observer.setOnReadyHandler(this::wake);
    observer.setOnCancelHandler(this::stop);
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends waiting; nothing is sent any more. */
  private void stop() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends as soon as the client takes it; false if the stream is over. Not to be called from the
   * stream's own callbacks.
   */
  boolean send(T message) {
    lock.lock();
    try {
      while (!over && !observer.isReady()) {
        changed.awaitUninterruptibly();
      }
      if (!over) {
        observer.onNext(message);
      }
      return !over;
    } finally {
      lock.unlock();
    }
  }

  /** Sends at once; for the small answers to a client's own requests. */
  void sendNow(T message) {
    lock.lock();
    try {
      if (!over) {
        observer.onNext(message);
      }
    } finally {
      lock.unlock();
    }
  }

  void complete() {
    lock.lock();
    try {
      if (!over) {
        over = true;
        observer.onCompleted();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }
}
