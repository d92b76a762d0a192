package dev.javernetes.apiserver.strategy.apps;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.LabelMatching;
import dev.javernetes.apiserver.strategy.pod.PodTemplateRules;
import dev.javernetes.apiserver.strategy.pod.PodWarnings;
import java.util.ArrayList;
import java.util.List;

/**
 * What workloads have in common: a selector, a template that it must match, counts in their status.
 */
public final class WorkloadRules {
  public static final String NO_MATCH = "`selector` does not match template `labels`";
  static final FieldPath SPEC = FieldPath.of("spec");
  static final FieldPath STATUS = FieldPath.of("status");
  private static final String MORE_THAN_REPLICAS = "cannot be greater than status.replicas";

  private WorkloadRules() {}

  /** A selector that must be there and select something. */
  static void selector(JsonObject spec, String kind, ErrorList errors) {
    JsonObject selector = spec.object("selector");
    FieldPath path = SPEC.child("selector");
    if (selector == null) {
      errors.required(path, "");
      return;
    }
    FieldRules.labelSelector(selector, path, errors);
    if (LabelMatching.isEmpty(selector)) {
      errors.invalid(path, selector, "empty selector is invalid for " + kind);
    }
  }

  /** The selector's match with the template's labels, and the template itself. */
  static void template(JsonObject spec, String kind, ErrorList errors) {
    JsonObject selector = spec.object("selector");
    if (!LabelMatching.isValid(selector)) {
      errors.invalid(SPEC.child("selector"), selector, "invalid label selector");
      return;
    }
    JsonObject template = spec.objectOrEmpty("template");
    FieldPath path = SPEC.child("template");
    matchesTemplate(selector, template, path, errors);
    PodTemplateRules.check(template, path, errors);
    alwaysRestarted(template, kind, path, errors);
  }

  static void matchesTemplate(
      @org.jspecify.annotations.Nullable JsonObject selector,
      JsonObject template,
      FieldPath path,
      ErrorList errors) {
    JsonObject metadata = template.objectOrEmpty("metadata");
    boolean everything = selector != null && LabelMatching.isEmpty(selector);
    if (!everything && !LabelMatching.matches(selector, metadata.stringMap("labels"))) {
      errors.invalid(path.child("metadata", "labels"), metadata.get("labels"), NO_MATCH);
    }
  }

  public static void alwaysRestarted(
      JsonObject template, String kind, FieldPath path, ErrorList errors) {
    JsonObject spec = template.objectOrEmpty("spec");
    FieldRules.supported(
        spec.string("restartPolicy"),
        List.of("Always"),
        path.child("spec", "restartPolicy"),
        errors);
    if (spec.has("activeDeadlineSeconds")) {
      errors.forbidden(
          path.child("spec", "activeDeadlineSeconds"),
          "activeDeadlineSeconds in " + kind + " is not Supported");
    }
  }

  static void notNegative(JsonObject object, FieldPath path, ErrorList errors, String... names) {
    for (String name : names) {
      FieldRules.notNegative(object, name, path, errors);
    }
  }

  public static void notMoreThanReplicas(JsonObject status, ErrorList errors, String... names) {
    for (String name : names) {
      if (status.integer(name) > status.integer("replicas")) {
        errors.invalid(STATUS.child(name), status.integer(name), MORE_THAN_REPLICAS);
      }
    }
  }

  public static void availableAreReady(JsonObject status, String message, ErrorList errors) {
    if (status.integer("availableReplicas") > status.integer("readyReplicas")) {
      errors.invalid(
          STATUS.child("availableReplicas"), status.integer("availableReplicas"), message);
    }
  }

  static void collisionCount(JsonObject object, JsonObject old, ErrorList errors) {
    Long now = object.objectOrEmpty("status").integerOrNull("collisionCount");
    Long before = old.objectOrEmpty("status").integerOrNull("collisionCount");
    if (before != null && (now == null || now < before)) {
      errors.invalid(
          STATUS.child("collisionCount"), now == null ? (Object) 0L : now, "cannot be decremented");
    }
  }

  static List<String> templateWarnings(JsonObject object) {
    return PodWarnings.ofTemplate(
        object.objectOrEmpty("spec").objectOrEmpty("template"), SPEC.child("template"));
  }

  static boolean templateOrSpecChanged(JsonObject object, JsonObject old) {
    return object.objectOrEmpty("metadata").integer("generation")
            != old.objectOrEmpty("metadata").integer("generation")
        || !FieldRules.same(object.get("spec"), old.get("spec"));
  }

  /** A name that pods will be called after. */
  public static List<String> nameWarnings(JsonObject object) {
    List<String> problems = NameFormats.dnsLabel(object.objectOrEmpty("metadata").string("name"));
    List<String> warnings = new ArrayList<>();
    if (!problems.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label"
              + " is recommended: "
              + problems);
    }
    return warnings;
  }
}
