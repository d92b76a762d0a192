package dev.javernetes.controllermanager.daemonset;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.model.apps.v1.ControllerRevision;
import dev.javernetes.api.model.apps.v1.DaemonSet;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Batches;
import dev.javernetes.controllermanager.loop.Claims;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.OwnWrites;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.PodsByController;
import dev.javernetes.controllermanager.loop.RevisionHistory;
import dev.javernetes.controllermanager.loop.Selectors;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out {@link DaemonSetPlan}s. */
public final class DaemonSetController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<DaemonSet> sets;
  private final Informer<Node> nodes;
  private final Informer<Pod> pods;
  private final Informer<ControllerRevision> revisions;
  private final Informer.Index<ControllerRevision> revisionsByController;
  private final PodsByController byController;
  private final OwnWrites<ObjectKey> podWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> revisionWrites = new OwnWrites<>();
  private final OwnWrites<ObjectKey> setWrites = new OwnWrites<>();

  /** Failed pods in a row per set and node: a pod that fails at once is not replaced at once. */
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  public DaemonSetController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("daemonset", context, workers);
    this.sets = loop.informer(DaemonSet.TYPE);
    this.nodes = loop.informer(Node.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.revisions = loop.informer(ControllerRevision.TYPE);
    this.revisionsByController = revisions.index("controller", Meta::controllerUid);
    this.byController = new PodsByController(pods);
    loop.on(sets, EventHandler.each(set -> loop.queue().add(Meta.key(set))));
    loop.on(
        nodes,
        new EventHandler<>() {
          @Override
          public void added(Node node, boolean initial) {
            sets.list().forEach(set -> loop.queue().add(Meta.key(set)));
          }

          @Override
          public void changed(Node before, Node now) {
            if (!before.metadata().labels().equals(now.metadata().labels())
                || !before.spec().equals(now.spec())) {
              added(now, false);
            }
          }

          @Override
          public void deleted(Node node) {
            added(node, false);
          }
        });
    loop.on(
        pods,
        new EventHandler<>() {
          @Override
          public void added(Pod pod, boolean initial) {
            enqueue(pod);
          }

          @Override
          public void changed(Pod before, Pod now) {
            if (Meta.deleting(now)) {
              saw(now);
            }
            enqueue(now);
          }

          @Override
          public void deleted(Pod pod) {
            saw(pod);
            enqueue(pod);
          }
        });
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
      podWrites.sawDeletion(new ObjectKey(pod.metadata().namespace(), owner.name()), Meta.uid(pod));
    }
  }

  private void enqueue(Pod pod) {
    OwnerReference owner = Meta.controllerOf(pod);
    if (owner != null) {
      if (owner.kind().equals("DaemonSet")) {
        loop.queue().add(new ObjectKey(pod.metadata().namespace(), owner.name()));
      }
      return;
    }
    for (DaemonSet set : sets.list(pod.metadata().namespace())) {
      if (Selectors.of(set.spec().selector()).test(pod.metadata().labels())) {
        loop.queue().add(Meta.key(set));
      }
    }
  }

  private void reconcile(ObjectKey key) throws InterruptedException {
    DaemonSet set = sets.get(key).orElse(null);
    if (set == null) {
      podWrites.forget(key);
      revisionWrites.forget(key);
      setWrites.forget(key);
      return;
    }
    boolean fresh =
        podWrites.seenBy(key, pods)
            && revisionWrites.seenBy(key, revisions)
            && setWrites.seenBy(key, sets);
    if (!fresh) {
      loop.queue().addAfter(key, Duration.ofSeconds(1));
      return;
    }
    if (Selectors.empty(set.spec().selector())) {
      context
          .events()
          .warning(
              ObjectRef.of(set),
              "SelectingAll",
              "This daemon set is selecting all pods. A non-empty selector is required.");
      return;
    }
    List<ControllerRevision> history = revisionsByController.get(Meta.uid(set));
    ControllerRevision revision =
        RevisionHistory.ensure(
            context.client(),
            set,
            DaemonPods.template(set),
            DaemonPods.HASH,
            set.status().collisionCount(),
            history);
    if (revision == null) {
      int collisions = Meta.or(set.status().collisionCount(), 0) + 1;
      writeStatus(
          key,
          set.toBuilder()
              .status(set.status().toBuilder().collisionCount(collisions).build())
              .build());
      return;
    }
    revisionWrites.wrote(key, revision);
    String hash = revision.metadata().labels().getOrDefault(DaemonPods.HASH, "");
    List<Pod> owned =
        Claims.plan(set, Selectors.of(set.spec().selector()), byController.candidates(set))
            .apply(context.client(), DaemonSet.TYPE, set, Pod.TYPE)
            .stream()
            .map(pod -> podWrites.deletedByUs(key, Meta.uid(pod)) ? going(pod) : pod)
            .toList();
    DaemonSetPlan plan =
        DaemonSetPlan.of(set, hash, nodes.list(), owned, context.timers().instant());
    Batches.all(plan.delete(), pod -> delete(key, set, pod)).orThrow();
    Batches.slowStart(plan.create(), node -> create(key, set, hash, node)).orThrow();
    writeStatus(key, set.toBuilder().status(plan.status()).build());
    Set<String> live = new HashSet<>(Set.of(revision.metadata().name()));
    for (ControllerRevision old : history) {
      String label = old.metadata().labels().getOrDefault(DaemonPods.HASH, "");
      if (owned.stream()
          .anyMatch(pod -> label.equals(pod.metadata().labels().get(DaemonPods.HASH)))) {
        live.add(old.metadata().name());
      }
    }
    RevisionHistory.truncate(
        context.client(), history, live, Meta.or(set.spec().revisionHistoryLimit(), 10));
    if (plan.nextLook() != null) {
      loop.queue().addAfter(key, plan.nextLook());
    }
  }

  private Pod going(Pod pod) {
    return pod.withMetadata(
        pod.metadata().toBuilder().deletionTimestamp(context.timers().instant()).build());
  }

  private void create(ObjectKey key, DaemonSet set, String hash, String node) {
    try {
      Pod created = context.client().create(Pod.TYPE, DaemonPods.pod(set, hash, node));
      podWrites.wrote(key, created);
      context
          .events()
          .normal(
              ObjectRef.of(set), "SuccessfulCreate", "Created pod: " + created.metadata().name());
    } catch (ApiException refusal) {
      context
          .events()
          .warning(ObjectRef.of(set), "FailedCreate", "Error creating: " + refusal.getMessage());
      throw refusal;
    }
  }

  private void delete(ObjectKey key, DaemonSet set, Pod pod) {
    String place = key + " " + DaemonPods.node(pod);
    if (PodStates.finished(pod) && pod.status().phase().equals("Failed")) {
      Duration wait = Duration.ofSeconds(1L << Math.min(failures.merge(place, 1, Integer::sum), 9));
      Duration left = wait.minus(Duration.between(Meta.created(pod), context.timers().instant()));
      context
          .events()
          .warning(
              ObjectRef.of(set),
              "FailedDaemonPod",
              "Found failed daemon pod %s on node %s, will try to kill it"
                  .formatted(Meta.key(pod), DaemonPods.node(pod)));
      if (left.isPositive()) {
        loop.queue().addAfter(key, left);
        return;
      }
    } else {
      failures.remove(place);
    }
    podWrites.deleted(key, Meta.uid(pod));
    try {
      if (Deletions.ifPresent(context.client(), Pod.TYPE, pod, DeleteOptions.uid(Meta.uid(pod)))) {
        context
            .events()
            .normal(ObjectRef.of(set), "SuccessfulDelete", "Deleted pod: " + pod.metadata().name());
      }
    } catch (ApiException refusal) {
      podWrites.sawDeletion(key, Meta.uid(pod));
      throw refusal;
    }
  }

  private void writeStatus(ObjectKey key, DaemonSet updated) {
    DaemonSet present = sets.get(key).orElse(null);
    if (present != null && !present.status().equals(updated.status())) {
      setWrites.wrote(key, context.client().updateStatus(DaemonSet.TYPE, updated));
    }
  }
}
