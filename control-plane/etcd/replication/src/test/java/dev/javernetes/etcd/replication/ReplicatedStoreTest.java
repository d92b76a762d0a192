package dev.javernetes.etcd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.javernetes.etcd.contract.RecordingListener;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.ClusterMembers.ClusterMember;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a replicated store has: members that come, go, lead and fall behind. */
class ReplicatedStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private static long put(Store store, String key, String value) {
    return store.put(Bytes.utf8(key), Bytes.utf8(value));
  }

  private static String value(Store store, String key) {
    KeyValue kv = store.get(Bytes.utf8(key));
    return kv == null ? "(absent)" : kv.value().toUtf8();
  }

  private static String serializable(Store store, String key) {
    KeyValue kv = store.range(RangeRequest.of(Bytes.utf8(key)).withSerializable()).first();
    return kv == null ? "(absent)" : kv.value().toUtf8();
  }

  @Test
  void writesGoOnWithoutTheLeaderAndItCatchesUp() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3)) {
      int leader = cluster.leader();
      int other = (leader + 1) % 3;
      put(cluster.member(leader), "a", "1");
      assertThat(value(cluster.member(other), "a")).isEqualTo("1");
      RecordingListener seen = new RecordingListener();
      cluster.member(other).watch(WatchRequest.of(KeyRange.all()), seen);
      cluster.stop(leader);
      long written = put(cluster.member(other), "a", "2");
      assertThat(value(cluster.member((leader + 2) % 3), "a")).isEqualTo("2");
      assertThat(seen.awaitTexts(1)).containsExactly("PUT a=2");
      Store back = cluster.start(leader);
      await().atMost(PATIENCE).until(() -> serializable(back, "a").equals("2"));
      assertThat(back.revision()).isEqualTo(written);
    }
  }

  @Test
  void everythingIsThereAgainAfterAllWereStopped() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3)) {
      long last = 0;
      for (int i = 0; i < 50; i++) {
        last = put(cluster.member(i % 3), "k" + i % 7, "v" + i);
      }
      var hash = cluster.member(0).hash(last);
      for (int i = 0; i < 3; i++) {
        cluster.stop(i);
      }
      for (int i = 0; i < 3; i++) {
        cluster.start(i);
      }
      assertThat(value(cluster.member(1), "k0")).isEqualTo("v49");
      assertThat(cluster.member(1).revision()).isEqualTo(last);
      assertThat(cluster.member(1).hash(last)).isEqualTo(hash);
    }
  }

  @Test
  void aMemberFarBehindFetchesTheState() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3, options -> options.withSnapshots(20, 2))) {
      int behind = (cluster.leader() + 1) % 3;
      int other = (behind + 1) % 3;
      put(cluster.member(behind), "a", "before");
      RecordingListener seen = new RecordingListener();
      cluster.stop(behind);
      for (int i = 0; i < 200; i++) {
        put(cluster.member(other), "k" + i % 10, "v" + i);
      }
      cluster.member(other).grantLease(5, 600);
      long at = put(cluster.member(other), "a", "after");
      ReplicatedStore back = cluster.start(behind);
      await().atMost(PATIENCE).until(() -> serializable(back, "a").equals("after"));
      assertThat(back.hash(at).hash()).isEqualTo(cluster.member(other).hash(at).hash());
      assertThat(back.leases()).containsExactly(5L);
      back.watch(WatchRequest.of(KeyRange.all()).withStartRevision(at), seen);
      put(back, "b", "1");
      assertThat(seen.awaitTexts(2)).containsExactly("PUT a=after", "PUT b=1");
    }
  }

  @Test
  void theLeaderOwnsLeasesAndTheNextOneStartsTheirTimeAnew() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3)) {
      int leader = cluster.leader();
      Store store = cluster.member((leader + 1) % 3);
      long lease = store.grantLease(0, 4).id();
      store.txn(Txn.of(Op.put(Bytes.utf8("leased"), Bytes.utf8("1"), lease)));
      for (int i = 0; i < 5; i++) {
        Thread.sleep(1000);
        assertThat(store.keepLeaseAlive(lease)).isEqualTo(4);
      }
      // Closing takes its time, in which the next one leads already.
      Thread stopping = Thread.startVirtualThread(() -> cluster.stop(leader));
      assertThat(store.keepLeaseAlive(lease)).isEqualTo(4);
      assertThat(Objects.requireNonNull(store.lease(lease, true)).remainingTtlSeconds())
          .isBetween(1L, 4L);
      stopping.join();
      await().atMost(PATIENCE).until(() -> value(store, "leased").equals("(absent)"));
      assertThat(store.leases()).isEmpty();
    }
  }

  @Test
  void membersComeAndGo() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 1)) {
      put(cluster.member(0), "a", "1");
      ReplicatedStore learner = cluster.join(true);
      await().atMost(PATIENCE).until(() -> serializable(learner, "a").equals("1"));
      await()
          .atMost(PATIENCE)
          .until(() ->
              cluster.member(0).members().stream().anyMatch(member -> member.name().equals("m1")));
      assertThat(cluster.member(0).members())
          .extracting(ClusterMember::name, ClusterMember::learner)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple("m0", false),
              org.assertj.core.groups.Tuple.tuple("m1", true));
      cluster.member(0).promote(learner.memberId());
      ReplicatedStore third = cluster.join(false);
      await().atMost(PATIENCE).until(() -> serializable(third, "a").equals("1"));
      await().atMost(PATIENCE).until(() -> third.members().size() == 3);
      third.moveLeader(learner.memberId());
      await().atMost(PATIENCE).until(() -> third.leaderId() == learner.memberId());
      put(third, "a", "2");
      third.remove(cluster.member(0).memberId());
      cluster.stop(0);
      put(third, "a", "3");
      assertThat(value(learner, "a")).isEqualTo("3");
      assertThat(third.members()).hasSize(2);
    }
  }
}
