package dev.javernetes.etcd.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.MvccStore;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.RangeResult;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.Txn;
import dev.javernetes.etcd.protocol.bbolt.UpstreamSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upstream's snapshot files, taken from Debian's etcd where it is installed. */
class UpstreamSnapshotTest {
  private static final KeyRange REGISTRY = KeyRange.prefix("/registry/");

  @TempDir Path directory;
  private @Nullable RealEtcd etcd;

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(
        RealEtcd.program().isPresent(), "needs etcd on the path (Debian: apt install etcd-server)");
    etcd = RealEtcd.start(directory, 1);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (etcd != null) {
      etcd.close();
    }
  }

  private Store connect() {
    return RemoteStore.connect(java.util.Objects.requireNonNull(etcd).options());
  }

  private Path save(Store store) throws IOException {
    Path file = directory.resolve("snapshot.db");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.snapshot(out);
    }
    return file;
  }

  /** Enough for branch pages, overflow pages, deletions, several lives and leases. */
  private static long fill(Store store) {
    Random random = new Random(1);
    for (int round = 0; round < 40; round++) {
      List<Op> ops = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        byte[] value = new byte[random.nextInt(400)];
        random.nextBytes(value);
        ops.add(Op.put(key(round % 10 * 50 + i), Bytes.wrap(value)));
      }
      store.txn(Txn.of(ops.toArray(Op[]::new)));
      store.delete(KeyRange.single(key(random.nextInt(500))));
    }
    byte[] large = new byte[200_000];
    random.nextBytes(large);
    store.put(Bytes.utf8("/registry/large"), Bytes.wrap(large));
    store.grantLease(77, 600);
    store.txn(Txn.of(Op.put(Bytes.utf8("/registry/leased"), Bytes.utf8("x"), 77)));
    long middle = store.revision() - 20;
    store.compact(middle);
    return middle;
  }

  private static Bytes key(int n) {
    return Bytes.utf8("/registry/things/" + n);
  }

  private static RangeResult at(Store store, long revision) {
    return store.range(RangeRequest.of(REGISTRY).withRevision(revision));
  }

  @Test
  void everyRevisionIsThereAgain() throws IOException {
    Path restored = directory.resolve("restored");
    try (Store upstream = connect()) {
      long compacted = fill(upstream);
      Path file = save(upstream);
      assertThat(UpstreamSnapshot.isOne(file)).isTrue();
      DurableStore.restore(
          into -> {
            try (UpstreamSnapshot snapshot = UpstreamSnapshot.open(file)) {
              snapshot.feed(false, into);
            }
          },
          restored);
      try (MvccStore store = DurableStore.open(restored)) {
        assertThat(store.revision()).isEqualTo(upstream.revision());
        assertThat(store.compactRevision()).isEqualTo(compacted);
        for (long revision = compacted; revision <= store.revision(); revision++) {
          RangeResult ours = at(store, revision);
          assertThat(ours).as("revision %s", revision).isEqualTo(at(upstream, revision));
        }
        assertThatThrownBy(() -> at(store, compacted - 1)).isInstanceOf(StoreException.class);
        assertThat(java.util.Objects.requireNonNull(store.lease(77, true)).keys())
            .containsExactly(Bytes.utf8("/registry/leased"));
        store.revokeLease(77);
        assertThat(store.get(Bytes.utf8("/registry/leased"))).isNull();
      }
    }
  }

  @Test
  void theSummaryIsWhatEtcdctlSays() throws Exception {
    try (Store upstream = connect()) {
      fill(upstream);
      Path file = save(upstream);
      Process etcdctl =
          new ProcessBuilder("etcdctl", "snapshot", "status", file.toString(), "-w", "json")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(etcdctl.getInputStream().readAllBytes(), UTF_8);
      try (UpstreamSnapshot snapshot = UpstreamSnapshot.open(file)) {
        var summary = snapshot.summary();
        assertThat(said)
            .contains(
                "\"hash\":" + Integer.toUnsignedLong(summary.hash()),
                "\"revision\":" + summary.revision(),
                "\"totalSize\":" + summary.sizeBytes());
      }
    }
  }

  @Test
  void damageIsRefusedWithTheFilesName() throws IOException {
    try (Store upstream = connect()) {
      fill(upstream);
      Path file = save(upstream);
      byte[] content = Files.readAllBytes(file);
      content[content.length / 2] ^= 1;
      Files.write(file, content);
      assertThatThrownBy(() -> UpstreamSnapshot.open(file))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("snapshot.db is damaged");
    }
  }

  /** A copied database has no digest: whatever is wrong with it must not crash the reader. */
  @Test
  void aDamagedCopyIsReadOrRefused() throws IOException {
    try (Store upstream = connect()) {
      fill(upstream);
      byte[] content = Files.readAllBytes(save(upstream));
      Path copy = directory.resolve("db");
      Random random = new Random(2);
      int refused = 0;
      for (int i = 0; i < 100; i++) {
        byte[] damaged = java.util.Arrays.copyOf(content, content.length - 32);
        int page = random.nextInt(damaged.length / 4096);
        random.nextBytes(damaged);
        System.arraycopy(content, 0, damaged, 0, damaged.length);
        for (int n = 0; n < 8; n++) {
          damaged[page * 4096 + random.nextInt(64)] ^= (byte) (1 + random.nextInt(255));
        }
        Files.write(copy, damaged);
        try (UpstreamSnapshot snapshot = UpstreamSnapshot.open(copy)) {
          snapshot.summary();
        } catch (StoreException e) {
          assertThat(e).hasMessageContaining("db is damaged");
          refused++;
        }
      }
      assertThat(refused).isPositive();
    }
  }
}
