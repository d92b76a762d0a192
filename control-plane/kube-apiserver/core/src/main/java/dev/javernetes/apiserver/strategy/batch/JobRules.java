package dev.javernetes.apiserver.strategy.batch;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.LabelMatching;
import dev.javernetes.apiserver.strategy.apps.WorkloadRules;
import dev.javernetes.apiserver.strategy.pod.PodTemplateRules;
import java.util.List;
import java.util.Map;

/** What a job must be. */
final class JobRules {
  static final FieldPath SPEC = FieldPath.of("spec");
  static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  static final String NAME_LABEL = "batch.kubernetes.io/job-name";
  static final String OLD_UID_LABEL = "controller-uid";
  static final String OLD_NAME_LABEL = "job-name";
  private static final long MANY = 100_000;
  private static final long FEWER = 10_000;
  private static final List<String> COUNTS =
      List.of(
          "parallelism",
          "completions",
          "activeDeadlineSeconds",
          "backoffLimit",
          "ttlSecondsAfterFinished",
          "backoffLimitPerIndex",
          "maxFailedIndexes");

  private JobRules() {}

  static boolean isIndexed(JsonObject spec) {
    return spec.string("completionMode").equals("Indexed");
  }

  static void check(JsonObject job, boolean newLabels, ErrorList errors) {
    JsonObject spec = job.objectOrEmpty("spec");
    generatedSelector(job, spec, newLabels, errors);
    checkSpec(spec, errors);
    if (isIndexed(spec) && spec.integer("completions") > 0) {
      String name = job.objectOrEmpty("metadata").string("name");
      String host = name + "-" + (spec.integer("completions") - 1);
      if (!NameFormats.dnsLabel(host).isEmpty()) {
        errors.invalid(
            FieldPath.of("metadata", "name"),
            name,
            "will not able to create pod with invalid DNS label: " + host);
      }
    }
  }

  private static void generatedSelector(
      JsonObject job, JsonObject spec, boolean newLabels, ErrorList errors) {
    JsonObject selector = spec.object("selector");
    if (spec.bool("manualSelector") || selector == null) {
      return;
    }
    JsonObject metadata = job.objectOrEmpty("metadata");
    String uid = metadata.string("uid");
    String name = metadata.string("name");
    if (uid.isEmpty()) {
      errors.required(FieldPath.of("metadata", "uid"), "");
    }
    JsonObject labels =
        spec.objectOrEmpty("template").objectOrEmpty("metadata").objectOrEmpty("labels");
    label(labels, OLD_UID_LABEL, uid, errors);
    label(labels, OLD_NAME_LABEL, name, errors);
    if (newLabels) {
      label(labels, UID_LABEL, uid, errors);
      label(labels, NAME_LABEL, name, errors);
    }
    Map<String, String> expected =
        newLabels
            ? Map.of(OLD_UID_LABEL, uid, OLD_NAME_LABEL, name, UID_LABEL, uid, NAME_LABEL, name)
            : Map.of(OLD_UID_LABEL, uid, OLD_NAME_LABEL, name);
    if (LabelMatching.isValid(selector) && !LabelMatching.matches(selector, expected)) {
      errors.invalid(SPEC.child("selector"), selector, "`selector` not auto-generated");
    }
  }

  private static void label(JsonObject labels, String key, String value, ErrorList errors) {
    FieldPath path = SPEC.child("template", "metadata", "labels").key(key);
    if (!labels.has(key)) {
      errors.required(path, "must be '" + value + "'");
    } else if (!labels.string(key).equals(value)) {
      errors.invalid(path, labels, "must be '" + value + "'");
    }
  }

  /** A job's specification with its selector. */
  static void checkSpec(JsonObject spec, ErrorList errors) {
    checkUnselected(spec, SPEC, errors);
    JsonObject selector = spec.object("selector");
    if (selector == null) {
      errors.required(SPEC.child("selector"), "");
    } else {
      FieldRules.labelSelector(selector, SPEC.child("selector"), errors);
    }
    JsonObject metadata = spec.objectOrEmpty("template").objectOrEmpty("metadata");
    if (LabelMatching.isValid(selector)
        && !LabelMatching.matches(selector, metadata.stringMap("labels"))) {
      errors.invalid(
          SPEC.child("template", "metadata", "labels"),
          metadata.get("labels"),
          WorkloadRules.NO_MATCH);
    }
  }

  /** All but the selector, as in a cron job's template. */
  static void checkUnselected(JsonObject spec, FieldPath path, ErrorList errors) {
    for (String count : COUNTS) {
      FieldRules.notNegative(spec, count, path, errors);
    }
    if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
      errors.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    managedBy(spec, path.child("managedBy"), errors);
    completionMode(spec, path, errors);
    if (spec.object("podFailurePolicy") != null) {
      JobPolicyRules.failure(spec, path.child("podFailurePolicy"), errors);
    }
    JsonObject success = spec.object("successPolicy");
    if (success != null && !isIndexed(spec)) {
      errors.invalid(
          path.child("successPolicy"),
          InternalForm.of("batch.SuccessPolicy", success),
          "requires indexed completion mode");
    } else if (success != null) {
      JobPolicyRules.success(spec, success, path.child("successPolicy"), errors);
    }
    replacement(spec, path.child("podReplacementPolicy"), errors);
    JsonObject template = spec.objectOrEmpty("template");
    PodTemplateRules.check(template, path.child("template"), errors);
    restartPolicy(spec, template, path.child("template", "spec", "restartPolicy"), errors);
  }

  private static void managedBy(JsonObject spec, FieldPath path, ErrorList errors) {
    String manager = spec.stringOrNull("managedBy");
    if (manager == null) {
      return;
    }
    NameRules.domainPrefixedPath(manager, path, errors);
    if (manager.length() > 63) {
      errors.tooLong(path, 63);
    }
  }

  private static void completionMode(JsonObject spec, FieldPath path, ErrorList errors) {
    String mode = spec.stringOrNull("completionMode");
    if (mode != null && !mode.equals("NonIndexed") && !mode.equals("Indexed")) {
      errors.notSupportedInOrder(
          path.child("completionMode"), mode, List.of("NonIndexed", "Indexed"));
    }
    if (isIndexed(spec)) {
      indexed(spec, path, errors);
    }
    if (mode == null || mode.equals("NonIndexed")) {
      for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
        if (spec.has(field)) {
          errors.invalid(
              path.child(field), spec.integer(field), "requires indexed completion mode");
        }
      }
    }
  }

  private static void indexed(JsonObject spec, FieldPath path, ErrorList errors) {
    boolean complete = spec.has("completions");
    long completions = spec.integer("completions");
    if (!complete) {
      errors.required(path.child("completions"), "when completion mode is Indexed");
    }
    String atMost = "must be less than or equal to ";
    atMost(
        spec,
        "parallelism",
        MANY,
        atMost + MANY + " when completion mode is Indexed",
        path,
        errors);
    if (complete) {
      atMost(spec, "maxFailedIndexes", completions, atMost + "completions", path, errors);
    }
    atMost(spec, "maxFailedIndexes", MANY, atMost + MANY, path, errors);
    if (complete && completions > MANY && spec.has("backoffLimitPerIndex")) {
      if (!spec.has("maxFailedIndexes")) {
        errors.required(
            path.child("maxFailedIndexes"), "must be specified when completions is above " + MANY);
      }
      String together =
          atMost
              + FEWER
              + " when completions are above "
              + MANY
              + " and used with backoff limit per index";
      atMost(spec, "parallelism", FEWER, together, path, errors);
      atMost(spec, "maxFailedIndexes", FEWER, together, path, errors);
    }
  }

  private static void atMost(
      JsonObject spec, String field, long most, String message, FieldPath path, ErrorList errors) {
    if (spec.has(field) && spec.integer(field) > most) {
      errors.invalid(path.child(field), spec.integer(field), message);
    }
  }

  private static void replacement(JsonObject spec, FieldPath path, ErrorList errors) {
    String policy = spec.stringOrNull("podReplacementPolicy");
    if (policy != null) {
      boolean failedOnly = spec.object("podFailurePolicy") != null;
      FieldRules.supported(
          policy,
          failedOnly ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed"),
          path,
          errors);
    }
  }

  private static void restartPolicy(
      JsonObject spec, JsonObject template, FieldPath path, ErrorList errors) {
    String policy = template.objectOrEmpty("spec").string("restartPolicy");
    if (policy.isEmpty() || policy.equals("Always")) {
      errors.required(path, "valid values: \"OnFailure\", \"Never\"");
    } else if (!policy.equals("OnFailure") && !policy.equals("Never")) {
      errors.notSupportedInOrder(path, policy, List.of("OnFailure", "Never"));
    } else if (spec.object("podFailurePolicy") != null && !policy.equals("Never")) {
      errors.invalid(
          path, policy, "only \"Never\" is supported when podFailurePolicy is specified");
    }
  }
}
