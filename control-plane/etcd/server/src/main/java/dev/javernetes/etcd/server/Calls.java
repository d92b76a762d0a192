package dev.javernetes.etcd.server;

import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.StoreErrors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers unary calls: the one place where a refusal becomes a gRPC status. */
final class Calls {
  private static final Logger log = LoggerFactory.getLogger(Calls.class);

  private Calls() {}

  static <T> void answer(StreamObserver<T> to, Supplier<T> work) {
    T response;
    try {
      response = work.get();
    } catch (RuntimeException e) {
      to.onError(status(e));
      return;
    }
    to.onNext(response);
    to.onCompleted();
  }

  static RuntimeException status(RuntimeException e) {
    return switch (e) {
      case StoreException refusal -> StoreErrors.toWire(refusal);
      case StatusRuntimeException status -> status;
      case IllegalArgumentException bad ->
          Status.INVALID_ARGUMENT
              .withDescription("etcdserver: " + bad.getMessage())
              .asRuntimeException();
      default -> {
        log.error("a call failed", e);
        yield Status.INTERNAL.withDescription("etcdserver: " + e).withCause(e).asRuntimeException();
      }
    };
  }

  static <T> void unsupported(StreamObserver<T> to, String what) {
    to.onError(Status.UNIMPLEMENTED.withDescription("etcdserver: " + what).asRuntimeException());
  }
}
