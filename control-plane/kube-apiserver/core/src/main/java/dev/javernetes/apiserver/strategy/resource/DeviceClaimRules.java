package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;

/**
 * What a claim asks for: requests for devices, constraints between them, configuration of them.
 *
 * <pre>
 * {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "gpu.example.com"}}],
 *  "constraints": [{"requests": ["gpu"], "matchAttribute": "gpu.example.com/rack"}]}
 * </pre>
 */
final class DeviceClaimRules {
  static final int CONFIGS = 32;
  private static final int REQUESTS = 32;
  private static final int CONSTRAINTS = 32;
  private static final int SUBREQUESTS = 8;
  private static final String ONE_KIND = "exactly one of `exactly` or `firstAvailable` is required";

  private final DeviceRules devices;

  DeviceClaimRules(DeviceRules devices) {
    this.devices = devices;
  }

  static void applyDefaults(JsonObject claimSpec) {
    for (JsonObject request : claimSpec.objectOrEmpty("devices").objects("requests")) {
      if (request.object("exactly") instanceof JsonObject exactly) {
        requestDefaults(exactly);
      }
      request.objects("firstAvailable").forEach(DeviceClaimRules::requestDefaults);
    }
  }

  private static void requestDefaults(JsonObject request) {
    FieldRules.defaultTo(request, "allocationMode", "ExactCount");
    if (request.string("allocationMode").equals("ExactCount")) {
      FieldRules.defaultTo(request, "count", 1L);
    }
    request.objects("tolerations").forEach(DeviceTaints::tolerationDefaults);
  }

  void check(JsonObject claimSpec, FieldPath specPath, ErrorList errors) {
    JsonObject claim = claimSpec.objectOrEmpty("devices");
    FieldPath path = specPath.child("devices");
    RequestNames names = RequestNames.of(claim);
    Entries.ofSet(
        claim.objects("requests"),
        REQUESTS,
        this::request,
        request -> request.string("name"),
        path.child("requests"),
        errors);
    Entries.ofList(
        claim.objects("constraints"),
        CONSTRAINTS,
        (constraint, at, found) -> constraint(constraint, names, at, found),
        path.child("constraints"),
        errors);
    Entries.ofList(
        claim.objects("config"),
        CONFIGS,
        (config, at, found) -> {
          names(config, names, at, found);
          DeviceRules.configuration(config, at, found);
        },
        path.child("config"),
        errors);
  }

  static void names(JsonObject holder, RequestNames names, FieldPath path, ErrorList errors) {
    Entries.ofSet(
        holder.strings("requests"),
        REQUESTS,
        names::checkReference,
        name -> name,
        path.child("requests"),
        errors);
  }

  private void request(JsonObject request, FieldPath path, ErrorList errors) {
    FieldRules.dnsLabel(request.string("name"), path.child("name"), errors);
    List<JsonObject> alternatives = request.objects("firstAvailable");
    JsonObject exactly = request.object("exactly");
    if (exactly == null && alternatives.isEmpty()) {
      errors.required(path, ONE_KIND);
    } else if (exactly != null && !alternatives.isEmpty()) {
      errors.invalid(path, null, ONE_KIND + ", but multiple fields are set");
    } else if (exactly != null) {
      exact(exactly, path.child("exactly"), errors);
    } else {
      Entries.ofSet(
          alternatives,
          SUBREQUESTS,
          (alternative, at, found) -> {
            FieldRules.dnsLabel(alternative.string("name"), at.child("name"), found);
            exact(alternative, at, found);
          },
          alternative -> alternative.string("name"),
          path.child("firstAvailable"),
          errors);
    }
  }

  private void exact(JsonObject request, FieldPath path, ErrorList errors) {
    FieldRules.requiredSubdomain(
        request.string("deviceClassName"), path.child("deviceClassName"), errors);
    devices.selectors(request.objects("selectors"), path.child("selectors"), errors);
    long count = request.integer("count");
    String mode = request.string("allocationMode");
    switch (mode) {
      case "All" -> {
        if (count != 0) {
          errors.invalid(
              path.child("count"), count, "must not be specified when allocationMode is 'All'");
        }
      }
      case "ExactCount" -> FieldRules.positive(count, path.child("count"), errors);
      default ->
          errors.notSupportedInOrder(
              path.child("allocationMode"), mode, List.of("All", "ExactCount"));
    }
    List<JsonObject> tolerations = request.objects("tolerations");
    for (int i = 0; i < tolerations.size(); i++) {
      DeviceTaints.toleration(tolerations.get(i), path.child("tolerations").index(i), errors);
    }
  }

  private static void constraint(
      JsonObject constraint, RequestNames names, FieldPath path, ErrorList errors) {
    names(constraint, names, path, errors);
    String match = constraint.stringOrNull("matchAttribute");
    String distinct = constraint.stringOrNull("distinctAttribute");
    if (match != null) {
      DeviceNames.fullyQualified(match, path.child("matchAttribute"), errors);
    } else if (distinct != null) {
      DeviceNames.fullyQualified(distinct, path.child("distinctAttribute"), errors);
    } else {
      errors.required(
          path,
          "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple"
              + " fields are set");
    }
  }
}
