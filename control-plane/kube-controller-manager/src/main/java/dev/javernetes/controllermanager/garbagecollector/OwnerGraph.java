package dev.javernetes.controllermanager.garbagecollector;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All objects and who owns whom, kept up by watch events; says which objects need a look.
 *
 * <p>Deployment web ← ReplicaSet web-7c9 ← three pods. The Deployment is deleted: its node leaves
 * the graph and web-7c9 needs a look ("is one of your owners still there?"); when web-7c9 goes its
 * pods need one. A pod whose owner is not in the graph makes a virtual node: either the owner's
 * event is still on its way, or the owner never existed; looking at it on the server decides.
 *
 * <p>Nothing here calls the server. Thread-safe: each method is one short critical section.
 */
final class OwnerGraph {
  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  /** Uids to look at. */
  record Looks(Set<String> delete, Set<String> orphan) {
    Looks() {
      this(new LinkedHashSet<>(), new LinkedHashSet<>());
    }
  }

  /** One object, as a reader may hold it. */
  record View(
      Identity identity,
      List<OwnerReference> owners,
      boolean deleting,
      boolean deletingDependents,
      boolean virtual,
      int dependents) {}

  private static final class Vertex {
    final Identity identity;
    List<OwnerReference> owners = List.of();
    final Map<String, Vertex> dependents = new LinkedHashMap<>();
    boolean deleting;
    boolean deletingDependents;
    boolean virtual;

    Vertex(Identity identity) {
      this.identity = identity;
    }

    View view() {
      return new View(identity, owners, deleting, deletingDependents, virtual, dependents.size());
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Vertex> byUid = new HashMap<>();

  Looks put(KubernetesObject object) {
    lock.lock();
    try {
      Looks looks = new Looks();
      ObjectMeta metadata = object.metadata();
      Vertex vertex = byUid.get(metadata.uid());
      if (vertex == null || vertex.virtual) {
        vertex = insert(object, vertex);
      }
      relink(vertex, metadata.ownerReferences(), looks);
      transition(vertex, object, looks);
      return looks;
    } finally {
      lock.unlock();
    }
  }

  Looks remove(String uid) {
    lock.lock();
    try {
      Looks looks = new Looks();
      Vertex vertex = byUid.remove(uid);
      if (vertex == null) {
        return looks;
      }
      for (OwnerReference owner : vertex.owners) {
        Vertex of = byUid.get(owner.uid());
        if (of != null) {
          of.dependents.remove(uid);
          if (of.deletingDependents) {
            looks.delete.add(owner.uid());
          }
          forgetIfUseless(of);
        }
      }
      looks.delete.addAll(vertex.dependents.keySet());
      return looks;
    } finally {
      lock.unlock();
    }
  }

  @Nullable View get(String uid) {
    lock.lock();
    try {
      Vertex vertex = byUid.get(uid);
      return vertex == null ? null : vertex.view();
    } finally {
      lock.unlock();
    }
  }

  List<View> dependents(String uid) {
    lock.lock();
    try {
      Vertex vertex = byUid.get(uid);
      List<View> views = new ArrayList<>();
      if (vertex != null) {
        vertex.dependents.values().forEach(dependent -> views.add(dependent.view()));
      }
      return views;
    } finally {
      lock.unlock();
    }
  }

  /** Dependents that hold up the deletion of this owner in the foreground. */
  List<View> blocking(String uid) {
    List<View> blocking = new ArrayList<>();
    for (View dependent : dependents(uid)) {
      for (OwnerReference owner : dependent.owners) {
        if (owner.uid().equals(uid) && Boolean.TRUE.equals(owner.blockOwnerDeletion())) {
          blocking.add(dependent);
        }
      }
    }
    return blocking;
  }

  int size() {
    lock.lock();
    try {
      return byUid.size();
    } finally {
      lock.unlock();
    }
  }

  /** A virtual node that turns out to exist keeps the dependents that made it. */
  private Vertex insert(KubernetesObject object, @Nullable Vertex virtual) {
    ObjectMeta metadata = object.metadata();
    Vertex vertex =
        new Vertex(
            new Identity(
                object.groupVersionKind().apiVersion(),
                object.groupVersionKind().kind(),
                metadata.namespace(),
                metadata.name(),
                metadata.uid()));
    if (virtual != null) {
      vertex.dependents.putAll(virtual.dependents);
    }
    byUid.put(metadata.uid(), vertex);
    return vertex;
  }

  private void relink(Vertex vertex, List<OwnerReference> owners, Looks looks) {
    if (owners.equals(vertex.owners)) {
      return;
    }
    Map<String, OwnerReference> before = new HashMap<>();
    vertex.owners.forEach(owner -> before.put(owner.uid(), owner));
    for (OwnerReference owner : owners) {
      OwnerReference old = before.remove(owner.uid());
      Vertex of = byUid.get(owner.uid());
      if (of == null) {
        of = new Vertex(Identity.of(owner, vertex.identity.namespace()));
        of.virtual = true;
        byUid.put(owner.uid(), of);
        looks.delete.add(owner.uid());
      }
      of.dependents.put(vertex.identity.uid(), vertex);
      boolean misplaced = !of.virtual && !names(owner, vertex.identity, of.identity);
      if (misplaced) {
        looks.delete.add(vertex.identity.uid()); // an owner elsewhere is no owner
      }
      boolean unblocked =
          old != null
              && Boolean.TRUE.equals(old.blockOwnerDeletion())
              && !Boolean.TRUE.equals(owner.blockOwnerDeletion());
      if (unblocked && of.deletingDependents) {
        looks.delete.add(owner.uid());
      }
    }
    for (OwnerReference gone : before.values()) {
      Vertex of = byUid.get(gone.uid());
      if (of != null) {
        of.dependents.remove(vertex.identity.uid());
        if (of.deletingDependents) {
          looks.delete.add(gone.uid());
        }
        forgetIfUseless(of);
      }
    }
    if (!before.isEmpty() && !owners.isEmpty()) {
      looks.delete.add(vertex.identity.uid()); // those that are left may be gone
    }
    vertex.owners = owners;
  }

  /**
   * Whether a reference in {@code dependent} means {@code owner}: same kind, name and namespace.
   */
  private static boolean names(OwnerReference reference, Identity dependent, Identity owner) {
    boolean sameGroup =
        group(reference.apiVersion()).equals(group(owner.apiVersion()))
            && reference.kind().equals(owner.kind());
    return sameGroup
        && reference.name().equals(owner.name())
        && (owner.namespace().isEmpty() || owner.namespace().equals(dependent.namespace()));
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  private void transition(Vertex vertex, KubernetesObject object, Looks looks) {
    boolean deleting = Meta.deleting(object);
    List<String> finalizers = object.metadata().finalizers();
    if (deleting && !vertex.deleting) {
      vertex.deleting = true;
      if (!finalizers.contains(FOREGROUND) && !finalizers.contains(ORPHAN)) {
        vertex.owners.forEach(owner -> {
          Vertex of = byUid.get(owner.uid());
          if (of != null && of.deletingDependents) {
            looks.delete.add(owner.uid());
          }
        });
      }
    }
    if (deleting && finalizers.contains(ORPHAN)) {
      looks.orphan.add(vertex.identity.uid());
      return;
    }
    if (deleting && finalizers.contains(FOREGROUND) && !vertex.deletingDependents) {
      vertex.deletingDependents = true;
      looks.delete.addAll(vertex.dependents.keySet());
      looks.delete.add(vertex.identity.uid());
    }
  }

  private void forgetIfUseless(Vertex vertex) {
    if (vertex.virtual && vertex.dependents.isEmpty()) {
      byUid.remove(Objects.requireNonNull(vertex.identity).uid());
    }
  }
}
