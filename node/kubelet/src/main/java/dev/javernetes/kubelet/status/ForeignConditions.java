package dev.javernetes.kubelet.status;

import dev.javernetes.api.model.core.v1.PodCondition;
import dev.javernetes.api.model.core.v1.PodStatus;
import java.util.ArrayList;
import java.util.List;

/** Our conditions from what we said last, all others from what the API has. Pure. */
public final class ForeignConditions {
  private ForeignConditions() {}

  public static List<PodCondition> of(PodStatus status) {
    return status.conditions().stream()
        .filter(condition -> !PodConditions.OWNED.contains(condition.type()))
        .toList();
  }

  public static PodStatus merged(PodStatus ours, PodStatus stored) {
    List<PodCondition> conditions = new ArrayList<>();
    for (PodCondition condition : ours.conditions()) {
      if (PodConditions.OWNED.contains(condition.type())) {
        conditions.add(condition);
      }
    }
    for (PodCondition condition : stored.conditions()) {
      boolean known = conditions.stream().anyMatch(own -> own.type().equals(condition.type()));
      if (!known) {
        conditions.add(condition);
      }
    }
    return ours.toBuilder().conditions(conditions).build();
  }
}
