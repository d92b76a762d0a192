package dev.javernetes.etcd.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Health, metrics and the JSON gateway. */
class EtcdHttpTest {
  private final MvccStore store = InMemoryStore.open();
  private final HttpClient client = HttpClient.newHttpClient();
  private final EtcdServer server;

  EtcdHttpTest() throws IOException {
    List<InetSocketAddress> anyPort = List.of(new InetSocketAddress("127.0.0.1", 0));
    server =
        EtcdServer.start(
            EtcdServerOptions.of("test", anyPort, List.of()).withHttpAddresses(anyPort), store);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    store.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.httpPorts().getFirst() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void healthFollowsTheAlarms() throws Exception {
    assertThat(get("/health").body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
    store.setAlarm(StoreStatus.Alarm.NO_SPACE, true);
    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/version").body()).contains("etcdserver");
  }

  @Test
  void metricsHaveUpstreamsNames() throws Exception {
    store.put(Bytes.utf8("a"), Bytes.utf8("1"));
    assertThat(get("/metrics").body())
        .contains("etcd_server_has_leader 1\n", "etcd_debugging_mvcc_keys_total 1\n");
  }

  @Test
  void theGatewayWritesAndReads() throws Exception {
    assertThat(post("/v3/kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}").body())
        .contains("\"revision\":\"2\"");
    String found = post("/v3/kv/range", "{\"key\":\"Zm9v\"}").body();
    assertThat(found)
        .contains("\"kvs\":[{\"key\":\"Zm9v\"", "\"value\":\"YmFy\"", "\"mod_revision\":\"2\"");
    String txn =
        "{\"compare\":[{\"target\":\"VALUE\",\"key\":\"Zm9v\",\"value\":\"YmFy\"}],"
            + "\"success\":[{\"requestPut\":{\"key\":\"Zm9v\",\"value\":\"Yg==\"}}]}";
    assertThat(post("/v3/kv/txn", txn).body()).contains("\"succeeded\":true");
    assertThat(post("/v3/kv/deleterange", "{\"key\":\"AA==\",\"range_end\":\"AA==\"}").body())
        .contains("\"deleted\":\"1\"");
  }

  @Test
  void theGatewayRefusesAsGrpcGatewayDoes() throws Exception {
    assertThat(post("/v3/kv/range", "{\"key\":\"Zm9v\",\"revision\":\"99\"}").body())
        .contains("\"code\":11", "required revision is a future revision");
    assertThat(post("/v3/kv/range", "{\"kez\":\"Zm9v\"}").statusCode()).isEqualTo(400);
    assertThat(post("/v3/kv/range", "not json").statusCode()).isEqualTo(400);
    assertThat(post("/v3/watch", "{}").statusCode()).isEqualTo(404);
    assertThat(get("/v3/kv/range").statusCode()).isEqualTo(405);
  }
}
