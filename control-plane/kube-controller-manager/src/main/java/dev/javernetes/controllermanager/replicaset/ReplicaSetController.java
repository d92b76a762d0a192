package dev.javernetes.controllermanager.replicaset;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Batches;
import dev.javernetes.controllermanager.loop.Claims;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.PodTemplates;
import dev.javernetes.controllermanager.loop.PodsByController;
import dev.javernetes.controllermanager.replicaset.ReplicaKind.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out what {@link ReplicaPlan} decides, for either kind. */
public final class ReplicaSetController<T extends KubernetesObject> implements Controller {
  private final ReplicaKind<T> kind;
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<T> owners;
  private final Informer<Pod> pods;
  private final PodsByController byController;
  private final OwnWrites<ObjectKey> ownWrites = new OwnWrites<>();

  private ReplicaSetController(ReplicaKind<T> kind, ControllerContext context, int workers) {
    this.kind = kind;
    this.context = context;
    this.loop = Loop.of(kind.queueName(), context, workers);
    this.owners = loop.informer(kind.type());
    this.pods = loop.informer(Pod.TYPE);
    this.byController = new PodsByController(pods);
    loop.on(
        owners,
        new EventHandler<>() {
          @Override
          public void added(T object, boolean initial) {
            loop.queue().add(Meta.key(object));
          }

          @Override
          public void changed(T before, T now) {
            loop.queue().add(Meta.key(now));
          }

          @Override
          public void deleted(T object) {
            ownWrites.forget(Meta.key(object));
            loop.queue().add(Meta.key(object));
          }
        });
    loop.on(
        pods,
        new EventHandler<>() {
          @Override
          public void added(Pod pod, boolean initial) {
            if (Meta.deleting(pod)) {
              deleted(pod);
            } else {
              podChanged(pod);
            }
          }

          @Override
          public void changed(Pod before, Pod now) {
            if (Meta.deleting(now)) {
              saw(now);
            }
            OwnerReference old = Meta.controllerOf(before);
            if (old != null && !old.equals(Meta.controllerOf(now))) {
              enqueue(old, before.metadata().namespace());
            }
            podChanged(now);
          }

          @Override
          public void deleted(Pod pod) {
            saw(pod);
            podChanged(pod);
          }
        });
  }

  public static Controller replicaSets(ControllerContext context, int workers) {
    return new ReplicaSetController<>(ReplicaKind.REPLICA_SET, context, workers);
  }

  public static Controller replicationControllers(ControllerContext context, int workers) {
    return new ReplicaSetController<>(ReplicaKind.REPLICATION_CONTROLLER, context, workers);
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void saw(Pod pod) {
    OwnerReference owner = Meta.controllerOf(pod);
    if (owner != null) {
      ownWrites.sawDeletion(new ObjectKey(pod.metadata().namespace(), owner.name()), Meta.uid(pod));
    }
  }

  private void podChanged(Pod pod) {
    OwnerReference owner = Meta.controllerOf(pod);
    if (owner != null) {
      enqueue(owner, pod.metadata().namespace());
      return;
    }
    if (!Meta.deleting(pod)) {
      for (T candidate : owners.list(pod.metadata().namespace())) {
        if (kind.replicas(candidate).selector().test(pod.metadata().labels())) {
          loop.queue().add(Meta.key(candidate));
        }
      }
    }
  }

  private void enqueue(OwnerReference owner, String namespace) {
    if (owner.kind().equals(kind.type().kind().kind())
        && owner.apiVersion().equals(kind.type().kind().apiVersion())) {
      loop.queue().add(new ObjectKey(namespace, owner.name()));
    }
  }

  private void reconcile(ObjectKey key) throws InterruptedException {
    T owner = owners.get(key).orElse(null);
    if (owner == null) {
      ownWrites.forget(key);
      return;
    }
    if (!ownWrites.seenBy(key, pods)) {
      loop.queue().addAfter(key, Duration.ofSeconds(5)); // the pods' events come first
      return;
    }
    Replicas replicas = kind.replicas(owner);
    Instant now = context.timers().instant();
    List<Pod> candidates = byController.candidates(owner);
    List<Pod> owned =
        Claims.plan(owner, replicas.selector(), candidates)
            .apply(context.client(), kind.type(), owner, Pod.TYPE);
    List<Pod> active = new ArrayList<>();
    int terminating = 0;
    for (Pod pod : owned) {
      boolean going = Meta.deleting(pod) || ownWrites.deletedByUs(key, Meta.uid(pod));
      if (!PodStates.finished(pod)) {
        if (going) {
          terminating++;
        } else {
          active.add(pod);
        }
      }
    }
    Failure failure = null;
    RuntimeException thrown = null;
    if (!Meta.deleting(owner)) {
      try {
        carryOut(
            key,
            owner,
            ReplicaPlan.of(replicas.desired(), active, related(owner, replicas, active), now));
      } catch (ApiException refusal) {
        failure = failure(replicas.desired(), active.size(), refusal);
        thrown = refusal;
      }
    }
    ReplicaCounts counts = ReplicaCounts.of(replicas, active, terminating, now);
    writeStatus(owner, counts, failure, now);
    if (counts.nextAvailable() != null) {
      loop.queue().addAfter(key, counts.nextAvailable());
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  private static Failure failure(int desired, int active, ApiException refusal) {
    return new Failure(
        desired > active ? "FailedCreate" : "FailedDelete", String.valueOf(refusal.getMessage()));
  }

  private void carryOut(ObjectKey key, T owner, ReplicaPlan plan) throws InterruptedException {
    switch (plan) {
      case ReplicaPlan.Nothing nothing -> {}
      case ReplicaPlan.Create create -> create(key, owner, create.count());
      case ReplicaPlan.Delete delete ->
          Batches.all(delete.pods(), pod -> delete(key, owner, pod)).orThrow();
    }
  }

  private void create(ObjectKey key, T owner, int count) throws InterruptedException {
    // written once, sent often: the server completes the name of each
    Patch body =
        new Patch(
            "application/json",
            Json.bytes(PodTemplates.pod(kind.replicas(owner).template(), owner).toJson()));
    String path = Client.path(Pod.TYPE.resource(), key.namespace(), "");
    ObjectRef about = ObjectRef.of(owner);
    Batches.Outcome outcome =
        Batches.slowStart(
            Collections.nCopies(count, body),
            pod -> {
              JsonObject created;
              try {
                created =
                    context.client().call("POST", path, List.of(), pod).objectOrEmpty("metadata");
              } catch (ApiException refusal) {
                context
                    .events()
                    .warning(about, "FailedCreate", "Error creating: " + refusal.getMessage());
                throw refusal;
              }
              ownWrites.wrote(key, created.string("resourceVersion"));
              context
                  .events()
                  .normal(about, "SuccessfulCreate", "Created pod: " + created.string("name"));
            });
    for (RuntimeException problem : outcome.failures()) {
      if (!(problem instanceof ApiException refusal) || !namespaceGoes(refusal)) {
        throw problem;
      }
    }
  }

  /** Nothing can be created there any more, and trying again will not help. */
  private static boolean namespaceGoes(ApiException refusal) {
    return refusal.is(StatusReason.FORBIDDEN)
        && refusal.status().objectOrEmpty("details").objects("causes").stream()
            .anyMatch(cause -> cause.string("reason").equals("NamespaceTerminating"));
  }

  private void delete(ObjectKey key, T owner, Pod pod) {
    String name = pod.metadata().name();
    try {
      ownWrites.deleted(key, Meta.uid(pod));
      context
          .client()
          .delete(Pod.TYPE, pod.metadata().namespace(), name, DeleteOptions.uid(Meta.uid(pod)));
      context.events().normal(ObjectRef.of(owner), "SuccessfulDelete", "Deleted pod: " + name);
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND)) {
        return;
      }
      ownWrites.sawDeletion(key, Meta.uid(pod));
      context
          .events()
          .warning(ObjectRef.of(owner), "FailedDelete", "Error deleting: " + refusal.getMessage());
      throw refusal;
    }
  }

  /** The pods of all sets with the same controller, such as a Deployment's old and new one. */
  private List<Pod> related(T owner, Replicas replicas, List<Pod> own) {
    OwnerReference above = Meta.controllerOf(owner);
    if (above == null || replicas.desired() >= own.size()) {
      return own;
    }
    List<Pod> all = new ArrayList<>();
    for (T sibling : owners.list(owner.metadata().namespace())) {
      OwnerReference other = Meta.controllerOf(sibling);
      if (other != null && other.uid().equals(above.uid())) {
        all.addAll(byController.ownedBy(Meta.uid(sibling)));
      }
    }
    return all;
  }

  private void writeStatus(T owner, ReplicaCounts counts, @Nullable Failure failure, Instant now) {
    T updated = kind.withStatus(owner, counts, failure, now);
    if (!updated.equals(owner)) {
      try {
        context.client().updateStatus(kind.type(), updated);
      } catch (ApiException refusal) {
        if (!refusal.is(StatusReason.CONFLICT) && !refusal.is(StatusReason.NOT_FOUND)) {
          throw refusal;
        }
        loop.queue()
            .addAfter(Meta.key(owner), Duration.ofMillis(20)); // the newer one is on its way
      }
    }
  }
}
