package dev.javernetes.controllermanager.podgc;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodStatus;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Carries out {@link PodGarbage}. */
public final class PodGcController implements Controller {
  /** A node that is gone may come back, or our cache may lag: upstream waits as long. */
  private static final Duration QUARANTINE = Duration.ofSeconds(40);

  private final ControllerContext context;
  private final int threshold;
  private final Loop<ObjectKey> loop;
  private final Informer<Pod> pods;
  private final Informer<Node> nodes;

  public PodGcController(ControllerContext context, int terminatedPodThreshold) {
    this.context = context;
    this.threshold = terminatedPodThreshold;
    this.loop = Loop.of("gc_pods", context, 2);
    this.pods = loop.informer(Pod.TYPE);
    this.nodes = loop.informer(Node.TYPE);
    Informer.Index<Pod> byNode = pods.index("node", pod -> List.of(pod.spec().nodeName()));
    loop.on(
        pods,
        new EventHandler<>() {
          @Override
          public void added(Pod pod, boolean initial) {
            if (PodStates.finished(pod)) {
              tooMany();
            }
            if (!pod.spec().nodeName().isEmpty()
                && nodes.get("", pod.spec().nodeName()).isEmpty()) {
              loop.queue().addAfter(Meta.key(pod), QUARANTINE);
            } else if (Meta.deleting(pod)) {
              loop.queue().add(Meta.key(pod));
            }
          }

          @Override
          public void changed(Pod before, Pod now) {
            boolean ended = PodStates.finished(now) && !PodStates.finished(before);
            if (ended || (Meta.deleting(now) && !Meta.deleting(before))) {
              added(now, false);
            }
          }

          @Override
          public void deleted(Pod pod) {}
        });
    loop.on(
        nodes,
        new EventHandler<>() {
          @Override
          public void added(Node node, boolean initial) {}

          @Override
          public void changed(Node before, Node now) {
            if (!before.spec().taints().equals(now.spec().taints())) {
              byNode.get(now.metadata().name()).forEach(pod -> loop.queue().add(Meta.key(pod)));
            }
          }

          @Override
          public void deleted(Node node) {
            byNode
                .get(node.metadata().name())
                .forEach(pod -> loop.queue().addAfter(Meta.key(pod), QUARANTINE));
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

  private void tooMany() {
    if (threshold > 0 && pods.list().size() > threshold) {
      PodGarbage.surplus(pods.list(), threshold).forEach(pod -> loop.queue().add(Meta.key(pod)));
    }
  }

  private void reconcile(ObjectKey key) {
    Pod pod = pods.get(key).orElse(null);
    if (pod == null) {
      return;
    }
    String nodeName = pod.spec().nodeName();
    Node node =
        nodeName.isEmpty()
            ? null
            : nodes
                .get("", nodeName)
                .or(() -> context.client().find(Node.TYPE, "", nodeName))
                .orElse(null);
    PodGarbage garbage = PodGarbage.of(pod, node);
    boolean surplus =
        garbage == null
            && PodStates.finished(pod)
            && PodGarbage.surplus(pods.list(), threshold).contains(pod);
    if (garbage == null && !surplus) {
      return;
    }
    if (!PodStates.finished(pod)) {
      context
          .client()
          .patchStatus(
              Pod.TYPE, key.namespace(), key.name(), failed(pod, garbage == PodGarbage.ORPHANED));
    }
    Deletions.ifPresent(
        context.client(), Pod.TYPE, pod, new DeleteOptions(0, "", Meta.uid(pod), "", false));
  }

  /** Its owner must see that it will never run to its end. */
  private Patch failed(Pod pod, boolean orphaned) {
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    PodStatus status = PodStatus.builder().phase("Failed").build();
    if (orphaned) {
      status =
          PodStates.withCondition(
              status,
              "DisruptionTarget",
              "True",
              "DeletionByPodGC",
              "PodGC: node no longer exists",
              now);
    }
    return Patch.strategic(
        JsonObject.of("metadata", JsonObject.of("uid", Meta.uid(pod)), "status", status.toJson()));
  }
}
