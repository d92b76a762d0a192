package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roles, webhooks, admission policies, priority and fairness. */
final class PolicyPrinters {
  private PolicyPrinters() {}

  static Printer roleBindings(String kind) {
    String type = kind.equals("roleBinding") ? "RoleBinding" : "ClusterRoleBinding";
    return Printer.named()
        .add(
            "Role",
            "string",
            "",
            () -> {
              // the printer's text is older than the field's last sentence
              String text = Printer.documented("rbac.v1." + type + ".roleRef").get();
              return text.replace(" This field is immutable.", "");
            },
            0,
            row -> {
              JsonObject role = row.object().objectOrEmpty("roleRef");
              return role.string("kind") + "/" + role.string("name");
            })
        .age()
        .wideColumn("Users", "string", "Users in the " + kind, row -> subjects(row, "User"))
        .wideColumn("Groups", "string", "Groups in the " + kind, row -> subjects(row, "Group"))
        .wideColumn(
            "ServiceAccounts",
            "string",
            "ServiceAccounts in the " + kind,
            row -> subjects(row, "ServiceAccount"));
  }

  private static String subjects(Row row, String kind) {
    List<String> names = new ArrayList<>();
    for (JsonObject subject : row.object().objects("subjects")) {
      if (subject.string("kind").equals(kind)) {
        names.add(
            kind.equals("ServiceAccount")
                ? subject.string("namespace") + "/" + subject.string("name")
                : subject.string("name"));
      }
    }
    return String.join(", ", names);
  }

  static Printer webhooks() {
    return Printer.named()
        .column(
            "Webhooks",
            "integer",
            "Webhooks indicates the number of webhooks registered in this configuration",
            row -> (long) row.object().objects("webhooks").size())
        .age();
  }

  static Printer validatingPolicies() {
    return Printer.named()
        .column(
            "Validations",
            "integer",
            "Validations indicates the number of validation rules defined in this configuration",
            row -> (long) row.spec().objects("validations").size())
        .column("ParamKind", "string", PARAM_KIND, PolicyPrinters::paramKind)
        .age();
  }

  static Printer mutatingPolicies() {
    return Printer.named()
        .column(
            "Mutations",
            "integer",
            "Mutation indicates the number of mutations rules defined in this configuration",
            row -> (long) row.spec().objects("mutations").size())
        .column("ParamKind", "string", PARAM_KIND, PolicyPrinters::paramKind)
        .age();
  }

  private static final String PARAM_KIND =
      "ParamKind specifies the kind of resources used to parameterize this policy";

  private static String paramKind(Row row) {
    JsonObject kind = row.spec().object("paramKind");
    return kind == null ? Row.UNSET : kind.string("apiVersion") + "/" + kind.string("kind");
  }

  static Printer policyBindings() {
    return Printer.named()
        .column(
            "PolicyName",
            "string",
            "PolicyName indicates the policy definition which the policy binding binded to",
            row -> row.spec().string("policyName"))
        .column(
            "ParamRef",
            "string",
            "ParamRef indicates the param resource which sets the configuration param",
            row -> {
              JsonObject reference = row.spec().object("paramRef");
              if (reference == null) {
                return Row.UNSET;
              }
              String name = reference.string("name");
              JsonObject selector = reference.object("selector");
              if (!name.isEmpty()) {
                return Row.orElse(reference.string("namespace"), "*") + "/" + name;
              }
              return selector == null ? Row.UNSET : goSelector(selector);
            })
        .age();
  }

  /** Go's print of a LabelSelector's struct, which upstream shows here. */
  private static String goSelector(JsonObject selector) {
    StringBuilder labels = new StringBuilder("map[string]string{");
    new java.util.TreeMap<>(selector.stringMap("matchLabels"))
        .forEach((key, value) -> labels.append(key).append(": ").append(value).append(','));
    StringBuilder expressions = new StringBuilder("[]LabelSelectorRequirement{");
    for (JsonObject one : selector.objects("matchExpressions")) {
      expressions
          .append("LabelSelectorRequirement{Key:")
          .append(one.string("key"))
          .append(",Operator:")
          .append(one.string("operator"))
          .append(",Values:[")
          .append(String.join(" ", one.strings("values")))
          .append("],},");
    }
    return "&LabelSelector{MatchLabels:" + labels + "},MatchExpressions:" + expressions + "},}";
  }

  static Printer flowSchemas() {
    return Printer.named()
        .field(
            "PriorityLevel",
            "string",
            "flowcontrol.v1.PriorityLevelConfigurationReference.name",
            row -> row.spec().objectOrEmpty("priorityLevelConfiguration").string("name"))
        .field(
            "MatchingPrecedence",
            "string",
            "flowcontrol.v1.FlowSchemaSpec.matchingPrecedence",
            row -> row.spec().integer("matchingPrecedence"))
        .field(
            "DistinguisherMethod",
            "string",
            "flowcontrol.v1.FlowSchemaSpec.distinguisherMethod",
            row -> {
              JsonObject method = row.spec().object("distinguisherMethod");
              return method == null ? Row.NONE : method.string("type");
            })
        .age()
        .column(
            "MissingPL",
            "string",
            "references a broken or non-existent PriorityLevelConfiguration",
            row -> Row.orElse(Row.condition(row.status(), "Dangling"), "?"));
  }

  static Printer priorityLevels() {
    return Printer.named()
        .field(
            "Type",
            "string",
            "flowcontrol.v1.PriorityLevelConfigurationSpec.type",
            row -> row.spec().string("type"))
        .field(
            "NominalConcurrencyShares",
            "string",
            "flowcontrol.v1.LimitedPriorityLevelConfiguration.nominalConcurrencyShares",
            row -> orNone(row.spec().object("limited"), "nominalConcurrencyShares"))
        .field(
            "Queues",
            "string",
            "flowcontrol.v1.QueuingConfiguration.queues",
            row -> orNone(queuing(row), "queues"))
        .field(
            "HandSize",
            "string",
            "flowcontrol.v1.QueuingConfiguration.handSize",
            row -> orNone(queuing(row), "handSize"))
        .field(
            "QueueLengthLimit",
            "string",
            "flowcontrol.v1.QueuingConfiguration.queueLengthLimit",
            row -> orNone(queuing(row), "queueLengthLimit"))
        .age();
  }

  private static @Nullable JsonObject queuing(Row row) {
    return row.spec().objectOrEmpty("limited").objectOrEmpty("limitResponse").object("queuing");
  }

  private static Object orNone(@Nullable JsonObject holder, String member) {
    return holder == null ? (Object) Row.NONE : (Object) holder.integer(member);
  }

  static Printer horizontalPodAutoscalers() {
    return Printer.named()
        .field(
            "Reference",
            "string",
            "autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef",
            row -> {
              JsonObject target = row.spec().objectOrEmpty("scaleTargetRef");
              return target.string("kind") + "/" + target.string("name");
            })
        .field(
            "Targets",
            "string",
            "autoscaling.v2.HorizontalPodAutoscalerSpec.metrics",
            MetricTargets::of)
        .field(
            "MinPods",
            "string",
            "autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas",
            row ->
                row.spec().has("minReplicas")
                    ? Long.toString(row.spec().integer("minReplicas"))
                    : Row.UNSET)
        .field(
            "MaxPods",
            "string",
            "autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas",
            row -> row.spec().integer("maxReplicas"))
        .field(
            "Replicas",
            "string",
            "autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas",
            row -> row.status().integer("currentReplicas"))
        .age();
  }
}
