package dev.javernetes.etcd.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.etcd.contract.RecordingListener;
import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.Event;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.WatchRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real members; one is killed and comes back while we read, write and watch. */
class MemberLossTest {
  private static final int WATCHES = 6;
  private static final int WRITES = 60;

  @TempDir Path directory;

  @Test
  void watchesGoOnWhenAMemberIsLost() throws Exception {
    Assumptions.assumeTrue(
        RealEtcd.program().isPresent(), "needs etcd on the path (Debian: apt install etcd-server)");
    try (RealEtcd etcd = RealEtcd.start(directory, 3);
        Store store =
            RemoteStore.connect(etcd.options().withRequestTimeout(Duration.ofSeconds(30)))) {
      long from = store.revision() + 1;
      // Streams go round the members, so that each member serves some of them.
      List<RecordingListener> listeners =
          IntStream.range(0, WATCHES)
              .mapToObj(i -> {
                RecordingListener listener = new RecordingListener();
                store.watch(WatchRequest.of(KeyRange.all()).withStartRevision(from), listener);
                return listener;
              })
              .toList();
      for (int i = 0; i < WRITES; i++) {
        if (i == WRITES / 3) {
          etcd.member(0).stop();
        } else if (i == 2 * WRITES / 3) {
          etcd.member(0).start();
        }
        write(store, "k" + i);
      }
      assertThat(store.range(RangeRequest.of(KeyRange.all())).count()).isEqualTo(WRITES);
      List<Event> expected = listeners.getFirst().awaitEvents(WRITES);
      for (RecordingListener listener : listeners) {
        assertThat(listener.awaitEvents(expected.size())).isEqualTo(expected);
      }
    }
  }

  /** A write whose outcome is unknown is settled by creating the key again. */
  private static void write(Store store, String key) {
    while (true) {
      try {
        store.create(Bytes.utf8(key), Bytes.utf8("v"), 0);
        return;
      } catch (StoreException e) {
        assertThat(e.reason())
            .isIn(StoreException.Reason.UNAVAILABLE, StoreException.Reason.TIMEOUT);
      }
    }
  }
}
