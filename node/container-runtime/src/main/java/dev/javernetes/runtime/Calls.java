package dev.javernetes.runtime;

import dev.javernetes.runtime.failure.RuntimeFailure;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge between the runtime and gRPC: one answer per call, and every failure translated here.
 */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private Calls() {}

  interface Call<T> {
    T answer() throws IOException;
  }

  interface Action {
    void run() throws IOException;
  }

  static <T> void answer(StreamObserver<T> observer, Call<T> call) {
    T answer;
    try {
      answer = call.answer();
    } catch (IOException | RuntimeException e) {
      observer.onError(status(e).asRuntimeException());
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  static <T> void answer(StreamObserver<T> observer, T answer, Action action) {
    answer(
        observer,
        () -> {
          action.run();
          return answer;
        });
  }

  static Status status(Exception failure) {
    return switch (failure) {
      case RuntimeFailure known ->
          (switch (known.reason()) {
                case NOT_FOUND -> Status.NOT_FOUND;
                case INVALID -> Status.INVALID_ARGUMENT;
                case CONFLICT, NOT_READY -> Status.FAILED_PRECONDITION;
                case UNSUPPORTED -> Status.UNIMPLEMENTED;
                case TIMED_OUT -> Status.DEADLINE_EXCEEDED;
                case DENIED -> Status.PERMISSION_DENIED;
                case UNAVAILABLE -> Status.UNAVAILABLE;
                case INTERNAL -> Status.UNKNOWN;
              })
              .withDescription(known.getMessage());
      case IOException io -> Status.UNKNOWN.withDescription(io.getMessage());
      case IllegalArgumentException bad ->
          Status.INVALID_ARGUMENT.withDescription(bad.getMessage());
      default -> {
        LOG.error("a call failed unexpectedly", failure);
        yield Status.INTERNAL.withDescription(failure.toString());
      }
    };
  }
}
