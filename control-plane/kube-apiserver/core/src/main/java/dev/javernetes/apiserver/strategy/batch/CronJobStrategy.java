package dev.javernetes.apiserver.strategy.batch;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Cron jobs. */
public final class CronJobStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final int NAME_LENGTH = 52; // the jobs' names have eleven characters more

  @Override
  public void applyDefaults(JsonObject cron) {
    JsonObject spec = cron.ensureObject("spec");
    FieldRules.defaultTo(spec, "concurrencyPolicy", "Allow");
    FieldRules.defaultIfAbsent(spec, "suspend", false);
    FieldRules.defaultIfAbsent(spec, "successfulJobsHistoryLimit", 3L);
    FieldRules.defaultIfAbsent(spec, "failedJobsHistoryLimit", 1L);
    JobStrategy.template(spec.ensureObject("jobTemplate").ensureObject("spec"));
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject cron) {
    cron.put("status", new JsonObject());
    drop(cron);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject cron, JsonObject old) {
    CoreTrees.keepStatus(cron, old);
    drop(cron);
  }

  private static void drop(JsonObject cron) {
    DisabledPodFields.drop(
        cron.ensureObject("spec")
            .ensureObject("jobTemplate")
            .ensureObject("spec")
            .ensureObject("template")
            .ensureObject("spec"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject cron, ErrorList errors) {
    check(cron.objectOrEmpty("spec"), null, errors);
    String name = cron.objectOrEmpty("metadata").string("name");
    if (name.length() > NAME_LENGTH) {
      errors.invalid(
          FieldPath.of("metadata", "name"),
          name,
          "must be no more than " + NAME_LENGTH + " characters");
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject cron, JsonObject old, ErrorList errors) {
    check(cron.objectOrEmpty("spec"), old.objectOrEmpty("spec"), errors);
  }

  private static void check(JsonObject spec, @Nullable JsonObject old, ErrorList errors) {
    schedule(spec, old != null && old.string("schedule").contains("TZ"), errors);
    FieldRules.notNegative(spec, "startingDeadlineSeconds", SPEC, errors);
    String zone = spec.stringOrNull("timeZone");
    if (zone != null && (old == null || !Objects.equals(zone, old.stringOrNull("timeZone")))) {
      timeZone(zone, errors);
    }
    FieldRules.oneOf(
        spec.string("concurrencyPolicy"),
        List.of("Allow", "Forbid", "Replace"),
        SPEC.child("concurrencyPolicy"),
        errors);
    FieldPath path = SPEC.child("jobTemplate", "spec");
    JsonObject job = spec.objectOrEmpty("jobTemplate").objectOrEmpty("spec");
    JobRules.checkUnselected(job, path, errors);
    if (job.object("selector") != null) {
      errors.invalid(
          path.child("selector"), job.get("selector"), "`selector` will be auto-generated");
    }
    if (job.bool("manualSelector")) {
      errors.notSupportedInOrder(path.child("manualSelector"), true, List.of("nil", "false"));
    }
    FieldRules.notNegative(spec, "successfulJobsHistoryLimit", SPEC, errors);
    FieldRules.notNegative(spec, "failedJobsHistoryLimit", SPEC, errors);
  }

  private static void schedule(JsonObject spec, boolean zoneAllowed, ErrorList errors) {
    String schedule = spec.string("schedule");
    FieldPath path = SPEC.child("schedule");
    if (schedule.isEmpty()) {
      errors.required(path, "");
      return;
    }
    try {
      CronSchedule.check(schedule);
    } catch (CronSchedule.Problem problem) {
      errors.invalid(path, schedule, String.valueOf(problem.getMessage()));
    }
    if (schedule.contains("TZ") && !zoneAllowed) {
      errors.invalid(
          path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
    } else if (schedule.contains("TZ") && spec.has("timeZone")) {
      errors.invalid(
          path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
    }
  }

  private static void timeZone(String zone, ErrorList errors) {
    FieldPath path = SPEC.child("timeZone");
    if (zone.isEmpty()) {
      errors.invalid(path, zone, "timeZone must be nil or non-empty string");
      return;
    }
    if (!TimeZones.isWellFormed(zone)) {
      errors.invalid(path, zone, "unknown time zone " + zone);
      return;
    }
    if (zone.equalsIgnoreCase("Local")) {
      errors.invalid(
          path,
          zone,
          "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
    }
    if (!TimeZones.isKnown(zone)) {
      errors.invalid(path, zone, "unknown time zone " + zone);
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject cron) {
    List<String> warnings = new ArrayList<>(WorkloadRules.nameWarnings(cron));
    warnings.addAll(ofTemplate(cron));
    return warnings;
  }

  private static List<String> ofTemplate(JsonObject cron) {
    return JobStrategy.warnings(
        cron.objectOrEmpty("spec").objectOrEmpty("jobTemplate").objectOrEmpty("spec"),
        SPEC.child("jobTemplate", "spec"));
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject cron, JsonObject old) {
    List<String> warnings = new ArrayList<>();
    if (!FieldRules.same(cron.get("spec"), old.get("spec"))) {
      warnings.addAll(ofTemplate(cron));
    }
    if (cron.objectOrEmpty("spec").string("schedule").contains("TZ")) {
      warnings.add(
          "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
              + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
    }
    return warnings;
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(this::applyDefaults, List.of(), StatusStrategy.Rule.NONE)
        : null;
  }
}
