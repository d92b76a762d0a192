package dev.javernetes.etcd.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.etcd.mvcc.InMemoryStore;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** jetcd, a client that is not ours, against our server. */
class JetcdTest {
  private final MvccStore served = InMemoryStore.open();
  private final EtcdServer server;
  private final Client client;

  JetcdTest() throws IOException {
    server =
        EtcdServer.start(
            EtcdServerOptions.of("test", List.of(new InetSocketAddress("127.0.0.1", 0)), List.of()),
            served);
    client = Client.builder().endpoints("http://127.0.0.1:" + server.ports().getFirst()).build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    served.close();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, UTF_8);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, SECONDS);
  }

  private List<String> keys(GetOption option) throws Exception {
    GetResponse found = get(client.getKVClient().get(bytes("k"), option));
    return found.getKvs().stream().map(kv -> kv.getKey().toString(UTF_8)).toList();
  }

  @Test
  void keys() throws Exception {
    for (String key : List.of("k1", "k2", "k3")) {
      get(client.getKVClient().put(bytes(key), bytes("v" + key)));
    }
    assertThat(keys(GetOption.builder().isPrefix(true).build())).containsExactly("k1", "k2", "k3");
    assertThat(
            keys(
                GetOption.builder()
                    .isPrefix(true)
                    .withSortField(GetOption.SortTarget.MOD)
                    .withSortOrder(GetOption.SortOrder.DESCEND)
                    .withLimit(2)
                    .build()))
        .containsExactly("k3", "k2");
    assertThat(
            get(client
                    .getKVClient()
                    .delete(bytes("k1"), DeleteOption.builder().withPrevKV(true).build()))
                .getPrevKvs())
        .hasSize(1);
    get(client.getKVClient().compact(4));
    assertThatThrownBy(() ->
            get(client.getKVClient().get(bytes("k1"), GetOption.builder().withRevision(2).build())))
        .hasMessageContaining("required revision has been compacted");
  }

  @Test
  void transactions() throws Exception {
    get(client.getKVClient().put(bytes("a"), bytes("1")));
    TxnResponse response =
        get(
            client
                .getKVClient()
                .txn()
                .If(new Cmp(bytes("a"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1"))))
                .Then(
                    Op.put(bytes("b"), bytes("2"), PutOption.DEFAULT),
                    Op.txn(
                        new Cmp[] {new Cmp(bytes("b"), Cmp.Op.EQUAL, CmpTarget.version(0))},
                        new Op[] {Op.get(bytes("b"), GetOption.DEFAULT)},
                        new Op[0]))
                .commit());
    assertThat(response.isSucceeded()).isTrue();
    assertThat(response.getTxnResponses().getFirst().getGetResponses().getFirst().getCount())
        .isEqualTo(1);
  }

  @Test
  void watches() throws Exception {
    BlockingQueue<WatchResponse> seen = new LinkedBlockingQueue<>();
    get(client.getKVClient().put(bytes("w1"), bytes("old")));
    try (Watch.Watcher watcher =
        client
            .getWatchClient()
            .watch(
                bytes("w"),
                WatchOption.builder().isPrefix(true).withRevision(2).withPrevKV(true).build(),
                seen::add)) {
      assertThat(take(seen)).isEqualTo("PUT w1");
      get(client.getKVClient().delete(bytes("w1")));
      assertThat(take(seen)).isEqualTo("DELETE w1");
    }
  }

  private static String take(BlockingQueue<WatchResponse> seen) throws InterruptedException {
    WatchResponse response = java.util.Objects.requireNonNull(seen.poll(20, SECONDS));
    var event = response.getEvents().getFirst();
    return event.getEventType() + " " + event.getKeyValue().getKey().toString(UTF_8);
  }

  @Test
  void leases() throws Exception {
    long id = get(client.getLeaseClient().grant(60)).getID();
    get(
        client
            .getKVClient()
            .put(bytes("leased"), bytes("1"), PutOption.builder().withLeaseId(id).build()));
    assertThat(get(client.getLeaseClient().keepAliveOnce(id)).getTTL()).isEqualTo(60);
    get(client.getLeaseClient().revoke(id));
    assertThat(get(client.getKVClient().get(bytes("leased"))).getCount()).isZero();
  }

  @Test
  void locksAndElections() throws Exception {
    long id = get(client.getLeaseClient().grant(60)).getID();
    ByteSequence key = get(client.getLockClient().lock(bytes("mutex"), id)).getKey();
    assertThat(key.toString(UTF_8)).startsWith("mutex/");
    long other = get(client.getLeaseClient().grant(60)).getID();
    var second = client.getLockClient().lock(bytes("mutex"), other);
    assertThatThrownBy(() -> second.get(100, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    get(client.getLockClient().unlock(key));
    assertThat(get(second).getKey()).isNotEqualTo(key);
    get(client.getElectionClient().campaign(bytes("chief"), id, bytes("ann")));
    assertThat(get(client.getElectionClient().leader(bytes("chief"))).getKv().getValue())
        .isEqualTo(bytes("ann"));
  }

  @Test
  void maintenanceAndMembers() throws Exception {
    assertThat(get(client.getClusterClient().listMember()).getMembers()).hasSize(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(get(client.getMaintenanceClient().snapshot(out))).isPositive();
    assertThat(get(client.getMaintenanceClient().listAlarms()).getAlarms()).isEmpty();
  }
}
