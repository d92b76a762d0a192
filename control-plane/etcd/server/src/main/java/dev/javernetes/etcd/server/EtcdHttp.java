package dev.javernetes.etcd.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Plain HTTP beside gRPC, on an address of its own: {@code /health}, {@code /livez}, {@code
 * /readyz}, {@code /version}, {@code /metrics} (upstream's names) and the {@link JsonGateway}.
 *
 * <p>{@code curl -d '{"key":"Zm9v"}' http://127.0.0.1:2381/v3/kv/range}
 */
final class EtcdHttp implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;
  private final Store store;
  private final JsonGateway gateway;

  private EtcdHttp(HttpServer server, ExecutorService executor, Store store, JsonGateway gateway) {
    this.server = server;
    this.executor = executor;
    this.store = store;
    this.gateway = gateway;
  }

  static EtcdHttp start(InetSocketAddress address, Store store, JsonGateway gateway)
      throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("etcd-http-", 0).factory());
    EtcdHttp http = new EtcdHttp(server, executor, store, gateway);
    server.setExecutor(executor);
    server.createContext("/", http::handle);
    server.start();
    return http;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      switch (path) {
        case "/health", "/livez", "/readyz" -> health(exchange);
        case "/version" ->
            JsonCall.answer(
                exchange,
                200,
                "application/json",
                "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\"}"
                    .formatted(MvccStore.VERSION, MvccStore.VERSION));
        case "/metrics" ->
            JsonCall.answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics());
        default -> gateway.handle(exchange, path);
      }
    }
  }

  private void health(HttpExchange exchange) throws IOException {
    try {
      boolean alarmed = !store.status().alarms().isEmpty();
      JsonCall.answer(
          exchange,
          alarmed ? 503 : 200,
          "application/json",
          alarmed
              ? "{\"health\":\"false\",\"reason\":\"ALARM\"}"
              : "{\"health\":\"true\",\"reason\":\"\"}");
    } catch (StoreException e) {
      JsonCall.answer(
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

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
