package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.SpecDiff;
import java.util.List;
import java.util.Objects;

/** A pod as a whole: what it must be, and the little that an update may change. */
final class PodRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath ANNOTATIONS = FieldPath.of("metadata", "annotations");
  private static final String UPDATABLE =
      String.join(
          ",",
          "`spec.containers[*].image`",
          "`spec.initContainers[*].image`",
          "`spec.activeDeadlineSeconds`",
          "`spec.tolerations` (only additions to existing tolerations)",
          "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");

  private PodRules() {}

  /** Metadata beyond what all kinds share, and the specification. */
  static void check(JsonObject pod, ErrorList errors) {
    JsonObject metadata = pod.objectOrEmpty("metadata");
    JsonObject spec = pod.objectOrEmpty("spec");
    PodAnnotationRules.check(metadata, spec, ANNOTATIONS, errors);
    PodSpecRules.check(spec, metadata, true, SPEC, errors);
    if (spec.string("serviceAccountName").isEmpty()) {
      List<JsonObject> volumes = spec.objects("volumes");
      for (int i = 0; i < volumes.size(); i++) {
        List<JsonObject> sources = volumes.get(i).objectOrEmpty("projected").objects("sources");
        for (int j = 0; j < sources.size(); j++) {
          if (sources.get(j).has("serviceAccountToken")) {
            errors.forbidden(
                SPEC.child("volumes")
                    .index(i)
                    .child("projected", "sources")
                    .index(j)
                    .child("serviceAccountToken"),
                "must not be specified when serviceAccountName is not set");
          }
        }
      }
    }
    for (String list : List.of("containers", "initContainers")) {
      List<JsonObject> containers = spec.objects(list);
      for (int i = 0; i < containers.size(); i++) {
        ContainerRules.imageSpace(containers.get(i), SPEC.child(list).index(i), errors);
      }
    }
  }

  static void checkCreate(JsonObject pod, ErrorList errors) {
    check(pod, errors);
    JsonObject spec = pod.objectOrEmpty("spec");
    if (!spec.objects("ephemeralContainers").isEmpty()) {
      errors.forbidden(SPEC.child("ephemeralContainers"), "cannot be set on create");
    }
    if (!spec.string("nodeName").isEmpty() && !spec.objects("schedulingGates").isEmpty()) {
      errors.forbidden(
          SPEC.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
    }
    PodAnnotationRules.checkMatch(pod.objectOrEmpty("metadata"), spec, SPEC, errors);
  }

  static void checkUpdate(JsonObject pod, JsonObject old, ErrorList errors) {
    check(pod, errors);
    JsonObject spec = pod.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    PodAnnotationRules.checkUpdate(
        pod.objectOrEmpty("metadata"), old.objectOrEmpty("metadata"), spec, ANNOTATIONS, errors);
    for (String list : List.of("containers", "initContainers")) {
      List<JsonObject> containers = spec.objects(list);
      if (containers.size() != before.objects(list).size()) {
        errors.forbidden(SPEC.child(list), "pod updates may not add or remove containers");
        return;
      }
      for (int i = 0; i < containers.size(); i++) {
        FieldRules.required(containers.get(i), "image", SPEC.child(list).index(i), errors);
        ContainerRules.imageSpace(containers.get(i), SPEC.child(list).index(i), errors);
      }
    }
    if (!deadline(spec, before, errors)) {
      return;
    }
    tolerations(spec.objects("tolerations"), before.objects("tolerations"), errors);
    List<String> gates =
        before.objects("schedulingGates").stream().map(gate -> gate.string("name")).toList();
    List<JsonObject> newGates = spec.objects("schedulingGates");
    for (int i = 0; i < newGates.size(); i++) {
      String name = newGates.get(i).string("name");
      if (!gates.contains(name)) {
        errors.forbidden(
            SPEC.child("schedulingGates").index(i).child("name"),
            "only deletion is allowed, but found new scheduling gate '" + name + "'");
      }
    }
    immutableRest(spec, before, errors);
  }

  private static boolean deadline(JsonObject spec, JsonObject before, ErrorList errors) {
    FieldPath path = SPEC.child("activeDeadlineSeconds");
    Long now = spec.integerOrNull("activeDeadlineSeconds");
    Long was = before.integerOrNull("activeDeadlineSeconds");
    if (now == null) {
      if (was != null) {
        errors.invalid(path, null, "must not update from a positive integer to nil value");
      }
      return true;
    }
    if (now < 0 || now > Integer.MAX_VALUE) {
      errors.invalid(path, now, FieldRules.between(0, Integer.MAX_VALUE));
      return false;
    }
    if (was != null && was < now) {
      errors.invalid(path, now, "must be less than or equal to previous value");
      return false;
    }
    return true;
  }

  private static void tolerations(List<JsonObject> now, List<JsonObject> before, ErrorList errors) {
    FieldPath path = SPEC.child("tolerations");
    for (JsonObject old : before) {
      boolean kept =
          now.stream().anyMatch(each -> withoutSeconds(each).equals(withoutSeconds(old)));
      if (!kept) {
        errors.forbidden(
            path, "existing toleration can not be modified except its tolerationSeconds");
        return;
      }
    }
    SchedulingRules.tolerations(now, path, errors);
  }

  private static JsonObject withoutSeconds(JsonObject toleration) {
    JsonObject copy = new JsonObject(toleration);
    copy.remove("tolerationSeconds");
    return copy;
  }

  private static void immutableRest(JsonObject spec, JsonObject before, ErrorList errors) {
    if (FieldRules.same(spec, before)) {
      return;
    }
    JsonObject munged = spec.deepCopy();
    for (String list : List.of("containers", "initContainers")) {
      List<JsonObject> containers = munged.objects(list);
      List<JsonObject> old = before.objects(list);
      for (int i = 0; i < containers.size(); i++) {
        copy("image", old.get(i), containers.get(i));
      }
    }
    copy("activeDeadlineSeconds", before, munged);
    copy("schedulingGates", before, munged);
    copy("tolerations", before, munged);
    if (before.integer("terminationGracePeriodSeconds") < 0
        && munged.integer("terminationGracePeriodSeconds") == 1) {
      copy("terminationGracePeriodSeconds", before, munged);
    }
    if (!before.objects("schedulingGates").isEmpty()) {
      GatedPodRules.check(munged, before, SPEC, errors);
    }
    if (!FieldRules.same(munged, before)) {
      errors.forbidden(
          SPEC,
          "pod updates may not change fields other than "
              + UPDATABLE
              + "\n"
              + SpecDiff.text(before, munged));
    }
  }

  static void copy(String name, JsonObject from, JsonObject to) {
    if (from.containsKey(name)) {
      to.put(name, from.get(name));
    } else {
      to.remove(name);
    }
  }

  static void checkEphemeralContainers(JsonObject pod, JsonObject old, ErrorList errors) {
    if (old.objectOrEmpty("metadata")
        .stringMap("annotations")
        .containsKey(PodAnnotationRules.MIRROR)) {
      errors.forbidden(FieldPath.ROOT, "static pods do not support ephemeral containers");
      return;
    }
    check(pod, errors);
    PodAnnotationRules.checkUpdate(
        pod.objectOrEmpty("metadata"),
        old.objectOrEmpty("metadata"),
        pod.objectOrEmpty("spec"),
        ANNOTATIONS,
        errors);
    FieldPath path = SPEC.child("ephemeralContainers");
    List<JsonObject> now = pod.objectOrEmpty("spec").objects("ephemeralContainers");
    for (JsonObject before : old.objectOrEmpty("spec").objects("ephemeralContainers")) {
      String name = before.string("name");
      String quoted = dev.javernetes.api.machinery.field.GoQuote.quote(name);
      JsonObject same = null;
      for (JsonObject each : now) {
        same = each.string("name").equals(name) ? each : same;
      }
      if (same == null) {
        errors.forbidden(path, "existing ephemeral containers " + quoted + " may not be removed\n");
      } else if (!FieldRules.same(same, before)) {
        errors.forbidden(
            path,
            "existing ephemeral containers "
                + quoted
                + " may not be changed\n"
                + SpecDiff.text(before, same));
      }
    }
  }

  static void checkStatus(JsonObject pod, JsonObject old, ErrorList errors) {
    PodAnnotationRules.checkUpdate(
        pod.objectOrEmpty("metadata"),
        old.objectOrEmpty("metadata"),
        pod.objectOrEmpty("spec"),
        ANNOTATIONS,
        errors);
    FieldPath path = FieldPath.of("status");
    JsonObject status = pod.objectOrEmpty("status");
    JsonObject before = old.objectOrEmpty("status");
    List<JsonObject> conditions = status.objects("conditions");
    for (int i = 0; i < conditions.size(); i++) {
      FieldPath at = path.child("conditions").index(i);
      if (conditions.get(i).integer("observedGeneration") < 0) {
        errors.invalid(
            at.child("observedGeneration"),
            conditions.get(i).integer("observedGeneration"),
            "must be a non-negative integer");
      }
      String type = conditions.get(i).string("type");
      if (!List.of("PodScheduled", "Ready", "Initialized").contains(type)) {
        FieldRules.qualifiedName(type, at.child("Type"), errors);
      }
    }
    String nominated = status.string("nominatedNodeName");
    if (!nominated.isEmpty() && !nominated.equals(before.string("nominatedNodeName"))) {
      FieldRules.dnsSubdomain(nominated, path.child("nominatedNodeName"), errors);
      if (!old.objectOrEmpty("spec").string("nodeName").isEmpty()) {
        errors.forbidden(
            path.child("nominatedNodeName"),
            "may not be set on pods that are already bound to a node");
      }
    }
    if (status.integer("observedGeneration") < 0) {
      errors.invalid(
          path.child("observedGeneration"),
          status.integer("observedGeneration"),
          "must be a non-negative integer");
    }
    if (!Objects.equals(status.string("qosClass"), before.string("qosClass"))) {
      errors.invalid(path.child("qosClass"), status.string("qosClass"), FieldRules.IMMUTABLE);
    }
    PodStatusRules.check(pod, old, path, errors);
  }
}
