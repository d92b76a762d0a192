package dev.javernetes.apiserver.strategy.batch;

import static dev.javernetes.apiserver.strategy.batch.JobRules.SPEC;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may become of a job's specification. */
final class JobUpdateRules {
  private JobUpdateRules() {}

  static void check(JsonObject job, JsonObject old, ErrorList errors) {
    JsonObject spec = job.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    completions(spec, before, errors);
    FieldRules.immutable(
        spec.get("selector"), before.get("selector"), SPEC.child("selector"), errors);
    template(spec, before, mayChangeTemplate(old), errors);
    immutable(null, "completionMode", spec, before, errors);
    immutable("batch.PodFailurePolicy", "podFailurePolicy", spec, before, errors);
    immutable(null, "backoffLimitPerIndex", spec, before, errors);
    immutable(null, "managedBy", spec, before, errors);
    immutable("batch.SuccessPolicy", "successPolicy", spec, before, errors);
  }

  private static void immutable(
      @Nullable String type, String field, JsonObject spec, JsonObject before, ErrorList errors) {
    if (type == null) {
      FieldRules.immutable(spec.get(field), before.get(field), SPEC.child(field), errors);
    } else {
      FieldRules.immutable(type, spec.get(field), before.get(field), SPEC.child(field), errors);
    }
  }

  private static void completions(JsonObject spec, JsonObject before, ErrorList errors) {
    Long now = spec.integerOrNull("completions");
    FieldPath path = SPEC.child("completions");
    if (!JobRules.isIndexed(spec)) {
      FieldRules.immutable(now, before.integerOrNull("completions"), path, errors);
    } else if (now != null
        && !now.equals(before.integerOrNull("completions"))
        && now != spec.integer("parallelism")) {
      errors.invalid(path, now, "can only be modified in tandem with spec.parallelism");
    }
  }

  /** Suspended, and nothing of it runs. */
  private static boolean mayChangeTemplate(JsonObject job) {
    JsonObject status = job.objectOrEmpty("status");
    return job.objectOrEmpty("spec").bool("suspend")
        && (!status.has("startTime") || JobStatusRules.isTrue(job, "Suspended"))
        && status.integer("active") == 0;
  }

  private static void template(
      JsonObject spec, JsonObject before, boolean mutable, ErrorList errors) {
    JsonObject now = spec.objectOrEmpty("template");
    JsonObject old = before.objectOrEmpty("template").deepCopy();
    if (mutable) {
      schedulingMayChange(now, old);
    }
    if (!before.bool("suspend") || !mutable) {
      FieldRules.immutable("core.PodTemplateSpec", now, old, SPEC.child("template"), errors);
      return;
    }
    JsonObject pod = now.objectOrEmpty("spec");
    JsonObject oldPod = old.ensureObject("spec");
    resourcesMayChange(pod.objects("containers"), oldPod.objects("containers"));
    resourcesMayChange(pod.objects("initContainers"), oldPod.objects("initContainers"));
    FieldRules.immutable("core.PodSpec", pod, oldPod, SPEC.child("template.spec"), errors);
  }

  private static void schedulingMayChange(JsonObject now, JsonObject old) {
    JsonObject pod = now.objectOrEmpty("spec");
    JsonObject oldPod = old.ensureObject("spec");
    JsonObject affinity = pod.objectOrEmpty("affinity");
    JsonObject oldAffinity = oldPod.object("affinity");
    if (pod.object("affinity") == null) {
      if (oldAffinity != null) {
        oldAffinity.remove("nodeAffinity");
        if (oldAffinity.isEmpty()) {
          oldPod.remove("affinity");
        }
      }
    } else {
      CoreTrees.copy("nodeAffinity", affinity, oldPod.ensureObject("affinity"));
    }
    for (String field : List.of("nodeSelector", "tolerations", "schedulingGates")) {
      CoreTrees.copy(field, pod, oldPod);
    }
    for (String field : List.of("annotations", "labels")) {
      CoreTrees.copy(field, now.objectOrEmpty("metadata"), old.ensureObject("metadata"));
    }
  }

  private static void resourcesMayChange(List<JsonObject> containers, List<JsonObject> old) {
    for (int i = 0; containers.size() == old.size() && i < old.size(); i++) {
      if (containers.get(i).string("name").equals(old.get(i).string("name"))) {
        CoreTrees.copy("resources", containers.get(i), old.get(i));
      }
    }
  }
}
