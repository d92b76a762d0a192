package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the statuses of containers may say: the user a process runs as, the health of devices. */
final class ContainerStatusRules {
  private static final List<String> HEALTH = List.of("Healthy", "Unhealthy", "Unknown");
  private static final int MESSAGE_LIMIT = 1024;

  private ContainerStatusRules() {}

  static void check(JsonObject spec, JsonObject status, FieldPath path, ErrorList errors) {
    List<String> lists =
        List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");
    String os = spec.objectOrEmpty("os").string("name");
    for (String list : lists) {
      List<JsonObject> statuses = status.objects(list);
      for (int i = 0; i < statuses.size(); i++) {
        FieldPath at = path.child(list).index(i).child("user", "linux");
        user(statuses.get(i).objectOrEmpty("user").object("linux"), os, at, errors);
      }
    }
    resources(spec.objects("containers"), status, lists.get(0), path, errors);
    resources(spec.objects("initContainers"), status, lists.get(1), path, errors);
    List<JsonObject> ephemeral = status.objects(lists.get(2));
    for (int i = 0; i < ephemeral.size(); i++) {
      if (!ephemeral.get(i).objects("allocatedResourcesStatus").isEmpty()) {
        errors.forbidden(
            path.child(lists.get(2)).index(i).child("allocatedResourcesStatus"),
            "must not be specified in container status");
      }
    }
  }

  private static void user(
      @org.jspecify.annotations.Nullable JsonObject user,
      String os,
      FieldPath path,
      ErrorList errors) {
    if (user == null) {
      return;
    }
    if (os.equals("windows")) {
      errors.forbidden(path, "cannot be set for a windows pod");
      return;
    }
    for (String id : List.of("uid", "gid")) {
      long value = user.integer(id);
      FieldRules.invalid(FieldRules.userOrGroupId(value), path.child(id), value, errors);
    }
    List<?> groups = user.array("supplementalGroups");
    for (int i = 0; groups != null && i < groups.size(); i++) {
      long group = groups.get(i) instanceof Number number ? number.longValue() : 0;
      FieldRules.invalid(
          FieldRules.userOrGroupId(group),
          path.child("supplementalGroups").index(i),
          group,
          errors);
    }
  }

  private static void resources(
      List<JsonObject> containers,
      JsonObject status,
      String list,
      FieldPath path,
      ErrorList errors) {
    List<JsonObject> statuses = status.objects(list);
    for (int i = 0; i < statuses.size(); i++) {
      String name = statuses.get(i).string("name");
      List<JsonObject> allocated = statuses.get(i).objects("allocatedResourcesStatus");
      for (int j = 0; j < allocated.size(); j++) {
        FieldPath at = path.child(list).index(i).child("allocatedResourcesStatus").index(j);
        String resource = allocated.get(j).string("name");
        containers.stream()
            .filter(container -> container.string("name").equals(name))
            .findFirst()
            .ifPresent(container -> asked(container, resource, at.child("name"), errors));
        health(allocated.get(j).objects("resources"), at.child("resources"), errors);
      }
    }
  }

  /** The resource must be one that the container asks for. */
  private static void asked(
      JsonObject container, String resource, FieldPath path, ErrorList errors) {
    JsonObject wanted = container.objectOrEmpty("resources");
    if (!resource.startsWith("claim:")) {
      if (!wanted.objectOrEmpty("requests").has(resource)) {
        errors.invalid(path, resource, "must match one of the container's resource requests");
      }
      return;
    }
    boolean known =
        wanted.objects("claims").stream()
            .anyMatch(claim -> {
              String request = claim.string("request");
              String full = "claim:" + claim.string("name");
              return resource.equals(request.isEmpty() ? full : full + "/" + request);
            });
    if (!known) {
      errors.invalid(
          path,
          resource,
          "must match one of the container's resource claims in a format"
              + " 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty");
    }
  }

  private static void health(List<JsonObject> resources, FieldPath path, ErrorList errors) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < resources.size(); i++) {
      FieldRules.supported(
          resources.get(i).string("health"), HEALTH, path.index(i).child("health"), errors);
      String message = resources.get(i).stringOrNull("message");
      if (message != null && message.isEmpty()) {
        errors.required(path.index(i).child("message"), "must be non-empty if specified");
      } else if (message != null
          && message.getBytes(StandardCharsets.UTF_8).length > MESSAGE_LIMIT) {
        errors.tooLong(path.index(i).child("message"), MESSAGE_LIMIT);
      }
      String id = resources.get(i).string("resourceID");
      if (!ids.add(id)) {
        errors.duplicate(path.index(i).child("resourceID"), id);
      }
    }
  }

  /** Claims made for extended resources (KEP-5004). */
  static void extendedClaim(JsonObject spec, JsonObject claim, FieldPath path, ErrorList errors) {
    FieldPath mappingsPath = path.child("requestMappings");
    List<JsonObject> mappings = claim.objects("requestMappings");
    if (mappings.isEmpty()) {
      errors.required(mappingsPath, "at least one request mapping is required");
    }
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < mappings.size(); i++) {
      FieldPath at = mappingsPath.index(i);
      String container = mappings.get(i).string("containerName");
      String resource = mappings.get(i).string("resourceName");
      String request = mappings.get(i).string("requestName");
      JsonObject asking = null;
      for (String list : List.of("initContainers", "containers")) {
        for (JsonObject each : spec.objects(list)) {
          asking = each.string("name").equals(container) ? each : asking;
        }
      }
      if (asking == null) {
        errors.invalid(
            at.child("containerName"),
            container,
            "must match the name of an entry in spec.initContainers.name or spec.containers.name");
      } else if (!asking.objectOrEmpty("resources").objectOrEmpty("requests").has(resource)) {
        errors.invalid(
            at.child("resourceName"),
            resource,
            "must match the extended resource name of an entry in"
                + " spec.initContainers.resources.requests or spec.containers.resources.requests");
      }
      FieldRules.dnsLabel(request, path.child("requestName"), errors);
      if (!seen.add(List.of(container, resource, request))) {
        errors.duplicate(at.child("containerName"), container);
        errors.duplicate(at.child("resourceName"), resource);
        errors.duplicate(at.child("requestName"), request);
      }
    }
    FieldRules.requiredSubdomain(
        claim.string("resourceClaimName"), path.child("resourceClaimName"), errors);
  }
}
