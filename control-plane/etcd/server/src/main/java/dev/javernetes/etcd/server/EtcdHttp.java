package dev.javernetes.etcd.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import dev.javernetes.etcd.protocol.EtcdRpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Plain HTTP beside gRPC, on an address of its own: {@code /health}, {@code /livez}, {@code
 * /readyz}, {@code /version}, {@code /metrics} (upstream's names) and the JSON gateway for every
 * request that has one answer. Watching over JSON is refused: use gRPC.
 *
 * <p>{@code curl -d '{"key":"Zm9v"}' http://127.0.0.1:2381/v3/kv/range}
 */
final class EtcdHttp implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 4 << 20;

  private final HttpServer server;
  private final ExecutorService executor;
  private final Store store;
  private final Access access;
  private final Map<String, Route<?>> routes = new HashMap<>();

  /** One request of the gateway. */
  private record Route<Q extends Message>(
      Q prototype, BiConsumer<Q, StreamObserver<Message>> service) {

    Message call(String body) {
      Answer answer = new Answer();
      service.accept(ProtoJson.read(body, prototype), answer);
      return answer.get();
    }
  }

  /** Takes the one answer of a service that answers at once. */
  private static final class Answer implements StreamObserver<Message> {
    private @Nullable Message message;
    private @Nullable Throwable failure;

    @Override
    public void onNext(Message value) {
      message = value;
    }

    @Override
    public void onError(Throwable error) {
      failure = error;
    }

    @Override
    public void onCompleted() {
      // The one message has been taken.
    }

    Message get() {
      if (failure != null) {
        throw Status.fromThrowable(failure).asRuntimeException();
      }
      if (message == null) {
        throw Status.INTERNAL.withDescription("no answer").asRuntimeException();
      }
      return message;
    }
  }

  private EtcdHttp(HttpServer server, ExecutorService executor, Store store, Access access) {
    this.server = server;
    this.executor = executor;
    this.store = store;
    this.access = access;
  }

  static EtcdHttp start(InetSocketAddress address, Store store, Services services, Access access)
      throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("etcd-http-", 0).factory());
    EtcdHttp http = new EtcdHttp(server, executor, store, access);
    http.addRoutes(services);
    server.setExecutor(executor);
    server.createContext("/", http::handle);
    server.start();
    return http;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @SuppressWarnings("unchecked") // observers of a message type take messages of that type only
  private <Q extends Message, A extends Message> void route(
      String path, Q prototype, BiConsumer<Q, StreamObserver<A>> service) {
    routes.put(
        path,
        new Route<>(
            prototype,
            (request, answer) ->
                service.accept(request, (StreamObserver<A>) (StreamObserver<?>) answer)));
  }

  private void addRoutes(Services services) {
    KvService kv = services.kv();
    route("/v3/kv/range", EtcdRpc.RangeRequest.getDefaultInstance(), kv::range);
    route("/v3/kv/put", EtcdRpc.PutRequest.getDefaultInstance(), kv::put);
    route("/v3/kv/deleterange", EtcdRpc.DeleteRangeRequest.getDefaultInstance(), kv::deleteRange);
    route("/v3/kv/txn", EtcdRpc.TxnRequest.getDefaultInstance(), kv::txn);
    route("/v3/kv/compaction", EtcdRpc.CompactionRequest.getDefaultInstance(), kv::compact);
    LeaseService lease = services.lease();
    for (String prefix : new String[] {"/v3/lease/", "/v3/kv/lease/"}) {
      route(prefix + "revoke", EtcdRpc.LeaseRevokeRequest.getDefaultInstance(), lease::leaseRevoke);
      route(
          prefix + "timetolive",
          EtcdRpc.LeaseTimeToLiveRequest.getDefaultInstance(),
          lease::leaseTimeToLive);
      route(prefix + "leases", EtcdRpc.LeaseLeasesRequest.getDefaultInstance(), lease::leaseLeases);
    }
    route("/v3/lease/grant", EtcdRpc.LeaseGrantRequest.getDefaultInstance(), lease::leaseGrant);
    ClusterService cluster = services.cluster();
    route(
        "/v3/cluster/member/list",
        EtcdRpc.MemberListRequest.getDefaultInstance(),
        cluster::memberList);
    MaintenanceService maintenance = services.maintenance();
    route(
        "/v3/maintenance/status", EtcdRpc.StatusRequest.getDefaultInstance(), maintenance::status);
    route("/v3/maintenance/alarm", EtcdRpc.AlarmRequest.getDefaultInstance(), maintenance::alarm);
    route(
        "/v3/maintenance/defragment",
        EtcdRpc.DefragmentRequest.getDefaultInstance(),
        maintenance::defragment);
    route("/v3/maintenance/hash", EtcdRpc.HashKVRequest.getDefaultInstance(), maintenance::hashKV);
    AuthService auth = services.auth();
    route("/v3/auth/status", EtcdRpc.AuthStatusRequest.getDefaultInstance(), auth::authStatus);
    route(
        "/v3/auth/authenticate",
        EtcdRpc.AuthenticateRequest.getDefaultInstance(),
        auth::authenticate);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      switch (path) {
        case "/health", "/livez", "/readyz" -> health(exchange);
        case "/version" ->
            answer(
                exchange,
                200,
                "application/json",
                "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\"}"
                    .formatted(MvccStore.VERSION, MvccStore.VERSION));
        case "/metrics" ->
            answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics());
        default -> gateway(exchange, path);
      }
    }
  }

  private void health(HttpExchange exchange) throws IOException {
    try {
      boolean alarmed = !store.status().alarms().isEmpty();
      answer(
          exchange,
          alarmed ? 503 : 200,
          "application/json",
          alarmed
              ? "{\"health\":\"false\",\"reason\":\"ALARM\"}"
              : "{\"health\":\"true\",\"reason\":\"\"}");
    } catch (StoreException e) {
      answer(
          exchange, 503, "application/json", "{\"health\":\"false\",\"reason\":\"STORE CLOSED\"}");
    }
  }

  private String metrics() {
    StoreStatus status = store.status();
    StringBuilder text = new StringBuilder();
    gauge(text, "etcd_server_has_leader", "Whether or not a leader exists.", 1);
    gauge(text, "etcd_server_is_leader", "Whether or not this member is a leader.", 1);
    gauge(text, "etcd_server_quota_backend_bytes", "The quota in bytes.", status.quotaBytes());
    gauge(
        text,
        "etcd_mvcc_db_total_size_in_bytes",
        "What the store takes on disk.",
        status.sizeBytes());
    gauge(
        text,
        "etcd_mvcc_db_total_size_in_use_in_bytes",
        "What of that is live data.",
        status.sizeInUseBytes());
    gauge(text, "etcd_debugging_mvcc_keys_total", "The number of keys.", status.keys());
    gauge(text, "etcd_debugging_mvcc_current_revision", "The newest revision.", status.revision());
    gauge(
        text,
        "etcd_debugging_mvcc_compact_revision",
        "The oldest revision left.",
        status.compactRevision());
    gauge(text, "etcd_debugging_mvcc_watcher_total", "The number of watches.", status.watchers());
    gauge(text, "etcd_debugging_server_lease_total", "The number of leases.", status.leases());
    return text.toString();
  }

  private static void gauge(StringBuilder text, String name, String help, long value) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
    text.append(name).append(' ').append(value).append('\n');
  }

  private void gateway(HttpExchange exchange, String path) throws IOException {
    Route<?> route = routes.get(path);
    if (route == null) {
      refuse(exchange, 404, Status.Code.NOT_FOUND, "no such request in the JSON gateway: " + path);
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      refuse(exchange, 405, Status.Code.UNIMPLEMENTED, "the JSON gateway takes POST only");
      return;
    }
    byte[] body;
    try (InputStream in = exchange.getRequestBody()) {
      body = in.readNBytes(MAX_BODY_BYTES + 1);
    }
    if (body.length > MAX_BODY_BYTES) {
      refuse(exchange, 413, Status.Code.INVALID_ARGUMENT, "request is too large");
      return;
    }
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    Message response;
    try {
      response = access.callAs(token, () -> route.call(new String(body, UTF_8)));
    } catch (RuntimeException e) {
      Status status = Status.fromThrowable(Calls.status(e));
      refuse(
          exchange,
          httpCode(status.getCode()),
          status.getCode(),
          String.valueOf(status.getDescription()));
      return;
    }
    answer(exchange, 200, "application/json", ProtoJson.write(response));
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

  private static void refuse(HttpExchange exchange, int httpCode, Status.Code code, String message)
      throws IOException {
    String escaped = message.replace("\\", "\\\\").replace("\"", "\\\"");
    answer(
        exchange,
        httpCode,
        "application/json",
        "{\"error\":\"%s\",\"code\":%d,\"message\":\"%s\"}"
            .formatted(escaped, code.value(), escaped));
  }

  private static void answer(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
