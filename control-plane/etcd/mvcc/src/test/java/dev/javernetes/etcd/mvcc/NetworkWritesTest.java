package dev.javernetes.etcd.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Writes that a network thread decides and syncs itself. */
class NetworkWritesTest {
  private final Queue<Runnable> network = new ArrayDeque<>();
  private final List<Long> answered = new ArrayList<>();
  private final MvccStore store =
      new MvccStore(
          new InMemoryBackend(),
          StoreOptions.DEFAULTS,
          new StoreRuntime(
              () -> 0, Runnable::run, Runnable::run, (period, action) -> {}, () -> {}));

  private static Txn put(String key) {
    return Txn.of(Op.put(Bytes.utf8(key), Bytes.utf8("v")));
  }

  @Test
  void whatHasComeIsOneGroup() {
    store.txn(put("a"), network::add, (result, problem) -> answered.add(result.revision()));
    store.txn(put("b"), network::add, (result, problem) -> answered.add(result.revision()));
    assertThat(answered).isEmpty();
    assertThat(store.revision()).isEqualTo(1);
    assertThat(network).hasSize(1);
    network.remove().run();
    assertThat(answered).containsExactly(2L, 3L);
    assertThat(store.revision()).isEqualTo(3);
  }

  @Test
  void aNetworkThreadThatHasEndedLosesNoWrite() {
    store.txn(
        put("a"),
        task -> {
          throw new RejectedExecutionException();
        },
        (result, problem) -> answered.add(result.revision()));
    assertThat(answered).containsExactly(2L);
    store.close();
  }
}
