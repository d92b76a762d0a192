package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.HumanDuration;
import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Nodes, namespaces, events, configuration and quotas. */
final class ClusterPrinters {
  /** As v1beta1 describes the field, of which upstream's column still speaks. */
  private static final String OLD_SIGNER_NAME =
      """
      Requested signer for the request. It is a qualified name in the form: \
      `scope-hostname.io/name`. If empty, it will be defaulted:
       1. If it's a kubelet client certificate, it is assigned
          "kubernetes.io/kube-apiserver-client-kubelet".
       2. If it's a kubelet serving certificate, it is assigned
          "kubernetes.io/kubelet-serving".
       3. Otherwise, it is assigned "kubernetes.io/legacy-unknown".
      Distribution of trust for signers happens out of band. You can select on this field using \
      `spec.signerName`.\
      """;

  private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
  private static final String ROLE_LABEL = "kubernetes.io/role";

  private ClusterPrinters() {}

  static Printer nodes() {
    return Printer.named()
        .column("Status", "string", "The status of the node", ClusterPrinters::nodeStatus)
        .column("Roles", "string", "The roles of the node", ClusterPrinters::nodeRoles)
        .age()
        .field(
            "Version",
            "string",
            "core.v1.NodeSystemInfo.kubeletVersion",
            row -> nodeInfo(row).string("kubeletVersion"))
        .wideField(
            "Internal-IP",
            "string",
            "core.v1.NodeStatus.addresses",
            row -> address(row, "InternalIP"))
        .wideField(
            "External-IP",
            "string",
            "core.v1.NodeStatus.addresses",
            row -> address(row, "ExternalIP"))
        .wideField(
            "OS-Image",
            "string",
            "core.v1.NodeSystemInfo.osImage",
            row -> Row.orElse(nodeInfo(row).string("osImage"), Row.UNKNOWN))
        .wideField(
            "Kernel-Version",
            "string",
            "core.v1.NodeSystemInfo.kernelVersion",
            ClusterPrinters::kernel)
        .wideField(
            "Container-Runtime",
            "string",
            "core.v1.NodeSystemInfo.containerRuntimeVersion",
            row -> Row.orElse(nodeInfo(row).string("containerRuntimeVersion"), Row.UNKNOWN));
  }

  private static JsonObject nodeInfo(Row row) {
    return row.status().objectOrEmpty("nodeInfo");
  }

  private static String kernel(Row row) {
    String architecture = nodeInfo(row).string("architecture");
    return Row.orElse(nodeInfo(row).string("kernelVersion"), Row.UNKNOWN)
        + (architecture.isEmpty() ? "" : " (" + architecture + ")");
  }

  private static String nodeStatus(Row row) {
    String ready = Row.condition(row.status(), "Ready");
    String text = ready.isEmpty() ? "Unknown" : ready.equals("True") ? "Ready" : "NotReady";
    return row.spec().bool("unschedulable") ? text + ",SchedulingDisabled" : text;
  }

  private static String nodeRoles(Row row) {
    TreeSet<String> roles = new TreeSet<>();
    row.metadata()
        .stringMap("labels")
        .forEach((key, value) -> {
          if (key.startsWith(ROLE_PREFIX)) {
            roles.add(key.substring(ROLE_PREFIX.length()));
          } else if (key.equals(ROLE_LABEL)) {
            roles.add(value);
          }
        });
    roles.remove("");
    return Row.orElse(String.join(",", roles), Row.NONE);
  }

  private static String address(Row row, String type) {
    for (JsonObject address : row.status().objects("addresses")) {
      if (address.string("type").equals(type)) {
        return address.string("address");
      }
    }
    return Row.NONE;
  }

  static Printer namespaces() {
    return Printer.named()
        .column(
            "Status", "string", "The status of the namespace", row -> row.status().string("phase"))
        .age();
  }

  static Printer componentStatuses() {
    return Printer.named()
        .column("Status", "string", "Status of the component conditions", ClusterPrinters::health)
        .column(
            "Message",
            "string",
            "Message of the component conditions",
            row -> healthy(row).string("message"))
        .column(
            "Error",
            "string",
            "Error of the component conditions",
            row -> healthy(row).string("error"));
  }

  private static JsonObject healthy(Row row) {
    for (JsonObject condition : row.object().objects("conditions")) {
      if (condition.string("type").equals("Healthy")) {
        return condition;
      }
    }
    return new JsonObject();
  }

  private static String health(Row row) {
    JsonObject condition = healthy(row);
    return condition.isEmpty()
        ? "Unknown"
        : condition.string("status").equals("True") ? "Healthy" : "Unhealthy";
  }

  static Printer configMaps() {
    return Printer.named()
        .field(
            "Data",
            "string",
            "core.v1.ConfigMap.data",
            row ->
                (long)
                    (row.object().objectOrEmpty("data").size()
                        + row.object().objectOrEmpty("binaryData").size()))
        .age();
  }

  static Printer secrets() {
    return Printer.named()
        .field("Type", "string", "core.v1.Secret.type", row -> row.object().string("type"))
        .field(
            "Data",
            "string",
            "core.v1.Secret.data",
            row -> (long) row.object().objectOrEmpty("data").size())
        .age();
  }

  static Printer resourceQuotas() {
    return Printer.named()
        .column(
            "Request",
            "string",
            "Request represents a minimum amount of cpu/memory that a container may consume.",
            row -> usage(row, false))
        .column(
            "Limit",
            "string",
            "Limits control the maximum amount of cpu/memory that a container may use independent"
                + " of contention on the node.",
            row -> usage(row, true))
        .age();
  }

  private static String usage(Row row, boolean limits) {
    JsonObject hard = row.status().objectOrEmpty("hard");
    JsonObject used = row.status().objectOrEmpty("used");
    List<String> all = new ArrayList<>();
    for (String resource : new TreeSet<>(hard.keySet())) {
      if (resource.startsWith("limits.") == limits) {
        all.add(
            resource
                + ": "
                + Row.orElse(used.string(resource), "0")
                + "/"
                + Row.orElse(hard.string(resource), "0"));
      }
    }
    return String.join(", ", all);
  }

  /** Both groups' events: {@code events.k8s.io} names the old fields {@code deprecated…}. */
  static Printer events() {
    return Printer.empty()
        .field("Last Seen", "string", "core.v1.Event.lastTimestamp", ClusterPrinters::lastSeen)
        .field("Type", "string", "core.v1.Event.type", row -> row.object().string("type"))
        .field("Reason", "string", "core.v1.Event.reason", row -> row.object().string("reason"))
        .field("Object", "string", "core.v1.Event.involvedObject", ClusterPrinters::involved)
        .wideField(
            "Subobject",
            "string",
            "core.v1.ObjectReference.fieldPath",
            row -> about(row).string("fieldPath"))
        .wideField("Source", "string", "core.v1.Event.source", ClusterPrinters::source)
        .field(
            "Message",
            "string",
            "core.v1.Event.message",
            row -> Row.orElse(row.object().string("message"), row.object().string("note")).strip())
        .wideField(
            "First Seen", "string", "core.v1.Event.firstTimestamp", ClusterPrinters::firstSeen)
        .wideField("Count", "string", "core.v1.Event.count", ClusterPrinters::count)
        .add("Name", "string", "name", Printer.documented("meta.v1.ObjectMeta.name"), 1, Row::name);
  }

  private static JsonObject about(Row row) {
    JsonObject involved = row.object().object("involvedObject");
    return involved == null ? row.object().objectOrEmpty("regarding") : involved;
  }

  private static String involved(Row row) {
    String kind = about(row).string("kind").toLowerCase(Locale.ROOT);
    String name = about(row).string("name");
    return name.isEmpty() ? kind : kind + "/" + name;
  }

  private static String firstSeen(Row row) {
    JsonObject event = row.object();
    for (String member : List.of("firstTimestamp", "deprecatedFirstTimestamp")) {
      if (event.has(member)) {
        return row.since(event, member);
      }
    }
    return row.since(event, "eventTime");
  }

  private static String lastSeen(Row row) {
    JsonObject event = row.object();
    JsonObject series = event.object("series");
    if (series != null) {
      return row.since(series, "lastObservedTime");
    }
    for (String member : List.of("lastTimestamp", "deprecatedLastTimestamp")) {
      if (event.has(member)) {
        return row.since(event, member);
      }
    }
    return firstSeen(row);
  }

  private static long count(Row row) {
    JsonObject series = row.object().object("series");
    if (series != null) {
      return series.integer("count");
    }
    long count = row.object().integer("count", row.object().integer("deprecatedCount"));
    return count == 0 ? 1 : count;
  }

  private static String source(Row row) {
    JsonObject event = row.object();
    JsonObject source =
        event.has("source")
            ? event.objectOrEmpty("source")
            : event.objectOrEmpty("deprecatedSource");
    String component =
        Row.orElse(
            source.string("component"),
            Row.orElse(event.string("reportingComponent"), event.string("reportingController")));
    String instance = Row.orElse(source.string("host"), event.string("reportingInstance"));
    return instance.isEmpty() ? component : component + ", " + instance;
  }

  static Printer leases() {
    return Printer.named()
        .field(
            "Holder",
            "string",
            "coordination.v1.LeaseSpec.holderIdentity",
            row -> row.spec().string("holderIdentity"))
        .age();
  }

  static Printer apiServices() {
    return Printer.named()
        .column(
            "Service",
            "string",
            "The reference to the service that hosts this API endpoint.",
            row -> {
              JsonObject service = row.spec().object("service");
              return service == null
                  ? "Local"
                  : service.string("namespace") + "/" + service.string("name");
            })
        .column(
            "Available", "string", "Whether this service is available.", ClusterPrinters::available)
        .age();
  }

  private static String available(Row row) {
    for (JsonObject condition : row.status().objects("conditions")) {
      if (condition.string("type").equals("Available")) {
        String status = condition.string("status");
        String reason = condition.string("reason");
        return status.equals("True") || reason.isEmpty() ? status : status + " (" + reason + ")";
      }
    }
    return "Unknown";
  }

  static Printer certificateSigningRequests() {
    return Printer.named()
        .age()
        .column(
            "SignerName",
            "string",
            OLD_SIGNER_NAME,
            row -> Row.orElse(row.spec().string("signerName"), Row.NONE))
        .column(
            "Requestor",
            "string",
            "Base64-encoded PKCS#10 CSR data",
            row -> row.spec().string("username"))
        .field(
            "RequestedDuration",
            "string",
            "certificates.v1.CertificateSigningRequestSpec.expirationSeconds",
            row ->
                row.spec().has("expirationSeconds")
                    ? HumanDuration.format(
                        Duration.ofSeconds(row.spec().integer("expirationSeconds")))
                    : Row.NONE)
        .column(
            "Condition",
            "string",
            "Conditions applied to the request, such as approval or denial.",
            ClusterPrinters::certificateStatus);
  }

  private static String certificateStatus(Row row) {
    boolean approved = false;
    boolean denied = false;
    boolean failed = false;
    for (JsonObject condition : row.status().objects("conditions")) {
      switch (condition.string("type")) {
        case "Approved" -> approved = true;
        case "Denied" -> denied = true;
        case "Failed" -> failed = true;
        default -> {}
      }
    }
    String text = denied ? "Denied" : approved ? "Approved" : "Pending";
    return text
        + (failed ? ",Failed" : "")
        + (row.status().string("certificate").isEmpty() ? "" : ",Issued");
  }

  static Printer nameAndCreation() {
    return Printer.named()
        .add(
            "Created At",
            "date",
            "",
            Printer.documented("meta.v1.ObjectMeta.creationTimestamp"),
            0,
            row -> {
              Instant created = Row.time(row.metadata(), "creationTimestamp");
              return created == null ? "" : row.metadata().string("creationTimestamp");
            });
  }

  static Printer nameAndAge() {
    return Printer.named().age();
  }

  static Printer priorityClasses() {
    return Printer.named()
        .field(
            "Value",
            "integer",
            "scheduling.v1.PriorityClass.value",
            row -> row.object().integer("value"))
        .field(
            "Global-Default",
            "boolean",
            "scheduling.v1.PriorityClass.globalDefault",
            row -> row.object().bool("globalDefault"))
        .age()
        // shown always, although upstream's printer counts it to the wide view
        .field(
            "PreemptionPolicy",
            "string",
            "scheduling.v1.PriorityClass.preemptionPolicy",
            row -> row.object().string("preemptionPolicy"));
  }

  static Printer runtimeClasses() {
    return Printer.named()
        .column("Handler", "string", "", row -> row.object().string("handler"))
        .age();
  }
}
