package dev.javernetes.etcd.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.javernetes.etcd.mvcc.Bytes;
import dev.javernetes.etcd.mvcc.KeyRange;
import dev.javernetes.etcd.mvcc.KeyValue;
import dev.javernetes.etcd.mvcc.Op;
import dev.javernetes.etcd.mvcc.RangeRequest;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.Txn;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A backend's suite opens a store without keys before each test. Its revision may be any (a real
 * etcd is shared by many tests), so tests count from where it stands.
 */
public abstract class StoreContract {
  protected Store store;

  /** Opens a store that holds no key and no lease. */
  protected abstract Store open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  protected long put(String key, String value) {
    return store.put(bytes(key), bytes(value));
  }

  protected long putWithLease(String key, String value, long lease) {
    return store.txn(Txn.of(Op.put(bytes(key), bytes(value), lease))).revision();
  }

  protected long delete(String key) {
    return store.delete(KeyRange.single(bytes(key)));
  }

  protected String valueAt(String key, long revision) {
    KeyValue kv = store.range(RangeRequest.of(bytes(key)).withRevision(revision)).first();
    return kv == null ? "(absent)" : kv.value().toUtf8();
  }

  protected String value(String key) {
    return valueAt(key, 0);
  }

  protected KeyValue kv(String key) {
    return requireNonNull(store.get(bytes(key)), key);
  }

  protected List<String> keys(RangeRequest request) {
    return store.range(request).kvs().stream().map(kv -> kv.key().toUtf8()).toList();
  }

  protected static StoreException.Reason refusal(ThrowingCallable call) {
    StoreException refusal = catchThrowableOfType(StoreException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }
}
