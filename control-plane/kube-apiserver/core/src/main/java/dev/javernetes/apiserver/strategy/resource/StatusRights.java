package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may write which part of a claim's status (KEP-4817, gate
 * DRAResourceClaimGranularStatusAuthorization): the scheduler binds, a driver speaks of its own
 * devices, and one that is bound to a node of claims of that node. Asked for as if these parts were
 * subresources.
 */
public final class StatusRights {
  private static final FieldPath ALLOCATION = FieldPath.of("status", "allocation");
  private static final FieldPath DEVICES = FieldPath.of("status", "devices");
  private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

  /** Asks the authorizers about {@code resourceclaims/SUBRESOURCE}. */
  @FunctionalInterface
  public interface Question {
    /** Why the user may not; {@code ""} if he may. */
    String refusal(UserInfo user, String verb, String namespace, String subresource, String name);
  }

  private final Question question;

  public StatusRights(Question question) {
    this.question = question;
  }

  void check(StrategyContext context, JsonObject status, JsonObject old, ErrorList errors) {
    binding(context, status, old, errors);
    if (status.has("allocation")) { // without one there are no devices left to speak of
      devices(context, status, old, errors);
    }
  }

  private void binding(
      StrategyContext context, JsonObject status, JsonObject old, ErrorList errors) {
    if (FieldRules.same(status.get("allocation"), old.get("allocation"))
        && status.objects("reservedFor").equals(old.objects("reservedFor"))) {
      return;
    }
    String refusal = question.refusal(context.user(), context.verb(), "", "binding", "");
    if (!refusal.isEmpty()) {
      errors.forbidden(
          ALLOCATION,
          "changing status.allocation or status.reservedFor requires"
              + " resource=\"resourceclaims/binding\", verb=\"%s\" permission: %s"
                  .formatted(context.verb(), refusal));
    }
  }

  private void devices(
      StrategyContext context, JsonObject status, JsonObject old, ErrorList errors) {
    String anywhere = "arbitrary-node:" + context.verb();
    List<String> verbs =
        isOnNode(context.user(), node(status.objectOrEmpty("allocation")))
            ? List.of("associated-node:" + context.verb(), anywhere)
            : List.of(anywhere);
    for (String driver : changedDrivers(status, old)) {
      List<String> refusals =
          verbs.stream()
              .map(verb ->
                  question.refusal(context.user(), verb, context.namespace(), "driver", driver))
              .toList();
      if (!refusals.contains("")) {
        errors.forbidden(
            DEVICES,
            "changing status.devices requires resource=\"resourceclaims/driver\", verb=\"[%s]\""
                    .formatted(String.join(" ", verbs))
                + " permission: "
                + refusals.getFirst());
      }
    }
  }

  private static SortedSet<String> changedDrivers(JsonObject status, JsonObject old) {
    Map<JsonObject, JsonObject> before = new HashMap<>();
    old.objects("devices").forEach(device -> before.put(ClaimStatusStrategy.id(device), device));
    SortedSet<String> drivers = new TreeSet<>();
    for (JsonObject device : status.objects("devices")) {
      if (!Objects.equals(before.remove(ClaimStatusStrategy.id(device)), device)) {
        drivers.add(device.string("driver"));
      }
    }
    before.values().forEach(gone -> drivers.add(gone.string("driver")));
    return drivers;
  }

  /** The only node that the claim's devices can be used on; {@code ""} if it is not one. */
  private static String node(JsonObject allocation) {
    List<JsonObject> terms = allocation.objectOrEmpty("nodeSelector").objects("nodeSelectorTerms");
    if (terms.size() != 1 || !terms.getFirst().objects("matchExpressions").isEmpty()) {
      return "";
    }
    List<JsonObject> fields = terms.getFirst().objects("matchFields");
    boolean one =
        fields.size() == 1
            && fields.getFirst().string("key").equals("metadata.name")
            && fields.getFirst().string("operator").equals("In")
            && fields.getFirst().strings("values").size() == 1;
    return one ? fields.getFirst().strings("values").getFirst() : "";
  }

  private static boolean isOnNode(UserInfo user, String node) {
    return !node.isEmpty()
        && user.name().startsWith("system:serviceaccount:")
        && user.extra().getOrDefault(NODE_NAME, List.of()).equals(List.of(node));
  }
}
