package dev.javernetes.etcd.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call whose answers go out as JSON on one HTTP exchange. The client's speed is the speed of
 * whoever sends: writing blocks.
 */
final class JsonCall<Q, A> extends ServerCall<Q, A> {
  private static final String JSON = "application/json";

  private final MethodDescriptor<Q, A> method;
  private final HttpExchange exchange;
  private final ReentrantLock lock = new ReentrantLock();
  // True when the call has ended well or with a status, false when the client is gone.
  private final CompletableFuture<Boolean> over = new CompletableFuture<>();
  private @Nullable OutputStream stream;
  private @Nullable Message single;

  JsonCall(MethodDescriptor<Q, A> method, HttpExchange exchange) {
    this.method = method;
    this.exchange = exchange;
  }

  /** Waits for the end; false if the client went away before it, or the server stops. */
  boolean await() {
    try {
      return over.get();
    } catch (InterruptedException | ExecutionException e) {
      over.complete(false);
      return false;
    }
  }

  @Override
  public void sendMessage(A message) {
    lock.lock();
    try {
      if (method.getType().serverSendsOneMessage()) {
        single = (Message) message;
        return;
      }
      OutputStream out = stream;
      if (out == null) {
        exchange.getResponseHeaders().set("Content-Type", JSON);
        exchange.sendResponseHeaders(200, 0);
        out = exchange.getResponseBody();
        stream = out;
      }
      out.write(("{\"result\":" + ProtoJson.write((Message) message) + "}\n").getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      over.complete(false);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    lock.lock();
    try {
      OutputStream out = stream;
      Message answer = single;
      if (!status.isOk() && out == null) {
        refuse(exchange, httpCode(status.getCode()), status);
      } else if (!status.isOk() && out != null) {
        out.write(("{\"error\":" + error(status) + "}\n").getBytes(UTF_8));
      } else if (answer != null) {
        answer(exchange, 200, JSON, ProtoJson.write(answer));
      }
      over.complete(true);
    } catch (IOException e) {
      over.complete(false);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isReady() {
    return !over.isDone();
  }

  @Override
  public boolean isCancelled() {
    return over.isDone();
  }

  @Override
  public void request(int numMessages) {
    // The one request is there.
  }

  @Override
  public void sendHeaders(Metadata headers) {
    // HTTP's own are sent with the first answer.
  }

  @Override
  public Attributes getAttributes() {
    return Attributes.EMPTY;
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method;
  }

  /** As grpc-gateway translates. */
  private static int httpCode(Status.Code code) {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
    };
  }

  static void refuse(HttpExchange exchange, int httpCode, Status status) throws IOException {
    answer(exchange, httpCode, JSON, error(status));
  }

  private static String error(Status status) {
    String escaped =
        String.valueOf(status.getDescription()).replace("\\", "\\\\").replace("\"", "\\\"");
    return "{\"error\":\"%s\",\"code\":%d,\"message\":\"%s\"}"
        .formatted(escaped, status.getCode().value(), escaped);
  }

  static void answer(HttpExchange exchange, int code, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
