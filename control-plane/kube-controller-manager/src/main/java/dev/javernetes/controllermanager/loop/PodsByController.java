package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Informer;
import java.util.ArrayList;
import java.util.List;

/** Pods by the uid of what manages them, and those that nobody manages by namespace. */
public final class PodsByController {
  private final Informer.Index<Pod> index;

  public PodsByController(Informer<Pod> pods) {
    this.index =
        pods.index(
            "controller",
            pod -> {
              List<String> uid = Meta.controllerUid(pod);
              return uid.isEmpty() ? List.of("orphan in " + pod.metadata().namespace()) : uid;
            });
  }

  public List<Pod> ownedBy(String uid) {
    return index.get(uid);
  }

  /** What the owner has and what it might adopt. */
  public List<Pod> candidates(KubernetesObject owner) {
    List<Pod> owned = index.get(owner.metadata().uid());
    List<Pod> orphans = index.get("orphan in " + owner.metadata().namespace());
    if (orphans.isEmpty()) {
      return owned;
    }
    List<Pod> all = new ArrayList<>(owned);
    all.addAll(orphans);
    return all;
  }
}
