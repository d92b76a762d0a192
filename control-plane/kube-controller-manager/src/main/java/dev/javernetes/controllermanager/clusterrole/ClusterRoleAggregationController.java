package dev.javernetes.controllermanager.clusterrole;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.meta.v1.LabelSelector;
import dev.javernetes.api.model.rbac.v1.AggregationRule;
import dev.javernetes.api.model.rbac.v1.ClusterRole;
import dev.javernetes.api.model.rbac.v1.PolicyRule;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Patch;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.Selectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code admin}'s rules are those of every role labelled aggregate-to-admin. */
public final class ClusterRoleAggregationController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<ClusterRole> roles;

  public ClusterRoleAggregationController(ControllerContext context) {
    this.context = context;
    this.loop = Loop.of("cluster_role_aggregation", context, 2);
    this.roles = loop.informer(ClusterRole.TYPE);
    loop.on(
        roles,
        EventHandler.each(changed -> {
          for (ClusterRole role : roles.list()) {
            if (role.aggregationRule() != null) {
              loop.queue().add(Meta.key(role));
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

  /** The rules of all roles that a selector matches, by name, each once. */
  static List<PolicyRule> aggregate(
      ClusterRole role, AggregationRule aggregation, List<ClusterRole> all) {
    Set<PolicyRule> rules = new LinkedHashSet<>();
    List<ClusterRole> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(other -> other.metadata().name()));
    for (LabelSelector selector : aggregation.clusterRoleSelectors()) {
      for (ClusterRole other : sorted) {
        if (!other.metadata().name().equals(role.metadata().name())
            && Selectors.of(selector).test(other.metadata().labels())) {
          rules.addAll(other.rules());
        }
      }
    }
    return new ArrayList<>(rules);
  }

  private void reconcile(ObjectKey key) {
    ClusterRole role = roles.get(key).orElse(null);
    AggregationRule aggregation = role == null ? null : role.aggregationRule();
    if (role == null || aggregation == null) {
      return;
    }
    List<PolicyRule> rules = aggregate(role, aggregation, roles.list());
    if (rules.equals(role.rules())) {
      return;
    }
    List<Object> list = new ArrayList<>();
    rules.forEach(rule -> list.add(rule.toJson()));
    context
        .client()
        .patch(ClusterRole.TYPE, "", key.name(), Patch.merge(JsonObject.of("rules", list)));
  }
}
