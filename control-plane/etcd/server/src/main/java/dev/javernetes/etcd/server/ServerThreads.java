package dev.javernetes.etcd.server;

import io.grpc.Context;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A network thread for each processor, which also answers short requests, and a virtual thread for
 * each call that may wait.
 *
 * <p>Every hand-over to another thread waits until that thread gets a processor; on a busy machine
 * this is the better part of a request's time.
 */
final class ServerThreads implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup eventLoops;
  private final ExecutorService calls;

  ServerThreads() {
    eventLoops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("etcd-net-", 0).factory(),
            NioIoHandler.newFactory());
    calls = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("etcd-call-", 0).factory());
  }

  MultiThreadIoEventLoopGroup eventLoops() {
    return eventLoops;
  }

  /** For calls that may wait. */
  Executor calls() {
    return calls;
  }

  /** The network thread that runs this, null on another one. */
  @Nullable Executor network() {
    for (EventExecutor loop : eventLoops) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    return null;
  }

  /** Goes on where waiting is allowed, for the same caller. */
  void leave(Runnable work) {
    if (network() == null) {
      work.run();
    } else {
      calls.execute(Context.current().wrap(work));
    }
  }

  @Override
  public void close() {
    eventLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    calls.shutdown();
  }
}
