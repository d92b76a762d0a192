package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
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
    ContainerTransitions.check(spec, status, before, path, errors);
    claimStatuses(pod, path.child("resourceClaimStatuses"), errors);
    if (status.object("extendedResourceClaimStatus") instanceof JsonObject claim) {
      ContainerStatusRules.extendedClaim(
          pod.objectOrEmpty("spec"), claim, path.child("extendedResourceClaimStatus"), errors);
    }
    addresses(status, before, "podIPs", path, errors);
    List<String> hostIps = ips(status, "hostIPs");
    if (!hostIps.isEmpty() && !hostIps.getFirst().equals(status.string("hostIP"))) {
      errors.invalid(
          path.child("hostIPs").index(0).child("ip"),
          hostIps.getFirst(),
          "must be equal to `hostIP`");
    }
    addresses(status, before, "hostIPs", path, errors);
    ContainerStatusRules.check(pod.objectOrEmpty("spec"), status, path, errors);
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
        FieldRules.dnsSubdomain(claim, path.index(i).child("resourceClaimName"), errors);
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
          path.child(list),
          InternalForm.of(list.equals("podIPs") ? "core.PodIP" : "core.HostIP", status.get(list)),
          "may specify no more than one IP for each IP family");
    }
  }
}
