package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A definition's conditions. */
final class Conditions {
  private Conditions() {}

  /** Whether anything changed. */
  static boolean set(
      JsonObject object, String type, String wanted, String reason, String message, String time) {
    List<@Nullable Object> conditions = object.ensureObject("status").ensureArray("conditions");
    for (Object present : conditions) {
      if (present instanceof JsonObject condition && condition.string("type").equals(type)) {
        if (condition.string("status").equals(wanted)
            && condition.string("reason").equals(reason)
            && condition.string("message").equals(message)) {
          return false;
        }
        if (!condition.string("status").equals(wanted)) {
          condition.put("lastTransitionTime", time);
        }
        condition.put("status", wanted);
        condition.put("reason", reason);
        condition.put("message", message);
        return true;
      }
    }
    conditions.add(
        JsonObject.of(
            "type",
            type,
            "status",
            wanted,
            "lastTransitionTime",
            time,
            "reason",
            reason,
            "message",
            message));
    return true;
  }

  /** Whether there was one. */
  static boolean remove(JsonObject object, String type) {
    return has(object, type)
        && object
            .ensureObject("status")
            .ensureArray("conditions")
            .removeIf(one -> one instanceof JsonObject found && found.string("type").equals(type));
  }

  static boolean has(JsonObject object, String type) {
    return object.objectOrEmpty("status").objects("conditions").stream()
        .anyMatch(one -> one.string("type").equals(type));
  }

  static boolean isTrue(JsonObject object, String type) {
    return object.objectOrEmpty("status").objects("conditions").stream()
        .anyMatch(one -> one.string("type").equals(type) && one.string("status").equals("True"));
  }
}
