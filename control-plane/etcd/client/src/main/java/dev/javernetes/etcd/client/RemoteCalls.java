package dev.javernetes.etcd.client;

import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.StoreErrors;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Makes one call on the cluster. A read that fails because a member is gone is tried again, which
 * takes it to the next member. A write is tried again only if it surely did not reach a member (the
 * connection could not be made); else its outcome is unknown, and the caller hears {@code
 * UNAVAILABLE}.
 */
final class RemoteCalls {
  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
  // A member that has lost its leader then says so at once instead of waiting.
  private static final Metadata REQUIRE_LEADER = new Metadata();

  static {
    REQUIRE_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
  }

  private final Channel channel;
  private final Duration timeout;
  private final LongSupplier nanoClock;

  RemoteCalls(Channel channel, Duration timeout, LongSupplier nanoClock) {
    this.channel = channel;
    this.timeout = timeout;
    this.nanoClock = nanoClock;
  }

  Duration timeout() {
    return timeout;
  }

  static <S extends AbstractStub<S>> S requireLeader(S stub) {
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(REQUIRE_LEADER));
  }

  <S extends AbstractBlockingStub<S>, T> T read(Function<Channel, S> stub, Function<S, T> call) {
    return call(stub, call, true);
  }

  <S extends AbstractBlockingStub<S>, T> T write(Function<Channel, S> stub, Function<S, T> call) {
    return call(stub, call, false);
  }

  private <S extends AbstractBlockingStub<S>, T> T call(
      Function<Channel, S> stub, Function<S, T> call, boolean repeatable) {
    long deadline = nanoClock.getAsLong() + timeout.toNanos();
    while (true) {
      long left = deadline - nanoClock.getAsLong();
      try {
        return call.apply(
            stub.apply(channel)
                .withWaitForReady()
                .withDeadlineAfter(Math.max(1, left), TimeUnit.NANOSECONDS));
      } catch (StatusRuntimeException e) {
        boolean again =
            e.getStatus().getCode() == Status.Code.UNAVAILABLE
                && (repeatable || isUnsent(e))
                && deadline - nanoClock.getAsLong() > RETRY_PAUSE.toNanos();
        if (!again) {
          throw StoreErrors.fromWire(e);
        }
        LockSupport.parkNanos(RETRY_PAUSE.toNanos());
      }
    }
  }

  private static boolean isUnsent(StatusRuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    String text = String.valueOf(e.getStatus().getDescription());
    // Said by a member that refused the request before proposing it.
    return text.contains("no leader") || text.contains("too many requests");
  }

  static StoreException closed() {
    return new StoreException(StoreException.Reason.UNAVAILABLE, "the store is closed");
  }
}
