package dev.javernetes.controllermanager.tainteviction;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Disruptions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.Tolerance;
import java.time.Duration;
import java.util.List;

/** Carries out {@link Tolerance}, one key per pod. */
public final class TaintEvictionController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<Node> nodes;
  private final Informer<Pod> pods;

  public TaintEvictionController(ControllerContext context) {
    this.context = context;
    this.loop = Loop.of("taint_eviction", context, 8);
    this.nodes = loop.informer(Node.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    Informer.Index<Pod> byNode = pods.index("node", pod -> List.of(pod.spec().nodeName()));
    loop.on(
        nodes,
        new EventHandler<>() {
          @Override
          public void added(Node node, boolean initial) {
            if (executes(node)) {
              byNode.get(node.metadata().name()).forEach(pod -> loop.queue().add(Meta.key(pod)));
            }
          }

          @Override
          public void changed(Node before, Node now) {
            if (!before.spec().taints().equals(now.spec().taints())) {
              added(now, false);
            }
          }

          @Override
          public void deleted(Node node) {}
        });
    loop.on(
        pods,
        EventHandler.each(pod -> {
          Node node = nodes.get("", pod.spec().nodeName()).orElse(null);
          if (node != null && executes(node)) {
            loop.queue().add(Meta.key(pod));
          }
        }));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private static boolean executes(Node node) {
    for (Taint taint : node.spec().taints()) {
      if (taint.effect().equals("NoExecute")) {
        return true;
      }
    }
    return false;
  }

  private void reconcile(ObjectKey key) {
    Pod pod = pods.get(key).orElse(null);
    if (pod == null || Meta.deleting(pod) || PodStates.finished(pod)) {
      return;
    }
    Node node = nodes.get("", pod.spec().nodeName()).orElse(null);
    if (node == null) {
      return;
    }
    Duration left =
        Tolerance.left(node.spec().taints(), pod.spec().tolerations(), context.timers().instant());
    if (left == null) {
      return;
    }
    if (!left.isZero() && !left.isNegative()) {
      loop.queue().addAfter(key, left);
      return;
    }
    context
        .events()
        .normal(ObjectRef.of(pod), "TaintManagerEviction", "Marking for deletion Pod " + key);
    Disruptions.mark(
        context.client(),
        pod,
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
        context.timers().instant());
    Deletions.ifPresent(context.client(), Pod.TYPE, pod, DeleteOptions.uid(Meta.uid(pod)));
  }
}
