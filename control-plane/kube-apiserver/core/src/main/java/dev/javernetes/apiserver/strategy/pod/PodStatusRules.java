package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.IpRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the status of a pod may become: addresses, and containers that do not rise from the dead.
 */
final class PodStatusRules {
  private PodStatusRules() {}

  static void check(JsonObject pod, JsonObject old, FieldPath path, ErrorList errors) {
    JsonObject spec = old.objectOrEmpty("spec");
    JsonObject status = pod.objectOrEmpty("status");
    JsonObject before = old.objectOrEmpty("status");
    String restartPolicy = spec.string("restartPolicy");
    if (!restartPolicy.equals("Always")) {
      transitions(
          status,
          before,
          "containerStatuses",
          spec.objects("containers"),
          restartPolicy,
          path,
          errors);
      transitions(
          status,
          before,
          "initContainerStatuses",
          spec.objects("initContainers"),
          restartPolicy,
          path,
          errors);
    }
    claimStatuses(pod, path.child("resourceClaimStatuses"), errors);
    addresses(status, before, "podIPs", path, errors);
    List<String> hostIps = ips(status, "hostIPs");
    if (!hostIps.isEmpty() && !hostIps.getFirst().equals(status.string("hostIP"))) {
      errors.invalid(
          path.child("hostIPs").index(0).child("ip"),
          hostIps.getFirst(),
          "must be equal to `hostIP`");
    }
    addresses(status, before, "hostIPs", path, errors);
  }

  private static void transitions(
      JsonObject status,
      JsonObject before,
      String list,
      List<JsonObject> containers,
      String restartPolicy,
      FieldPath path,
      ErrorList errors) {
    List<JsonObject> now = status.objects(list);
    for (JsonObject was : before.objects(list)) {
      JsonObject terminated = was.objectOrEmpty("state").object("terminated");
      JsonObject container = named(containers, was.string("name"));
      boolean sidecar = container != null && container.string("restartPolicy").equals("Always");
      boolean ownRules =
          container != null
              && (container.has("restartPolicy")
                  || !container.objects("restartPolicyRules").isEmpty());
      boolean failed = terminated != null && terminated.integer("exitCode") != 0;
      if (terminated == null
          || sidecar
          || ownRules
          || failed && restartPolicy.equals("OnFailure")) {
        continue;
      }
      for (int i = 0; i < now.size(); i++) {
        if (now.get(i).string("name").equals(was.string("name"))
            && !now.get(i).objectOrEmpty("state").has("terminated")) {
          errors.forbidden(
              path.child(list).index(i).child("state"),
              "may not be transitioned to non-terminated state");
        }
      }
    }
  }

  private static @Nullable JsonObject named(List<JsonObject> list, String name) {
    for (JsonObject each : list) {
      if (each.string("name").equals(name)) {
        return each;
      }
    }
    return null;
  }

  private static void claimStatuses(JsonObject pod, FieldPath path, ErrorList errors) {
    List<JsonObject> statuses = pod.objectOrEmpty("status").objects("resourceClaimStatuses");
    List<JsonObject> claims = pod.objectOrEmpty("spec").objects("resourceClaims");
    java.util.Set<String> seen = new java.util.HashSet<>();
    for (int i = 0; i < statuses.size(); i++) {
      String name = statuses.get(i).string("name");
      if (named(claims, name) == null) {
        errors.invalid(
            path.index(i).child("name"),
            name,
            "must match the name of an entry in `spec.resourceClaims`");
      }
      if (!seen.add(name)) {
        errors.duplicate(path.index(i).child("name"), name);
      }
      String claim = statuses.get(i).stringOrNull("resourceClaimName");
      if (claim != null) {
        FieldRules.dnsSubdomain(claim, path.index(i).child("name"), errors);
      }
    }
  }

  private static List<String> ips(JsonObject status, String list) {
    return status.objects(list).stream().map(each -> each.string("ip")).toList();
  }

  private static void addresses(
      JsonObject status, JsonObject before, String list, FieldPath path, ErrorList errors) {
    List<String> now = ips(status, list);
    List<String> old = ips(before, list);
    for (int i = 0; i < now.size(); i++) {
      IpRules.address(now.get(i), old, path.child(list).index(i), errors);
    }
    if (now.size() > 1 && (now.size() > 2 || !IpRules.isDualStack(now))) {
      errors.invalid(
          path.child(list), status.get(list), "may specify no more than one IP for each IP family");
    }
  }
}
