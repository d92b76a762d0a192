package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets a condition in a pod's status to True. */
final class PodConditions {
  private PodConditions() {}

  static void set(JsonObject pod, String type, String reason, String message, Instant now) {
    List<@Nullable Object> conditions = pod.ensureObject("status").ensureArray("conditions");
    JsonObject condition = null;
    for (Object present : conditions) {
      if (present instanceof JsonObject object && object.string("type").equals(type)) {
        condition = object;
      }
    }
    if (condition == null) {
      condition =
          JsonObject.of(
              "type",
              type,
              "status",
              "",
              "lastProbeTime",
              null,
              "lastTransitionTime",
              ObjectNames.time(now));
      conditions.add(condition);
    }
    if (!condition.string("status").equals("True")) {
      condition.put("status", "True");
      condition.put("lastTransitionTime", ObjectNames.time(now));
    }
    condition.remove("reason");
    condition.remove("message");
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    if (!message.isEmpty()) {
      condition.put("message", message);
    }
  }

  static boolean isTrue(JsonObject pod, String type) {
    return pod.objectOrEmpty("status").objects("conditions").stream()
        .anyMatch(c -> c.string("type").equals(type) && c.string("status").equals("True"));
  }
}
