package dev.javernetes.apiserver.strategy.batch;

import static dev.javernetes.apiserver.strategy.batch.JobRules.NAME_LABEL;
import static dev.javernetes.apiserver.strategy.batch.JobRules.OLD_NAME_LABEL;
import static dev.javernetes.apiserver.strategy.batch.JobRules.OLD_UID_LABEL;
import static dev.javernetes.apiserver.strategy.batch.JobRules.UID_LABEL;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import dev.javernetes.apiserver.strategy.apps.WorkloadRules;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import dev.javernetes.apiserver.strategy.pod.DisabledPodFields;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import dev.javernetes.apiserver.strategy.pod.PodWarnings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Jobs. */
public final class JobStrategy implements Strategy {
  private static final long RETRIES = 6;

  @Override
  public void applyDefaults(JsonObject job) {
    JsonObject spec = job.ensureObject("spec");
    if (!spec.has("parallelism")) {
      if (!spec.has("completions")) {
        spec.put("completions", 1L);
      }
      spec.put("parallelism", 1L);
    }
    boolean perIndex = spec.has("backoffLimitPerIndex");
    FieldRules.defaultIfAbsent(spec, "backoffLimit", perIndex ? (long) Integer.MAX_VALUE : RETRIES);
    labelsFromTemplate(job);
    FieldRules.defaultIfAbsent(spec, "completionMode", "NonIndexed");
    FieldRules.defaultIfAbsent(spec, "suspend", false);
    boolean failedOnly = spec.object("podFailurePolicy") != null;
    FieldRules.defaultIfAbsent(
        spec, "podReplacementPolicy", failedOnly ? "Failed" : "TerminatingOrFailed");
    FieldRules.defaultIfAbsent(spec, "manualSelector", false);
    template(spec);
  }

  /** What is defaulted in a cron job's template, too. */
  static void template(JsonObject spec) {
    PodDefaults.apply(spec.ensureObject("template").ensureObject("spec"));
    for (JsonObject rule : spec.objectOrEmpty("podFailurePolicy").objects("rules")) {
      rule.objects("onPodConditions")
          .forEach(pattern -> FieldRules.defaultTo(pattern, "status", "True"));
    }
  }

  private static void labelsFromTemplate(JsonObject job) {
    JsonObject labels =
        job.objectOrEmpty("spec")
            .objectOrEmpty("template")
            .objectOrEmpty("metadata")
            .objectOrEmpty("labels");
    if (!labels.isEmpty() && job.objectOrEmpty("metadata").objectOrEmpty("labels").isEmpty()) {
      job.ensureObject("metadata").put("labels", labels.deepCopy());
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject job) {
    JsonObject spec = job.ensureObject("spec");
    if (!spec.bool("manualSelector")) {
      select(job, spec);
    }
    job.put("status", new JsonObject());
    DisabledPodFields.drop(spec.ensureObject("template").ensureObject("spec"));
  }

  private static void select(JsonObject job, JsonObject spec) {
    JsonObject metadata = job.ensureObject("metadata");
    JsonObject labels =
        spec.ensureObject("template").ensureObject("metadata").ensureObject("labels");
    for (String label : List.of(OLD_NAME_LABEL, NAME_LABEL)) {
      labels.putIfAbsent(label, metadata.string("name"));
    }
    for (String label : List.of(OLD_UID_LABEL, UID_LABEL)) {
      labels.putIfAbsent(label, metadata.string("uid"));
    }
    SortedMap<String, @Nullable Object> sorted = new TreeMap<>(labels);
    labels.clear();
    labels.putAll(sorted);
    spec.ensureObject("selector")
        .ensureObject("matchLabels")
        .putIfAbsent(UID_LABEL, metadata.string("uid"));
  }

  /** Labels the stored job as upstream's defaulting does when it reads the job back. */
  @Override
  public Allocation allocate(StrategyContext context, JsonObject job, @Nullable JsonObject old) {
    labelsFromTemplate(job);
    return Allocation.NONE;
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject job, JsonObject old) {
    CoreTrees.keepStatus(job, old);
    DisabledPodFields.drop(job.ensureObject("spec").ensureObject("template").ensureObject("spec"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject job, ErrorList errors) {
    JobRules.check(job, true, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject job, JsonObject old, ErrorList errors) {
    JsonObject labels =
        old.objectOrEmpty("spec")
            .objectOrEmpty("template")
            .objectOrEmpty("metadata")
            .objectOrEmpty("labels");
    JobRules.check(job, labels.has(NAME_LABEL) && labels.has(UID_LABEL), errors);
    JobRules.checkSpec(job.objectOrEmpty("spec"), errors); // upstream tells it twice
    JobUpdateRules.check(job, old, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject job) {
    List<String> warnings = new ArrayList<>(WorkloadRules.nameWarnings(job));
    warnings.addAll(warnings(job.objectOrEmpty("spec"), FieldPath.of("spec")));
    return warnings;
  }

  static List<String> warnings(JsonObject spec, FieldPath path) {
    List<String> warnings = new ArrayList<>();
    if (JobRules.isIndexed(spec)
        && spec.integer("completions") > 100_000
        && spec.integer("parallelism") > 10_000) {
      warnings.add(
          path
              + ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4,"
              + " Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
    }
    warnings.addAll(PodWarnings.ofTemplate(spec.objectOrEmpty("template"), path.child("template")));
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject job, JsonObject old) {
    return FieldRules.same(job.get("spec"), old.get("spec"))
        ? List.of()
        : warnings(job.objectOrEmpty("spec"), FieldPath.of("spec"));
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public Propagation defaultPropagation() {
    return Propagation.ORPHAN;
  }

  @Override
  public List<String> warningsOnDefaultPropagation() {
    return List.of(
        "child pods are preserved by default when jobs are deleted; set"
            + " propagationPolicy=Background to remove them or set propagationPolicy=Orphan to"
            + " suppress this warning");
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(this::applyDefaults, List.of(), JobStatusRules::check)
        : null;
  }
}
