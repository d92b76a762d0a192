package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.HumanDuration;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Pods and what makes pods. */
final class WorkloadPrinters {
  private WorkloadPrinters() {}

  static Printer pods() {
    return Printer.named()
        .column(
            "Ready",
            "string",
            "The aggregate readiness state of this pod for accepting traffic.",
            row -> PodStatusText.of(row).readyText())
        .column(
            "Status",
            "string",
            "The aggregate status of the containers in this pod.",
            row -> PodStatusText.of(row).reason())
        .column(
            "Restarts",
            "string",
            "The number of times the containers in this pod have been restarted and when the last"
                + " container in this pod has restarted.",
            row -> PodStatusText.of(row).restartsText(row.now()))
        .age()
        .wideField("IP", "string", "core.v1.PodStatus.podIP", WorkloadPrinters::podIp)
        .wideField(
            "Node",
            "string",
            "core.v1.PodSpec.nodeName",
            row -> Row.orElse(row.spec().string("nodeName"), Row.NONE))
        .wideField(
            "Nominated Node",
            "string",
            "core.v1.PodStatus.nominatedNodeName",
            row -> Row.orElse(row.status().string("nominatedNodeName"), Row.NONE))
        .wideField(
            "Readiness Gates",
            "string",
            "core.v1.PodSpec.readinessGates",
            WorkloadPrinters::readinessGates)
        .conditions(WorkloadPrinters::completion);
  }

  private static String podIp(Row row) {
    List<JsonObject> addresses = row.status().objects("podIPs");
    String first =
        addresses.isEmpty() ? row.status().string("podIP") : addresses.getFirst().string("ip");
    return Row.orElse(first, Row.NONE);
  }

  private static String readinessGates(Row row) {
    List<JsonObject> gates = row.spec().objects("readinessGates");
    if (gates.isEmpty()) {
      return Row.NONE;
    }
    long open =
        gates.stream()
            .filter(
                gate -> Row.condition(row.status(), gate.string("conditionType")).equals("True"))
            .count();
    return open + "/" + gates.size();
  }

  private static List<JsonObject> completion(Row row) {
    return switch (row.status().string("phase")) {
      case "Succeeded" -> List.of(completed("Succeeded", "The pod has completed successfully."));
      case "Failed" -> List.of(completed("Failed", "The pod failed."));
      default -> List.of();
    };
  }

  private static JsonObject completed(String reason, String message) {
    return JsonObject.of(
        "type", "Completed", "status", "True", "reason", reason, "message", message);
  }

  private static JsonObject template(JsonObject spec) {
    return spec.objectOrEmpty("template").objectOrEmpty("spec");
  }

  static Printer podTemplates() {
    return Printer.named()
        .column(
            "Containers",
            "string",
            "Names of each container in the template.",
            row -> Row.containerNames(template(row.object())))
        .column(
            "Images",
            "string",
            "Images referenced by each container in the template.",
            row -> Row.containerImages(template(row.object())))
        .column(
            "Pod Labels",
            "string",
            "The labels for the pod template.",
            row ->
                Row.labels(
                    row.object()
                        .objectOrEmpty("template")
                        .objectOrEmpty("metadata")
                        .stringMap("labels")));
  }

  static Printer replicationControllers() {
    return replicas("core.v1.ReplicationController")
        .wideField(
            "Selector",
            "string",
            "core.v1.ReplicationControllerSpec.selector",
            row -> Row.labels(row.spec().stringMap("selector")));
  }

  /** Of the scale subresource, whatever it scales. */
  static Printer scales() {
    return Printer.empty()
        .field("Name", "string", "meta.v1.ObjectMeta.name", Row::name)
        .field(
            "Desired",
            "integer",
            "autoscaling.v1.ScaleSpec.replicas",
            row -> row.spec().integer("replicas"))
        .field(
            "Available",
            "integer",
            "autoscaling.v1.ScaleStatus.replicas",
            row -> row.status().integer("replicas"))
        .age();
  }

  static Printer replicaSets() {
    return replicas("apps.v1.ReplicaSet")
        .wideField(
            "Selector",
            "string",
            "apps.v1.ReplicaSetSpec.selector",
            row -> Row.selectorOrNone(row.spec().object("selector")));
  }

  private static Printer replicas(String type) {
    return Printer.named()
        .field("Desired", "integer", type + "Spec.replicas", row -> row.spec().integer("replicas"))
        .field(
            "Current", "integer", type + "Status.replicas", row -> row.status().integer("replicas"))
        .field(
            "Ready",
            "integer",
            type + "Status.readyReplicas",
            row -> row.status().integer("readyReplicas"))
        .age()
        .containers(row -> template(row.spec()));
  }

  static Printer deployments() {
    return Printer.named()
        .column(
            "Ready",
            "string",
            "Number of the pod with ready state",
            row -> row.status().integer("readyReplicas") + "/" + row.spec().integer("replicas"))
        .field(
            "Up-to-date",
            "string",
            "apps.v1.DeploymentStatus.updatedReplicas",
            row -> row.status().integer("updatedReplicas"))
        .field(
            "Available",
            "string",
            "apps.v1.DeploymentStatus.availableReplicas",
            row -> row.status().integer("availableReplicas"))
        .age()
        .containers(row -> template(row.spec()))
        .wideField(
            "Selector",
            "string",
            "apps.v1.DeploymentSpec.selector",
            row -> Row.selector(row.spec().object("selector")));
  }

  static Printer statefulSets() {
    return Printer.named()
        .column(
            "Ready",
            "string",
            "Number of the pod with ready state",
            row -> row.status().integer("readyReplicas") + "/" + row.spec().integer("replicas"))
        .age()
        .containers(row -> template(row.spec()));
  }

  static Printer daemonSets() {
    return Printer.named()
        .field(
            "Desired",
            "integer",
            "apps.v1.DaemonSetStatus.desiredNumberScheduled",
            count("desiredNumberScheduled"))
        .field(
            "Current",
            "integer",
            "apps.v1.DaemonSetStatus.currentNumberScheduled",
            count("currentNumberScheduled"))
        .field("Ready", "integer", "apps.v1.DaemonSetStatus.numberReady", count("numberReady"))
        .field(
            "Up-to-date",
            "integer",
            "apps.v1.DaemonSetStatus.updatedNumberScheduled",
            count("updatedNumberScheduled"))
        .field(
            "Available",
            "integer",
            "apps.v1.DaemonSetStatus.numberAvailable",
            count("numberAvailable"))
        .field(
            "Node Selector",
            "string",
            "core.v1.PodSpec.nodeSelector",
            row -> Row.labels(template(row.spec()).stringMap("nodeSelector")))
        .age()
        .containers(row -> template(row.spec()))
        .wideField(
            "Selector",
            "string",
            "apps.v1.DaemonSetSpec.selector",
            row -> Row.selectorOrNone(row.spec().object("selector")));
  }

  private static java.util.function.Function<Row, @Nullable Object> count(String member) {
    return row -> row.status().integer(member);
  }

  static Printer controllerRevisions() {
    return Printer.named()
        .column("Controller", "string", "Controller of the object", WorkloadPrinters::controller)
        .field(
            "Revision",
            "string",
            "apps.v1.ControllerRevision.revision",
            row -> row.object().integer("revision"))
        .age();
  }

  private static String controller(Row row) {
    for (JsonObject owner : row.metadata().objects("ownerReferences")) {
      if (owner.bool("controller")) {
        String apiVersion = owner.string("apiVersion");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
        return (owner.string("kind") + group).toLowerCase(Locale.ROOT) + "/" + owner.string("name");
      }
    }
    return Row.NONE;
  }

  static Printer jobs() {
    return Printer.named()
        .column("Status", "string", "Status of the job.", WorkloadPrinters::jobStatus)
        .field(
            "Completions", "string", "batch.v1.JobStatus.succeeded", WorkloadPrinters::completions)
        .column(
            "Duration", "string", "Time required to complete the job.", WorkloadPrinters::duration)
        .age()
        .containers(row -> template(row.spec()))
        .wideField(
            "Selector",
            "string",
            "batch.v1.JobSpec.selector",
            row -> Row.selectorOrNone(row.spec().object("selector")));
  }

  private static String jobStatus(Row row) {
    for (String[] known : new String[][] {{"Complete", "Complete"}, {"Failed", "Failed"}}) {
      if (Row.condition(row.status(), known[0]).equals("True")) {
        return known[1];
      }
    }
    if (row.deleted()) {
      return "Terminating";
    }
    for (String type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (Row.condition(row.status(), type).equals("True")) {
        return type;
      }
    }
    return "Running";
  }

  private static String completions(Row row) {
    long succeeded = row.status().integer("succeeded");
    if (row.spec().has("completions")) {
      return succeeded + "/" + row.spec().integer("completions");
    }
    long parallelism = row.spec().integer("parallelism");
    return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
  }

  private static String duration(Row row) {
    Instant start = Row.time(row.status(), "startTime");
    if (start == null) {
      return "";
    }
    Instant end = Row.time(row.status(), "completionTime");
    return HumanDuration.format(Duration.between(start, end == null ? row.now() : end));
  }

  static Printer cronJobs() {
    return Printer.named()
        .field(
            "Schedule",
            "string",
            "batch.v1.CronJobSpec.schedule",
            row -> row.spec().string("schedule"))
        .field(
            "Timezone",
            "string",
            "batch.v1.CronJobSpec.timeZone",
            row -> row.spec().has("timeZone") ? row.spec().string("timeZone") : Row.NONE)
        .field(
            "Suspend",
            "boolean",
            "batch.v1.CronJobSpec.suspend",
            row -> {
              Boolean suspend = row.spec().boolOrNull("suspend");
              return suspend == null ? Row.UNSET : suspend ? "True" : "False";
            })
        .field(
            "Active",
            "integer",
            "batch.v1.CronJobStatus.active",
            row -> (long) row.status().objects("active").size())
        .field(
            "Last Schedule",
            "string",
            "batch.v1.CronJobStatus.lastScheduleTime",
            row ->
                row.status().has("lastScheduleTime")
                    ? row.since(row.status(), "lastScheduleTime")
                    : Row.NONE)
        .age()
        .containers(row -> template(jobSpec(row)))
        .wideField(
            "Selector",
            "string",
            "batch.v1.JobSpec.selector",
            row -> Row.selectorOrNone(jobSpec(row).object("selector")));
  }

  private static JsonObject jobSpec(Row row) {
    return row.spec().objectOrEmpty("jobTemplate").objectOrEmpty("spec");
  }

  static Printer disruptionBudgets() {
    return Printer.named()
        .column(
            "Min Available",
            "string",
            "The minimum number of pods that must be available.",
            row -> amount(row, "minAvailable"))
        .column(
            "Max Unavailable",
            "string",
            "The maximum number of pods that may be unavailable.",
            row -> amount(row, "maxUnavailable"))
        .column(
            "Allowed Disruptions",
            "integer",
            "Calculated number of pods that may be disrupted at this time.",
            row -> row.status().integer("disruptionsAllowed"))
        .age();
  }

  private static String amount(Row row, String member) {
    Object value = row.spec().get(member);
    return value == null ? "N/A" : value.toString();
  }
}
