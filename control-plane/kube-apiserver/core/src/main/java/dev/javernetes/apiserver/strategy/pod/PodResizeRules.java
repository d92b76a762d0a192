package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code resize} subresource: cpu and memory of containers and of the pod, nothing else
 * (KEP-1287).
 */
final class PodResizeRules {
  private static final FieldPath SPEC = FieldPath.of("spec");

  private PodResizeRules() {}

  static void check(JsonObject pod, JsonObject old, ErrorList errors) {
    JsonObject spec = pod.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    if (old.objectOrEmpty("metadata")
        .stringMap("annotations")
        .containsKey(PodAnnotationRules.MIRROR)) {
      errors.forbidden(FieldPath.ROOT, "static pods cannot be resized");
      return;
    }
    if (before.objectOrEmpty("os").string("name").equals("windows")) {
      errors.forbidden(FieldPath.ROOT, "windows pods cannot be resized");
      return;
    }
    PodRules.check(pod, errors);
    String qos = old.objectOrEmpty("status").string("qosClass");
    if (!(qos.isEmpty() ? PodResources.qosClass(before) : qos)
        .equals(PodResources.qosClass(spec))) {
      errors.invalid(
          SPEC,
          pod.objectOrEmpty("status").string("qosClass"),
          "Pod QOS Class may not change as a result of resizing");
    }
    for (JsonObject status : old.objectOrEmpty("status").objects("containerStatuses")) {
      if (status.objectOrEmpty("state").has("running")) {
        if (!status.has("resources")) {
          errors.forbidden(SPEC, "Pod running on node without support for resize");
        }
        break;
      }
    }
    JsonObject munged = spec.deepCopy();
    podLevel(spec, before, munged, errors);
    if (order(spec, before, errors)) {
      containers(spec, before, munged, errors);
      if (errors.isEmpty() && !FieldRules.same(munged, before)) {
        errors.forbidden(SPEC, "only cpu and memory resources are mutable");
      }
    }
  }

  private static boolean order(JsonObject spec, JsonObject before, ErrorList errors) {
    int found = errors.size();
    for (String list : List.of("containers", "initContainers")) {
      List<JsonObject> now = spec.objects(list);
      List<JsonObject> was = before.objects(list);
      if (now.size() != was.size()) {
        errors.forbidden(SPEC.child(list), list + " may not be added or removed on resize");
        continue;
      }
      for (int i = 0; i < now.size(); i++) {
        if (!now.get(i).string("name").equals(was.get(i).string("name"))) {
          errors.forbidden(
              SPEC.child(list).index(i).child("name"),
              list + " may not be renamed or reordered on resize");
        }
      }
    }
    return errors.size() == found;
  }

  private static void containers(
      JsonObject spec, JsonObject before, JsonObject munged, ErrorList errors) {
    for (String list : List.of("initContainers", "containers")) {
      for (int i = 0; i < spec.objects(list).size(); i++) {
        removed(
            spec.objects(list).get(i).objectOrEmpty("resources"),
            before.objects(list).get(i).objectOrEmpty("resources"),
            "resource",
            SPEC.child(list).index(i).child("resources"),
            errors);
      }
    }
    for (String list : List.of("containers", "initContainers")) {
      for (int i = 0; i < munged.objects(list).size(); i++) {
        JsonObject container = munged.objects(list).get(i);
        JsonObject was = before.objects(list).get(i);
        boolean changed = !FieldRules.same(container, was);
        container.put(
            "resources",
            withOldComputeResources(container.objectOrEmpty("resources"), was.object("resources")));
        boolean init = list.equals("initContainers");
        if (!FieldRules.same(container, was)) {
          errors.forbidden(
              init ? SPEC.child(list).index(i) : SPEC,
              init
                  ? "only cpu and memory resources for init or sidecar containers are mutable"
                  : "only cpu and memory resources are mutable");
        }
        boolean restarts =
            container.objects("resizePolicy").stream()
                .anyMatch(policy -> policy.string("restartPolicy").equals("RestartContainer"));
        if (init && changed && restarts && !container.string("restartPolicy").equals("Always")) {
          errors.forbidden(
              SPEC.child(list).index(i),
              "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
        }
      }
    }
  }

  private static void podLevel(
      JsonObject spec, JsonObject before, JsonObject munged, ErrorList errors) {
    JsonObject now = spec.object("resources");
    JsonObject was = before.object("resources");
    if (now == null && was == null) {
      return;
    }
    if (now == null) {
      errors.forbidden(SPEC.child("resources"), "pod-level resources cannot be removed");
      return;
    }
    if (was != null) {
      removed(now, was, "pod-level resource", SPEC.child("resources"), errors);
    }
    JsonObject restored = withOldComputeResources(now, was);
    if (was == null
        && restored.objectOrEmpty("requests").isEmpty()
        && restored.objectOrEmpty("limits").isEmpty()) {
      munged.remove("resources");
    } else {
      munged.put("resources", restored);
      if (!FieldRules.same(restored, was)) {
        errors.forbidden(SPEC, "only cpu and memory resources are mutable at pod-level");
      }
    }
  }

  private static void removed(
      JsonObject now, JsonObject was, String what, FieldPath path, ErrorList errors) {
    for (String list : List.of("requests", "limits")) {
      if (!now.objectOrEmpty(list).keySet().containsAll(was.objectOrEmpty(list).keySet())) {
        errors.forbidden(path.child(list), what + " " + list + " cannot be removed");
      }
    }
  }

  private static JsonObject withOldComputeResources(JsonObject now, @Nullable JsonObject was) {
    JsonObject munged = now.deepCopy();
    for (String list : List.of("requests", "limits")) {
      JsonObject old = was == null ? new JsonObject() : was.objectOrEmpty(list);
      JsonObject amounts = munged.ensureObject(list);
      for (String name : List.of("cpu", "memory")) {
        PodRules.copy(name, old, amounts);
      }
      if (amounts.isEmpty()) {
        munged.remove(list);
      }
    }
    return munged;
  }
}
