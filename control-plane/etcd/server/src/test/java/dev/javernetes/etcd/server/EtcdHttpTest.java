package dev.javernetes.etcd.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.StoreStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
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
    client.shutdownNow();
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
    assertThat(post("/v3/kv/rage", "{}").statusCode()).isEqualTo(404);
    assertThat(get("/v3/kv/range").statusCode()).isEqualTo(405);
  }

  @Test
  void aWatchStreamsItsEvents() throws Exception {
    String create = "{\"create_request\":{\"key\":\"Zm9v\"}}";
    HttpResponse<Stream<String>> response =
        client.send(
            request("/v3/watch").POST(HttpRequest.BodyPublishers.ofString(create)).build(),
            HttpResponse.BodyHandlers.ofLines());
    Iterator<String> lines = response.body().iterator();
    assertThat(lines.next()).startsWith("{\"result\":").contains("\"created\":true");
    store.put(Bytes.utf8("foo"), Bytes.utf8("bar"));
    assertThat(lines.next()).contains("\"events\":[{\"kv\":{\"key\":\"Zm9v\"");
    store.delete(KeyRange.single(Bytes.utf8("foo")));
    assertThat(lines.next()).contains("\"type\":\"DELETE\"");
  }

  @Test
  void aLeaseIsKeptAlive() throws Exception {
    store.grantLease(7, 100);
    assertThat(post("/v3/lease/keepalive", "{\"ID\":\"7\"}").body())
        .startsWith("{\"result\":")
        .contains("\"TTL\":\"100\"");
  }

  @Test
  void aSnapshotComesInPieces() throws Exception {
    store.put(Bytes.utf8("foo"), Bytes.utf8("bar"));
    assertThat(post("/v3/maintenance/snapshot", "{}").body())
        .startsWith("{\"result\":")
        .contains("\"blob\":\"");
  }

  @Test
  void usersAreMadeAndAskedForTheirToken() throws Exception {
    for (String role : List.of("root", "reader")) {
      post("/v3/auth/role/add", "{\"name\":\"" + role + "\"}");
    }
    post("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"pw\"}");
    post("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
    assertThat(post("/v3/auth/enable", "{}").statusCode()).isEqualTo(200);
    assertThat(post("/v3/kv/range", "{\"key\":\"Zm9v\"}").statusCode()).isEqualTo(400);
    String answer = post("/v3/auth/authenticate", "{\"name\":\"root\",\"password\":\"pw\"}").body();
    String token = answer.replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
    HttpResponse<String> asRoot =
        client.send(
            request("/v3/auth/role/list")
                .header("Authorization", token)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(asRoot.body()).contains("\"roles\":[\"reader\",\"root\"]");
  }
}
