package dev.javernetes.apiserver.strategy.batch;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What a job's status may say, given what it said before. */
final class JobStatusRules {
  private static final FieldPath STATUS = FieldPath.of("status");
  private static final FieldPath CONDITIONS = STATUS.child("conditions");

  private final JsonObject job;
  private final JsonObject old;
  private final JsonObject spec;
  private final JsonObject status;
  private final JsonObject before;
  private final ErrorList errors;

  private JobStatusRules(JsonObject job, JsonObject old, ErrorList errors) {
    this.job = job;
    this.old = old;
    this.errors = errors;
    spec = job.objectOrEmpty("spec");
    status = job.objectOrEmpty("status");
    before = old.objectOrEmpty("status");
  }

  static void check(JsonObject job, JsonObject old, ErrorList errors) {
    JobStatusRules rules = new JobStatusRules(job, old, errors);
    rules.counts();
    rules.completion();
    rules.finished();
    rules.indexes();
    rules.criteria();
    rules.progress();
  }

  static boolean isTrue(JsonObject job, String type) {
    return hasStatus(job, type, "True");
  }

  private static boolean hasStatus(JsonObject job, String type, String status) {
    return job.objectOrEmpty("status").objects("conditions").stream()
        .anyMatch(each -> each.string("type").equals(type) && each.string("status").equals(status));
  }

  private static boolean isFinished(JsonObject job) {
    return isTrue(job, "Complete") || isTrue(job, "Failed");
  }

  private boolean changed(String condition) {
    return isTrue(job, condition) != isTrue(old, condition);
  }

  private boolean differs(String field) {
    return !FieldRules.same(status.get(field), before.get(field));
  }

  private void conditions(String problem) {
    errors.invalidOmitted(CONDITIONS, problem);
  }

  private void counts() {
    for (String count : List.of("active", "succeeded", "failed", "ready", "terminating")) {
      FieldRules.notNegative(status, count, STATUS, errors);
    }
    Set<String> seen = new HashSet<>();
    for (String list : List.of("succeeded", "failed")) {
      List<String> uids = status.objectOrEmpty("uncountedTerminatedPods").strings(list);
      for (int i = 0; i < uids.size(); i++) {
        FieldPath path = STATUS.child("uncountedTerminatedPods", list).index(i);
        if (uids.get(i).isEmpty()) {
          errors.invalid(path, "", "must not be empty");
        } else if (!seen.add(uids.get(i))) {
          errors.duplicate(path, uids.get(i));
        }
      }
    }
  }

  private void completion() {
    boolean complete = isTrue(job, "Complete");
    boolean failed = isTrue(job, "Failed");
    boolean timed = changed("Complete") || differs("completionTime");
    Object end = status.get("completionTime");
    FieldPath path = STATUS.child("completionTime");
    if ((changed("Complete") || changed("Failed")) && complete && failed) {
      conditions("cannot set Complete=True and Failed=true conditions");
    }
    if ((changed("Complete") || changed("FailureTarget"))
        && complete
        && isTrue(job, "FailureTarget")) {
      conditions("cannot set Complete=True and FailureTarget=true conditions");
    }
    if (timed && end != null && !complete) {
      errors.invalid(
          path, end, "cannot set completionTime when there is no Complete=True condition");
    }
    if (timed && end == null && complete) {
      errors.required(path, "completionTime is required for Complete jobs");
    }
    if ((differs("startTime") || differs("completionTime"))
        && isBefore(status.string("completionTime"), status.string("startTime"))) {
      errors.invalid(path, end, "must be equal to or after `startTime`");
    }
    if ((changed("Failed") || differs("failedIndexes"))
        && failed
        && !isTrue(job, "FailureTarget")) {
      conditions("cannot set Failed=True condition without the FailureTarget=true condition");
    }
    if ((changed("Complete") || changed("SuccessCriteriaMet"))
        && complete
        && !isTrue(job, "SuccessCriteriaMet")) {
      conditions(
          "cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
    }
  }

  private static boolean isBefore(String time, String other) {
    try {
      return !time.isEmpty()
          && !other.isEmpty()
          && Instant.parse(time).isBefore(Instant.parse(other));
    } catch (DateTimeParseException decodedAlready) {
      return false;
    }
  }

  private void finished() {
    boolean now = isFinished(job);
    boolean turned = now != isFinished(old);
    long active = status.integer("active");
    if ((turned || differs("active")) && active > 0 && now) {
      errors.invalid(STATUS.child("active"), active, "active>0 is invalid for finished job");
    }
    boolean nothingToDo =
        spec.bool("suspend") && Objects.equals(spec.integerOrNull("completions"), 0L);
    if ((turned || differs("startTime")) && !nothingToDo && !status.has("startTime") && now) {
      errors.required(STATUS.child("startTime"), "startTime is required for finished job");
    }
    JsonObject uncounted = status.objectOrEmpty("uncountedTerminatedPods");
    if ((turned || differs("uncountedTerminatedPods"))
        && now
        && (!uncounted.strings("failed").isEmpty() || !uncounted.strings("succeeded").isEmpty())) {
      errors.invalid(
          STATUS.child("uncountedTerminatedPods"),
          InternalForm.of("batch.UncountedTerminatedPods", uncounted),
          "must be empty for finished job");
    }
    if ((turned || differs("terminating")) && status.integer("terminating") > 0 && now) {
      errors.invalid(
          STATUS.child("terminating"),
          status.integer("terminating"),
          "terminating>0 is invalid for finished job");
    }
    if ((differs("ready") || differs("active")) && status.integer("ready") > active) {
      errors.invalid(
          STATUS.child("ready"), status.integer("ready"), "cannot set more ready pods than active");
    }
  }

  private void indexes() {
    Long completions = spec.integerOrNull("completions");
    String completed = status.string("completedIndexes");
    String failed = status.stringOrNull("failedIndexes");
    FieldPath completedPath = STATUS.child("completedIndexes");
    FieldPath failedPath = STATUS.child("failedIndexes");
    if (differs("completedIndexes") && completions != null) {
      parse(completed, completions, completedPath, "completedIndexes", errors);
    }
    if (differs("failedIndexes")
        && completions != null
        && spec.has("backoffLimitPerIndex")
        && failed != null) {
      parse(failed, completions, failedPath, "failedIndexes", errors);
    }
    if (differs("completedIndexes") && !completed.isEmpty() && !JobRules.isIndexed(spec)) {
      errors.invalid(
          completedPath,
          completed,
          "cannot set non-empty completedIndexes when non-indexed completion mode");
    }
    if (differs("failedIndexes") && !spec.has("backoffLimitPerIndex") && failed != null) {
      errors.invalid(
          failedPath,
          failed,
          "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
    }
    if ((differs("failedIndexes") || differs("completedIndexes"))
        && completions != null
        && failed != null) {
      try {
        CompletionIndexes.checkDisjoint(completed, failed, completions);
      } catch (CompletionIndexes.Problem problem) {
        errors.invalid(failedPath, failed, String.valueOf(problem.getMessage()));
      }
    }
  }

  private static void parse(
      String text, long completions, FieldPath path, String name, ErrorList errors) {
    try {
      CompletionIndexes.parse(text, completions);
    } catch (CompletionIndexes.Problem problem) {
      errors.invalid(path, text, "error parsing " + name + ": " + problem.getMessage());
    }
  }

  private void criteria() {
    boolean met = isTrue(job, "SuccessCriteriaMet");
    if (met && isTrue(job, "Failed")) {
      conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions");
    }
    if (met && isTrue(job, "FailureTarget")) {
      conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
    }
    if (spec.object("successPolicy") != null && !met && isTrue(job, "Complete")) {
      conditions(
          "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }
  }

  private void progress() {
    for (String type : List.of("Failed", "Complete", "FailureTarget")) {
      if (isTrue(old, type) && !isTrue(job, type)) {
        conditions("cannot disable the terminal " + type + "=True condition");
      }
    }
    boolean shrinks =
        JobRules.isIndexed(spec)
            && Objects.equals(spec.integerOrNull("completions"), spec.integerOrNull("parallelism"));
    decrease("failed", errors);
    if (!shrinks) {
      decrease("succeeded", errors);
    }
    if (status.has("completionTime") && before.has("completionTime") && differs("completionTime")) {
      errors.invalid(
          STATUS.child("completionTime"), status.get("completionTime"), FieldRules.IMMUTABLE);
    }
    boolean resuming = isTrue(old, "Suspended") && hasStatus(job, "Suspended", "False");
    if (differs("startTime") && !resuming && before.has("startTime") && !spec.bool("suspend")) {
      errors.invalid(
          STATUS.child("startTime"),
          status.get("startTime"),
          "field is immutable for unsuspended job once set");
    }
    boolean met = isTrue(job, "SuccessCriteriaMet");
    boolean wasMet = isTrue(old, "SuccessCriteriaMet");
    if (wasMet && !met) {
      conditions("cannot disable the SuccessCriteriaMet=True condition");
    }
    if (isTrue(old, "Complete") && !wasMet && met) {
      conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }
  }

  private void decrease(String count, ErrorList problems) {
    if (status.integer(count) < before.integer(count)) {
      problems.invalid(
          STATUS.child(count), status.integer(count), "cannot decrease the " + count + " counter");
    }
  }
}
