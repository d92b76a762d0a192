package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.client.Informer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a controller wrote for a key and its informer does not show yet. Acting before the cache has
 * caught up would create the same pods twice.
 *
 * <p>The pods created for {@code default/web} got versions 41, 44 and 42: the key has to wait until
 * the pod informer has reached 44 (versions are ordered numbers: KEP-5504). A deleted pod is
 * remembered by uid until the informer shows it as going or gone, since the answer to a delete need
 * not carry a version. Upstream counts expectations for the same purpose.
 */
public final class OwnWrites<K> {
  private record Unseen(long version, Set<String> deleted) {}

  private final Map<K, Unseen> unseen = new ConcurrentHashMap<>();

  public void wrote(K key, KubernetesObject written) {
    wrote(key, written.metadata().resourceVersion());
  }

  public void wrote(K key, String resourceVersion) {
    long version;
    try {
      version = Long.parseUnsignedLong(resourceVersion);
    } catch (NumberFormatException opaque) {
      return;
    }
    unseen.merge(
        key,
        new Unseen(version, Set.of()),
        (a, b) -> new Unseen(Math.max(a.version, b.version), a.deleted));
  }

  public void deleted(K key, String uid) {
    unseen.merge(
        key,
        new Unseen(0, Set.of(uid)),
        (a, b) -> {
          Set<String> both = new HashSet<>(a.deleted);
          both.addAll(b.deleted);
          return new Unseen(a.version, both);
        });
  }

  /** Whether the informer has reached all that was written for this key. */
  public boolean seenBy(K key, Informer<?> informer) {
    Unseen waiting = unseen.get(key);
    return waiting == null || waiting.version <= informer.resourceVersion();
  }

  /** Whether we deleted this object and the cache shows it as if nothing had happened. */
  public boolean deletedByUs(K key, String uid) {
    Unseen waiting = unseen.get(key);
    return waiting != null && waiting.deleted.contains(uid);
  }

  /** The informer shows that the object goes or is gone. */
  public void sawDeletion(K key, String uid) {
    unseen.computeIfPresent(
        key,
        (k, waiting) -> {
          if (!waiting.deleted.contains(uid)) {
            return waiting;
          }
          Set<String> left = new HashSet<>(waiting.deleted);
          left.remove(uid);
          return new Unseen(waiting.version, left);
        });
  }

  public void forget(K key) {
    unseen.remove(key);
  }
}
