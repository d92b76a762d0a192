package dev.javernetes.controllermanager.disruption;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.api.model.policy.v1.PodDisruptionBudget;
import dev.javernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import dev.javernetes.client.Client;
import dev.javernetes.client.Discovery;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.Selectors;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the status of PodDisruptionBudgets. */
public final class DisruptionController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<PodDisruptionBudget> budgets;
  private final Informer<Pod> pods;
  private final Informer<ReplicaSet> replicaSets;
  private final Informer<Deployment> deployments;

  public DisruptionController(ControllerContext context) {
    this.context = context;
    this.loop = Loop.of("disruption", context, 2);
    this.budgets = loop.informer(PodDisruptionBudget.TYPE);
    this.pods = loop.informer(Pod.TYPE);
    this.replicaSets = loop.informer(ReplicaSet.TYPE);
    this.deployments = loop.informer(Deployment.TYPE);
    loop.on(budgets, EventHandler.each(budget -> loop.queue().add(Meta.key(budget))));
    loop.on(
        pods,
        EventHandler.each(pod -> {
          for (PodDisruptionBudget budget : budgets.list(pod.metadata().namespace())) {
            if (Selectors.of(budget.spec().selector()).test(pod.metadata().labels())) {
              loop.queue().add(Meta.key(budget));
            }
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

  private void reconcile(ObjectKey key) {
    PodDisruptionBudget budget = budgets.get(key).orElse(null);
    if (budget == null) {
      return;
    }
    List<Pod> selected = new ArrayList<>();
    for (Pod pod : pods.list(key.namespace())) {
      if (!PodStates.finished(pod)
          && Selectors.of(budget.spec().selector()).test(pod.metadata().labels())) {
        selected.add(pod);
      }
    }
    Instant now = context.timers().instant().truncatedTo(ChronoUnit.SECONDS);
    PodDisruptionBudgetStatus status = Budget.status(budget, selected, scale(selected), now);
    if (!status.equals(budget.status())) {
      context
          .client()
          .updateStatus(PodDisruptionBudget.TYPE, budget.toBuilder().status(status).build());
    }
    if (!status.disruptedPods().isEmpty()) {
      loop.queue().addAfter(key, Budget.DISRUPTION_NOTED);
    }
  }

  /** The sum of what the pods' owners want; pods without an owner that scales count as they are. */
  private int scale(List<Pod> selected) {
    Map<String, Integer> perOwner = new HashMap<>();
    int alone = 0;
    for (Pod pod : selected) {
      OwnerReference owner = Meta.controllerOf(pod);
      if (owner == null) {
        alone++;
      } else if (!perOwner.containsKey(owner.uid())) {
        perOwner.put(owner.uid(), 0);
        OwnerReference top = top(owner, pod.metadata().namespace());
        perOwner.put(top.uid(), scale(top, pod.metadata().namespace()));
      }
    }
    return alone + perOwner.values().stream().mapToInt(Integer::intValue).sum();
  }

  private OwnerReference top(OwnerReference owner, String namespace) {
    if (owner.kind().equals("ReplicaSet")) {
      OwnerReference above =
          replicaSets.get(namespace, owner.name()).map(Meta::controllerOf).orElse(null);
      if (above != null) {
        return above;
      }
    }
    return owner;
  }

  private int scale(OwnerReference owner, String namespace) {
    if (owner.kind().equals("Deployment")) {
      return deployments
          .get(namespace, owner.name())
          .map(deployment -> Meta.or(deployment.spec().replicas(), 1))
          .orElse(0);
    }
    GroupVersionKind kind = GroupVersionKind.of(owner.apiVersion(), owner.kind());
    Discovery.Resource resource = Discovery.of(context.client()).ofKind(kind.group(), kind.kind());
    if (resource == null) {
      return 0;
    }
    try {
      JsonObject scale =
          context
              .client()
              .getJson(Client.path(resource.resource(), namespace, owner.name(), "scale"));
      return (int) scale.objectOrEmpty("spec").integer("replicas");
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND)) {
        return 0; // it does not scale
      }
      throw refusal;
    }
  }
}
