package dev.javernetes.kubelet.source;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.Client;
import dev.javernetes.client.Informer;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows static pods in the API: a mirror pod each, which cannot be used to change them. Deleting
 * the mirror only makes the kubelet create it anew.
 */
public final class MirrorPods {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorPods.class);

  private final Client client;
  private final Informer<Pod> apiPods;
  private final Supplier<@Nullable Node> node;

  public MirrorPods(Client client, Informer<Pod> apiPods, Supplier<@Nullable Node> node) {
    this.client = client;
    this.apiPods = apiPods;
    this.node = node;
  }

  public static boolean isMirror(Pod pod) {
    return pod.metadata().annotations().containsKey(StaticPods.MIRROR);
  }

  public static boolean isStatic(Pod pod) {
    String source = pod.metadata().annotations().getOrDefault(StaticPods.SOURCE, "api");
    return !source.equals("api") && !isMirror(pod);
  }

  /** The API's object for a pod: the mirror of a static one, the pod itself else. */
  public @Nullable Pod twin(Pod pod) {
    if (!isStatic(pod)) {
      return apiPods
          .get(pod.metadata().namespace(), pod.metadata().name())
          .filter(stored -> stored.metadata().uid().equals(pod.metadata().uid()))
          .orElse(pod);
    }
    Pod mirror = apiPods.get(pod.metadata().namespace(), pod.metadata().name()).orElse(null);
    return mirror != null && mirrors(mirror, pod) ? mirror : null;
  }

  /** Brings the mirrors in line with the static pods; called after each change of either. */
  public void reconcile(Map<String, Pod> staticPods) {
    for (Pod pod : staticPods.values()) {
      Pod present = apiPods.get(pod.metadata().namespace(), pod.metadata().name()).orElse(null);
      try {
        if (present != null
            && isMirror(present)
            && (!mirrors(present, pod) || present.metadata().deletionTimestamp() != null)) {
          delete(present);
          present = null;
        }
        if (present == null) {
          client.create(Pod.TYPE, mirror(pod));
        }
      } catch (ApiException refusal) {
        if (!refusal.is(StatusReason.ALREADY_EXISTS)) {
          LOG.warn("mirror of static pod {}: {}", pod.metadata().name(), refusal.getMessage());
        }
      } catch (UncheckedIOException unreachable) {
        LOG.debug("mirror of static pod {}", pod.metadata().name(), unreachable);
      }
    }
    for (Pod pod : apiPods.list()) {
      if (isMirror(pod)
          && !staticPods.containsKey(
              pod.metadata().annotations().getOrDefault(StaticPods.MIRROR, ""))) {
        try {
          delete(pod);
        } catch (ApiException | UncheckedIOException problem) {
          LOG.debug("mirror {}", pod.metadata().name(), problem);
        }
      }
    }
  }

  private void delete(Pod mirror) {
    try {
      client.delete(
          Pod.TYPE,
          mirror.metadata().namespace(),
          mirror.metadata().name(),
          new DeleteOptions(0, "", mirror.metadata().uid(), "", false));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }

  private static boolean mirrors(Pod mirror, Pod pod) {
    return pod.metadata().uid().equals(mirror.metadata().annotations().get(StaticPods.MIRROR));
  }

  private Pod mirror(Pod pod) {
    Map<String, String> annotations = new LinkedHashMap<>(pod.metadata().annotations());
    annotations.put(StaticPods.MIRROR, pod.metadata().uid());
    ObjectMeta.Builder metadata =
        ObjectMeta.builder()
            .name(pod.metadata().name())
            .namespace(pod.metadata().namespace())
            .labels(pod.metadata().labels())
            .annotations(annotations);
    Node owner = node.get();
    if (owner != null) {
      metadata.ownerReferences(
          List.of(
              OwnerReference.builder()
                  .apiVersion("v1")
                  .kind("Node")
                  .name(owner.metadata().name())
                  .uid(owner.metadata().uid())
                  .controller(true)
                  .build()));
    }
    return pod.toBuilder().metadata(metadata.build()).build();
  }
}
