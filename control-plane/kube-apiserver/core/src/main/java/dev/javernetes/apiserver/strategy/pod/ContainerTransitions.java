package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Containers do not rise from the dead: one that terminated may run again only if its restart rules
 * (KEP-5307), its own restart policy or the pod's say so.
 */
final class ContainerTransitions {
  private ContainerTransitions() {}

  static void check(
      JsonObject spec, JsonObject status, JsonObject before, FieldPath path, ErrorList errors) {
    if (!mayRestartAll(spec)) {
      list(spec, "containers", "containerStatuses", status, before, path, errors);
      list(spec, "initContainers", "initContainerStatuses", status, before, path, errors);
    }
    list(spec, null, "ephemeralContainerStatuses", status, before, path, errors);
  }

  /** Whether some container's end may start all of them anew. */
  private static boolean mayRestartAll(JsonObject spec) {
    for (String list : List.of("initContainers", "containers")) {
      for (JsonObject container : spec.objects(list)) {
        for (JsonObject rule : container.objects("restartPolicyRules")) {
          if (rule.string("action").equals("RestartAllContainers")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static void list(
      JsonObject spec,
      @Nullable String containers,
      String statuses,
      JsonObject status,
      JsonObject before,
      FieldPath path,
      ErrorList errors) {
    List<JsonObject> old = before.objects(statuses);
    for (int i = 0; i < old.size(); i++) {
      JsonObject terminated = old.get(i).objectOrEmpty("state").object("terminated");
      if (terminated == null) {
        continue;
      }
      String name = old.get(i).string("name");
      for (JsonObject now : status.objects(statuses)) {
        if (!now.string("name").equals(name) || now.objectOrEmpty("state").has("terminated")) {
          continue;
        }
        JsonObject container = containers == null ? null : named(spec.objects(containers), name);
        if (container == null || !restarts(container, spec, terminated.integer("exitCode"))) {
          errors.forbidden(
              path.child(statuses).index(i).child("state"),
              "may not be transitioned to non-terminated state");
        }
        if (containers != null) {
          break;
        }
      }
    }
  }

  private static @Nullable JsonObject named(List<JsonObject> containers, String name) {
    return containers.stream()
        .filter(container -> container.string("name").equals(name))
        .findFirst()
        .orElse(null);
  }

  private static boolean restarts(JsonObject container, JsonObject pod, long exitCode) {
    String own = container.string("restartPolicy");
    if (!own.isEmpty()) {
      for (JsonObject rule : container.objects("restartPolicyRules")) {
        if (matches(rule.objectOrEmpty("exitCodes"), exitCode)) {
          return List.of("Restart", "RestartAllContainers").contains(rule.string("action"))
              || byPolicy(own, exitCode);
        }
      }
      return byPolicy(own, exitCode);
    }
    return byPolicy(pod.string("restartPolicy"), exitCode);
  }

  private static boolean matches(JsonObject exitCodes, long exitCode) {
    List<?> values = exitCodes.array("values");
    boolean listed = values != null && values.contains(exitCode);
    return switch (exitCodes.string("operator")) {
      case "In" -> listed;
      case "NotIn" -> !listed;
      default -> false;
    };
  }

  private static boolean byPolicy(String policy, long exitCode) {
    return switch (policy) {
      case "Never" -> false;
      case "OnFailure" -> exitCode != 0;
      default -> true;
    };
  }
}
