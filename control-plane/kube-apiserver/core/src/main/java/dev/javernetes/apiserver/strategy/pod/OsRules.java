package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Objects;

/** {@code spec.os}: what a Linux pod and what a Windows pod may not say (KEP-2802). */
final class OsRules {
  private static final String NOT_FOR_WINDOWS = "cannot be set for a windows pod";

  private OsRules() {}

  static void check(JsonObject spec, FieldPath path, ErrorList errors) {
    JsonObject os = spec.object("os");
    if (os == null) {
      return;
    }
    String name = os.string("name");
    switch (name) {
      case "" -> errors.required(path.child("os", "name"), "");
      case "linux" -> linux(spec, path, errors);
      case "windows" -> windows(spec, path, errors);
      default -> errors.notSupportedInOrder(path.child("os"), name, List.of("linux", "windows"));
    }
  }

  private static void linux(JsonObject spec, FieldPath path, ErrorList errors) {
    if (spec.objectOrEmpty("securityContext").has("windowsOptions")) {
      errors.forbidden(
          path.child("securityContext", "windowsOptions"),
          "windows options cannot be set for a linux pod");
    }
    PodSpecRules.forEachContainer(
        spec,
        path,
        (container, at) -> {
          if (container.objectOrEmpty("securityContext").has("windowsOptions")) {
            errors.forbidden(
                at.child("securityContext", "windowsOptions"),
                "windows options cannot be set for a linux pod");
          }
        });
  }

  private static void windows(JsonObject spec, FieldPath path, ErrorList errors) {
    JsonObject context = spec.objectOrEmpty("securityContext");
    FieldPath at = path.child("securityContext");
    forbid(context, List.of("appArmorProfile", "seLinuxOptions"), at, errors);
    forbid(spec, List.of("hostUsers"), path, errors);
    for (String flag : List.of("hostPID", "hostIPC")) {
      if (spec.bool(flag)) {
        errors.forbidden(path.child(flag), NOT_FOR_WINDOWS);
      }
    }
    forbid(
        context,
        List.of("seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls"),
        at,
        errors);
    forbid(spec, List.of("shareProcessNamespace"), path, errors);
    forbid(
        context,
        List.of(
            "runAsUser",
            "runAsGroup",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "seLinuxChangePolicy"),
        at,
        errors);
    PodSpecRules.forEachContainer(
        spec,
        path,
        (container, where) ->
            forbid(
                container.objectOrEmpty("securityContext"),
                List.of(
                    "appArmorProfile",
                    "seLinuxOptions",
                    "seccompProfile",
                    "capabilities",
                    "readOnlyRootFilesystem",
                    "privileged",
                    "allowPrivilegeEscalation",
                    "procMount",
                    "runAsUser",
                    "runAsGroup"),
                where.child("securityContext"),
                errors));
  }

  private static void forbid(
      JsonObject object, List<String> names, FieldPath path, ErrorList errors) {
    for (String name : names) {
      if (object.has(name)) {
        errors.forbidden(path.child(name), NOT_FOR_WINDOWS);
      }
    }
  }

  static void hostProcess(JsonObject spec, FieldPath path, ErrorList errors) {
    Boolean pod = flag(spec);
    int[] counts = new int[2];
    PodSpecRules.forEachContainer(
        spec,
        path,
        (container, at) -> {
          counts[0]++;
          Boolean own = flag(container);
          if (pod != null && own != null && !pod.equals(own)) {
            errors.invalid(
                at.child("securityContext", "windowsOptions", "hostProcess"),
                own,
                "pod hostProcess value must be identical if both are specified, was " + pod);
          }
          if (Objects.requireNonNullElse(own, Boolean.TRUE.equals(pod))) {
            counts[1]++;
          }
        });
    if (counts[1] == 0) {
      return;
    }
    if (counts[1] != counts[0]) {
      errors.invalid(
          path,
          "",
          "If pod contains any hostProcess containers then all containers must be HostProcess containers");
    }
    if (!spec.bool("hostNetwork")) {
      errors.invalid(
          path.child("hostNetwork"),
          false,
          "hostNetwork must be true if pod contains any hostProcess containers");
    }
  }

  private static @org.jspecify.annotations.Nullable Boolean flag(JsonObject holder) {
    return holder
        .objectOrEmpty("securityContext")
        .objectOrEmpty("windowsOptions")
        .boolOrNull("hostProcess");
  }
}
