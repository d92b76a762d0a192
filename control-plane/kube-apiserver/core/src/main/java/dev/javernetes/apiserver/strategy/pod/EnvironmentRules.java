package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** A container's environment: names, values taken from elsewhere. */
final class EnvironmentRules {
  private static final Set<String> ENV_FIELDS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final Set<String> RESOURCE_FIELDS =
      Set.of(
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.ephemeral-storage");
  private static final Set<String> POD_FIELDS =
      Set.of(
          "metadata.annotations",
          "metadata.labels",
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.serviceAccountName",
          "spec.schedulerName",
          "status.phase",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final Set<String> BYTE_DIVISORS =
      Set.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");

  private EnvironmentRules() {}

  static void env(List<JsonObject> variables, FieldPath path, ErrorList errors) {
    for (int i = 0; i < variables.size(); i++) {
      JsonObject variable = variables.get(i);
      FieldPath at = path.index(i);
      String name = variable.string("name");
      if (name.isEmpty()) {
        errors.required(at.child("name"), "");
      } else {
        FieldRules.invalid(FieldRules.relaxedEnvName(name), at.child("name"), name, errors);
      }
      JsonObject from = variable.object("valueFrom");
      if (from != null) {
        valueFrom(variable, from, at.child("valueFrom"), errors);
      }
    }
  }

  private static void valueFrom(
      JsonObject variable, JsonObject from, FieldPath path, ErrorList errors) {
    int count = 0;
    if (from.object("fieldRef") instanceof JsonObject field) {
      count++;
      fieldSelector(field, ENV_FIELDS, path.child("fieldRef"), errors);
    }
    if (from.object("resourceFieldRef") instanceof JsonObject resource) {
      count++;
      resourceFieldSelector(resource, false, path.child("resourceFieldRef"), errors);
    }
    for (String kind : List.of("configMapKeyRef", "secretKeyRef")) {
      if (from.object(kind) instanceof JsonObject key) {
        count++;
        keySelector(key, path.child(kind), errors);
      }
    }
    if (from.object("fileKeyRef") instanceof JsonObject file) {
      count++;
      fileKeySelector(file, path.child("fileKeyRef"), errors);
    }
    if (count == 0) {
      errors.invalid(
          path,
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
    } else if (!variable.string("value").isEmpty()) {
      errors.invalid(path, "", "may not be specified when `value` is not empty");
    } else if (count > 1) {
      errors.invalid(path, "", "may not have more than one field specified at a time");
    }
  }

  static void fieldSelector(
      JsonObject selector, Set<String> supported, FieldPath path, ErrorList errors) {
    String version = selector.string("apiVersion");
    String field = selector.string("fieldPath");
    if (version.isEmpty()) {
      errors.required(path.child("apiVersion"), "");
      return;
    }
    if (field.isEmpty()) {
      errors.required(path.child("fieldPath"), "");
      return;
    }
    boolean subscripted = field.endsWith("']") && field.contains("['");
    String base = subscripted ? field.substring(0, field.indexOf("['")) : field;
    if (!version.equals("v1")) {
      errors.invalid(
          path.child("fieldPath"),
          field,
          "error converting fieldPath: unsupported pod version: " + version);
      return;
    }
    if (subscripted && !base.equals("metadata.annotations") && !base.equals("metadata.labels")) {
      errors.invalid(
          path.child("fieldPath"),
          field,
          "error converting fieldPath: field label does not support subscript: " + field);
      return;
    }
    if (subscripted) {
      String key = field.substring(base.length() + 2, field.length() - 2);
      FieldRules.qualifiedName(
          base.equals("metadata.annotations") ? key.toLowerCase(Locale.ROOT) : key, path, errors);
      return;
    }
    if (base.equals("spec.host")) {
      base = "spec.nodeName";
    } else if (!POD_FIELDS.contains(base)) {
      errors.invalid(
          path.child("fieldPath"),
          field,
          "error converting fieldPath: field label not supported: " + field);
      return;
    }
    if (!supported.contains(base)) {
      errors.notSupported(path.child("fieldPath"), base, new TreeSet<>(supported));
    }
  }

  static void resourceFieldSelector(
      JsonObject selector, boolean volume, FieldPath path, ErrorList errors) {
    String resource = selector.string("resource");
    boolean hugePages =
        resource.startsWith("requests.hugepages-") || resource.startsWith("limits.hugepages-");
    if (volume && selector.string("containerName").isEmpty()) {
      errors.required(path.child("containerName"), "");
    } else if (resource.isEmpty()) {
      errors.required(path.child("resource"), "");
    } else if (!RESOURCE_FIELDS.contains(resource) && !hugePages) {
      errors.notSupported(path.child("resource"), resource, RESOURCE_FIELDS);
    }
    divisor(resource, hugePages, FieldRules.quantity(selector.get("divisor")), path, errors);
  }

  private static void divisor(
      String resource, boolean hugePages, Quantity divisor, FieldPath path, ErrorList errors) {
    if (divisor.isZero()) {
      return;
    }
    String text = divisor.toString();
    String kind =
        hugePages
            ? "hugepages"
            : resource.endsWith(".memory")
                ? "memory"
                : resource.endsWith(".ephemeral-storage") ? "local ephemeral storage" : "";
    if (resource.endsWith(".cpu") && !text.equals("1m") && !text.equals("1")) {
      errors.invalid(
          path.child("divisor"),
          resource,
          "only divisor's values 1m and 1 are supported with the cpu resource");
    } else if (!kind.isEmpty() && !BYTE_DIVISORS.contains(text)) {
      errors.invalid(
          path.child("divisor"),
          resource,
          "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the "
              + kind
              + " resource");
    }
  }

  private static void keySelector(JsonObject selector, FieldPath path, ErrorList errors) {
    FieldRules.dnsSubdomain(selector.string("name"), path.child("name"), errors);
    String key = selector.string("key");
    if (key.isEmpty()) {
      errors.required(path.child("key"), "");
    } else {
      FieldRules.invalid(FieldRules.configKey(key), path.child("key"), key, errors);
    }
  }

  private static void fileKeySelector(JsonObject selector, FieldPath path, ErrorList errors) {
    String key = selector.string("key");
    if (key.isEmpty()) {
      errors.required(path.child("key"), "");
    } else {
      FieldRules.invalid(FieldRules.relaxedEnvName(key), path.child("key"), key, errors);
    }
    String volume = selector.string("volumeName");
    if (volume.isEmpty()) {
      errors.required(path.child("volumeName"), "");
    } else {
      FieldRules.dnsLabel(volume, path.child("volumeName"), errors);
    }
    String file = selector.string("path");
    if (file.isEmpty()) {
      errors.required(path.child("path"), "");
    } else {
      PathRules.noBacksteps(file, path.child("path"), errors);
    }
  }

  static void envFrom(List<JsonObject> sources, FieldPath path, ErrorList errors) {
    for (int i = 0; i < sources.size(); i++) {
      JsonObject source = sources.get(i);
      FieldPath at = path.index(i);
      String prefix = source.string("prefix");
      if (!prefix.isEmpty()) {
        FieldRules.invalid(FieldRules.relaxedEnvName(prefix), at.child("prefix"), prefix, errors);
      }
      int count = 0;
      for (String kind : List.of("configMapRef", "secretRef")) {
        if (source.object(kind) instanceof JsonObject reference) {
          count++;
          String name = reference.string("name");
          if (name.isEmpty()) {
            errors.required(at.child(kind, "name"), "");
          } else {
            String unmasked =
                name.endsWith("-") && name.length() > 1
                    ? name.substring(0, name.length() - 2) + "a"
                    : name;
            FieldRules.invalid(
                NameFormats.dnsSubdomain(unmasked), at.child(kind, "name"), name, errors);
          }
        }
      }
      if (count == 0) {
        errors.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
      } else if (count > 1) {
        errors.invalid(path, "", "may not have more than one field specified at a time");
      }
    }
  }
}
