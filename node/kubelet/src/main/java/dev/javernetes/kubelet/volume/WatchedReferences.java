package dev.javernetes.kubelet.volume;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.core.v1.ConfigMap;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.EnvFromSource;
import dev.javernetes.api.model.core.v1.EnvVar;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.api.model.core.v1.Volume;
import dev.javernetes.api.model.core.v1.VolumeProjection;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.References;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps and Secrets of this node's pods, each watched by name for as long as a pod refers
 * to it: the node authorizer allows nothing wider, and a change reaches the volumes at once.
 *
 * <p>Ten pods that mount {@code kube-root-ca.crt} of one namespace share one watch.
 */
public final class WatchedReferences implements References, AutoCloseable {

  private record Key(ResourceType<?> type, String namespace, String name) {}

  private record Watched(Informers informers, Informer<?> informer, Set<String> podUids) {}

  private final Client client;
  private final Timers timers;
  private final RandomGenerator random;
  private final Consumer<String> podChanged;
  private final Map<Key, Watched> watched = new ConcurrentHashMap<>();
  private final Map<String, Set<Key>> byPod = new ConcurrentHashMap<>();

  /** {@code podChanged} is told the uid of a pod when something that it refers to changes. */
  public WatchedReferences(
      Client client, Timers timers, RandomGenerator random, Consumer<String> podChanged) {
    this.client = client;
    this.timers = timers;
    this.random = random;
    this.podChanged = podChanged;
  }

  /** Watches what the pod refers to; again after its spec changed. */
  public void register(Pod pod) {
    Set<Key> keys = keys(pod);
    Set<Key> before = byPod.put(pod.metadata().uid(), keys);
    for (Key key : keys) {
      if (before == null || !before.contains(key)) {
        watched.compute(key, (k, present) -> add(k, present, pod.metadata().uid()));
      }
    }
    if (before != null) {
      before.stream()
          .filter(key -> !keys.contains(key))
          .forEach(key -> release(key, pod.metadata().uid()));
    }
  }

  public void unregister(String podUid) {
    Set<Key> keys = byPod.remove(podUid);
    if (keys != null) {
      keys.forEach(key -> release(key, podUid));
    }
  }

  @Override
  public @Nullable ConfigMap configMap(String namespace, String name) {
    return get(ConfigMap.TYPE, namespace, name);
  }

  @Override
  public @Nullable Secret secret(String namespace, String name) {
    return get(Secret.TYPE, namespace, name);
  }

  @Override
  public void close() {
    watched.values().forEach(entry -> entry.informers.close());
    watched.clear();
  }

  private <T extends KubernetesObject> @Nullable T get(
      ResourceType<T> type, String namespace, String name) {
    Watched entry = watched.get(new Key(type, namespace, name));
    if (entry != null && entry.informer.hasSynced()) {
      @SuppressWarnings("unchecked") // the key carries the type
      T cached = (T) entry.informer.get(namespace, name).orElse(null);
      if (cached != null) {
        return cached;
      }
    }
    // Not watched yet, or perhaps created a moment ago.
    return client.find(type, namespace, name).orElse(null);
  }

  private Watched add(Key key, @Nullable Watched present, String podUid) {
    if (present != null) {
      present.podUids.add(podUid);
      return present;
    }
    Informers informers = new Informers(client, timers, random);
    Informer<?> informer = informer(informers, key);
    informers.start();
    Set<String> pods = ConcurrentHashMap.newKeySet();
    pods.add(podUid);
    return new Watched(informers, informer, pods);
  }

  private Informer<?> informer(Informers informers, Key key) {
    var selection = new Informers.Selection(key.namespace, "", "metadata.name=" + key.name);
    if (key.type == ConfigMap.TYPE) {
      Informer<ConfigMap> informer = informers.of(ConfigMap.TYPE, selection);
      informer.handle(new Told<>(key));
      return informer;
    }
    Informer<Secret> informer = informers.of(Secret.TYPE, selection);
    informer.handle(new Told<>(key));
    return informer;
  }

  private final class Told<T> implements EventHandler<T> {
    private final Key key;

    Told(Key key) {
      this.key = key;
    }

    @Override
    public void added(T object, boolean initial) {
      if (!initial) {
        tell();
      }
    }

    @Override
    public void changed(T before, T now) {
      tell();
    }

    @Override
    public void deleted(T object) {
      // A volume keeps what it had, as upstream's.
    }

    private void tell() {
      Watched entry = watched.get(key);
      if (entry != null) {
        entry.podUids.forEach(podChanged);
      }
    }
  }

  private void release(Key key, String podUid) {
    watched.computeIfPresent(
        key,
        (k, entry) -> {
          entry.podUids.remove(podUid);
          if (!entry.podUids.isEmpty()) {
            return entry;
          }
          entry.informers.close();
          return null;
        });
  }

  private static Set<Key> keys(Pod pod) {
    Set<String> maps = new LinkedHashSet<>();
    Set<String> secrets = new LinkedHashSet<>();
    for (Container container : PodContainers.all(pod)) {
      for (EnvFromSource source : container.envFrom()) {
        if (source.configMapRef() != null) {
          maps.add(source.configMapRef().name());
        }
        if (source.secretRef() != null) {
          secrets.add(source.secretRef().name());
        }
      }
      for (EnvVar variable : container.env()) {
        if (variable.valueFrom() != null && variable.valueFrom().configMapKeyRef() != null) {
          maps.add(variable.valueFrom().configMapKeyRef().name());
        }
        if (variable.valueFrom() != null && variable.valueFrom().secretKeyRef() != null) {
          secrets.add(variable.valueFrom().secretKeyRef().name());
        }
      }
    }
    for (Volume volume : pod.spec().volumes()) {
      if (volume.configMap() != null) {
        maps.add(volume.configMap().name());
      }
      if (volume.secret() != null) {
        secrets.add(volume.secret().secretName());
      }
      if (volume.projected() != null) {
        for (VolumeProjection source : volume.projected().sources()) {
          if (source.configMap() != null) {
            maps.add(source.configMap().name());
          }
          if (source.secret() != null) {
            secrets.add(source.secret().name());
          }
        }
      }
    }
    pod.spec().imagePullSecrets().forEach(reference -> secrets.add(reference.name()));
    Set<Key> keys = new HashSet<>();
    String namespace = pod.metadata().namespace();
    maps.stream()
        .filter(n -> !n.isEmpty())
        .forEach(n -> keys.add(new Key(ConfigMap.TYPE, namespace, n)));
    secrets.stream()
        .filter(n -> !n.isEmpty())
        .forEach(n -> keys.add(new Key(Secret.TYPE, namespace, n)));
    return keys;
  }
}
