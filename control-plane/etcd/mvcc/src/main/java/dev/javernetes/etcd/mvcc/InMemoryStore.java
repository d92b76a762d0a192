package dev.javernetes.etcd.mvcc;

/**
 * The store without a disk, for tests and clusters that may forget: the same core as the durable
 * one, over {@link InMemoryBackend}.
 *
 * <p>{@code try (Store store = InMemoryStore.open()) { store.put(key, value); }}
 */
public final class InMemoryStore {
  private InMemoryStore() {}

  public static MvccStore open() {
    return open(StoreOptions.DEFAULTS);
  }

  public static MvccStore open(StoreOptions options) {
    return new MvccStore(new InMemoryBackend(), options, StoreRuntime.system("etcd"));
  }
}
