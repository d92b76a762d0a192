package dev.javernetes.kubelet.status;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.PodCondition;
import dev.javernetes.api.model.core.v1.PodStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smallest strategic merge patch from one status to another: pure.
 *
 * <p>Only members that differ are sent. Conditions merge by type, so that those of others are not
 * touched; addresses, which would merge by ip, are replaced as a whole.
 */
final class StatusPatch {
  private StatusPatch() {}

  /** Null if there is nothing to change. {@code uid} makes it fail on a pod of the same name. */
  static @Nullable JsonObject between(String uid, PodStatus from, PodStatus to) {
    JsonObject before = from.toJson();
    JsonObject after = to.toJson();
    JsonObject changes = new JsonObject();
    for (String name : after.keySet()) {
      if (name.equals("conditions")) {
        continue;
      }
      if (!java.util.Objects.equals(before.get(name), after.get(name))) {
        boolean merges = name.equals("podIPs") || name.equals("hostIPs");
        changes.put(name, merges ? replaced(after.objects(name)) : after.get(name));
      }
    }
    for (String name : before.keySet()) {
      if (!after.containsKey(name) && !name.equals("conditions")) {
        changes.put(name, null);
      }
    }
    List<@Nullable Object> conditions = conditions(from, to);
    if (!conditions.isEmpty()) {
      changes.put("conditions", conditions);
    }
    if (changes.isEmpty()) {
      return null;
    }
    return JsonObject.of("metadata", JsonObject.of("uid", uid), "status", changes);
  }

  private static List<@Nullable Object> replaced(List<JsonObject> list) {
    List<@Nullable Object> patch = new ArrayList<>(list);
    patch.add(JsonObject.of("$patch", "replace"));
    return patch;
  }

  private static List<@Nullable Object> conditions(PodStatus from, PodStatus to) {
    List<@Nullable Object> changed = new ArrayList<>();
    for (PodCondition condition : to.conditions()) {
      if (PodConditions.OWNED.contains(condition.type())
          && !from.conditions().contains(condition)) {
        JsonObject json = condition.toJson();
        for (String name : List.of("reason", "message")) {
          json.putIfAbsent(name, null); // what an earlier state said must go
        }
        changed.add(json);
      }
    }
    for (PodCondition condition : from.conditions()) {
      boolean kept = to.conditions().stream().anyMatch(now -> now.type().equals(condition.type()));
      if (!kept && PodConditions.OWNED.contains(condition.type())) {
        changed.add(JsonObject.of("type", condition.type(), "$patch", "delete"));
      }
    }
    return changed;
  }
}
