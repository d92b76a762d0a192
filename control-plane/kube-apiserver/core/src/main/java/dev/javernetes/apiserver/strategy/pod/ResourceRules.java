package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Requests and limits of containers and of a pod as a whole. */
public final class ResourceRules {
  private static final List<String> POD_LEVEL = List.of("cpu", "hugepages-", "memory");

  @FunctionalInterface
  private interface NameRule {
    void check(String name, FieldPath path, ErrorList errors);
  }

  private ResourceRules() {}

  public static void container(
      JsonObject resources, Set<String> claimNames, FieldPath path, ErrorList errors) {
    check(resources, ResourceNames::checkForContainer, path, errors);
    claims(resources.objects("claims"), claimNames, path.child("claims"), errors);
  }

  /** {@code spec.overhead}, which upstream checks as limits. */
  public static void overhead(JsonObject overhead, FieldPath path, ErrorList errors) {
    check(JsonObject.of("limits", overhead), ResourceNames::checkForContainer, path, errors);
  }

  private static Map<String, Quantity> quantities(JsonObject resources, String list) {
    Map<String, Quantity> quantities = new TreeMap<>();
    resources
        .objectOrEmpty(list)
        .forEach((name, value) -> quantities.put(name, FieldRules.quantity(value)));
    return quantities;
  }

  private static void check(
      JsonObject resources, NameRule nameRule, FieldPath path, ErrorList errors) {
    Map<String, Quantity> limits = quantities(resources, "limits");
    Map<String, Quantity> requests = quantities(resources, "requests");
    FieldPath limitsPath = path.child("limits");
    FieldPath requestsPath = path.child("requests");
    limits.forEach((name, value) -> amount(name, value, nameRule, limitsPath.key(name), errors));
    requests.forEach((name, value) -> {
      amount(name, value, nameRule, requestsPath.key(name), errors);
      Quantity limit = limits.get(name);
      if (limit == null) {
        if (!ResourceNames.isOvercommitAllowed(name)) {
          errors.required(limitsPath, "Limit must be set for non overcommitable resources");
        }
      } else if (value.compareTo(limit) != 0 && !ResourceNames.isOvercommitAllowed(name)) {
        errors.invalid(
            requestsPath, value.toString(), "must be equal to " + name + " limit of " + limit);
      } else if (value.compareTo(limit) > 0) {
        errors.invalid(
            requestsPath,
            value.toString(),
            "must be less than or equal to " + name + " limit of " + limit);
      }
    });
    Set<String> all = new HashSet<>(limits.keySet());
    all.addAll(requests.keySet());
    if (all.stream().anyMatch(ResourceNames::isHugePage)
        && !all.contains("cpu")
        && !all.contains("memory")) {
      errors.forbidden(path, "HugePages require cpu or memory");
    }
  }

  private static void amount(
      String name, Quantity value, NameRule nameRule, FieldPath path, ErrorList errors) {
    nameRule.check(name, path, errors);
    ResourceNames.checkValue(name, value, path, errors);
    if (ResourceNames.isHugePage(name) && !ResourceNames.isWholePages(name, value)) {
      errors.invalid(
          path, value.toString(), value + " is not positive integer multiple of " + name);
    }
  }

  private static void claims(
      List<JsonObject> claims, Set<String> claimNames, FieldPath path, ErrorList errors) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < claims.size(); i++) {
      String name = claims.get(i).string("name");
      String request = claims.get(i).string("request");
      FieldPath at = path.index(i);
      if (name.isEmpty()) {
        errors.required(at, "");
      } else if (seen.contains(name)) {
        errors.duplicate(at, name);
      } else {
        String key = request.isEmpty() ? name : name + "/" + request;
        if (!request.isEmpty()) {
          FieldRules.dnsLabel(request, at.child("request"), errors);
        }
        if (seen.contains(key)) {
          errors.duplicate(at, key);
        } else if (request.isEmpty()
            && seen.stream().anyMatch(other -> other.startsWith(name + "/"))) {
          errors.duplicate(at, name);
        }
        seen.add(key);
      }
      if (!claimNames.contains(name)) {
        String known =
            claimNames.isEmpty()
                ? " which is empty"
                : ": " + String.join(", ", new TreeSet<>(claimNames));
        errors.add(
            new FieldError(
                FieldError.Type.NOT_FOUND,
                at.toString(),
                name,
                "must be one of the names in pod.spec.resourceClaims" + known,
                false));
      }
    }
  }

  /** {@code spec.resources} (KEP-2837). */
  static void pod(JsonObject spec, String os, FieldPath path, ErrorList errors) {
    JsonObject resources = spec.object("resources");
    if (resources == null) {
      return;
    }
    FieldPath at = path.child("resources");
    if (os.equals("windows")) {
      errors.forbidden(at, "may not be set for a windows pod");
      return;
    }
    if (!resources.objects("claims").isEmpty()) {
      errors.forbidden(at.child("claims"), "claims may not be set for Resources at pod-level");
    }
    check(resources, ResourceRules::podLevelName, at, errors);
    consistency(spec, resources, at, errors);
  }

  private static void podLevelName(String name, FieldPath path, ErrorList errors) {
    if (ResourceNames.check(name, path, errors)
        && !name.equals("cpu")
        && !name.equals("memory")
        && !ResourceNames.isHugePage(name)) {
      errors.notSupported(path, name, POD_LEVEL);
    }
  }

  private static void consistency(
      JsonObject spec, JsonObject resources, FieldPath path, ErrorList errors) {
    Map<String, Quantity> requests = quantities(resources, "requests");
    Map<String, Quantity> limits = quantities(resources, "limits");
    PodResources.containers(spec, "requests")
        .forEach((name, sum) -> {
          Quantity podRequest = requests.get(name);
          if (podRequest != null && sum.compareTo(podRequest) > 0) {
            errors.invalid(
                path.child("requests").key(name),
                podRequest.toString(),
                "must be greater than or equal to aggregate container requests of " + sum);
          }
        });
    PodResources.containers(spec, "limits")
        .forEach((name, sum) -> {
          Quantity podLimit = limits.get(name);
          if (ResourceNames.isHugePage(name) && podLimit != null && sum.compareTo(podLimit) > 0) {
            errors.invalid(
                path.child("limits").key(name),
                podLimit.toString(),
                "must be greater than or equal to aggregate container limits of " + sum);
          }
        });
    List<JsonObject> containers = spec.objects("containers");
    for (int i = 0; i < containers.size(); i++) {
      FieldPath at = path.child("containers").index(i);
      quantities(containers.get(i).objectOrEmpty("resources"), "limits")
          .forEach((name, limit) -> {
            Quantity podLimit = limits.get(name);
            if (podLimit != null && limit.compareTo(podLimit) > 0) {
              errors.invalid(
                  at.key(name).child("limits"),
                  limit.toString(),
                  "must be less than or equal to pod limits of " + podLimit);
            }
          });
    }
  }
}
