package dev.javernetes.apiserver.admission.quota;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.admission.pod.Pods;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which objects a quota with scopes is about: {@code BestEffort} pods, those of a priority … */
public final class QuotaScopes {
  private QuotaScopes() {}

  /** Whether the object is in every scope that the quota names. */
  public static boolean match(JsonObject quota, GroupResource resource, JsonObject object) {
    JsonObject spec = quota.objectOrEmpty("spec");
    for (String scope : spec.strings("scopes")) {
      if (!in(JsonObject.of("scopeName", scope, "operator", "Exists"), resource, object)) {
        return false;
      }
    }
    for (JsonObject term : spec.objectOrEmpty("scopeSelector").objects("matchExpressions")) {
      if (!in(term, resource, object)) {
        return false;
      }
    }
    return true;
  }

  private static boolean in(JsonObject term, GroupResource resource, JsonObject object) {
    JsonObject spec = object.objectOrEmpty("spec");
    if (resource.toString().equals("persistentvolumeclaims")) {
      return term.string("scopeName").equals("VolumeAttributesClass")
          && selects(term, spec.string("volumeAttributesClassName"));
    }
    if (!resource.toString().equals("pods")) {
      return false;
    }
    return switch (term.string("scopeName")) {
      case "Terminating" -> spec.has("activeDeadlineSeconds");
      case "NotTerminating" -> !spec.has("activeDeadlineSeconds");
      case "BestEffort" -> bestEffort(spec);
      case "NotBestEffort" -> !bestEffort(spec);
      case "PriorityClass" -> selects(term, spec.string("priorityClassName"));
      case "CrossNamespacePodAffinity" -> crossNamespaceAffinity(spec);
      default -> false;
    };
  }

  private static boolean selects(JsonObject term, String value) {
    List<String> values = term.strings("values");
    return switch (term.string("operator")) {
      case "In" -> values.contains(value);
      case "NotIn" -> !values.contains(value);
      case "Exists" -> !value.isEmpty();
      case "DoesNotExist" -> value.isEmpty();
      default -> false;
    };
  }

  /** No container asks for or is limited in cpu or memory. */
  private static boolean bestEffort(JsonObject spec) {
    Map<String, Quantity> all = new TreeMap<>();
    for (JsonObject container : Pods.containers(spec, "containers", "initContainers")) {
      JsonObject resources = container.objectOrEmpty("resources");
      all.putAll(Pods.quantities(resources.object("requests")));
      all.putAll(Pods.quantities(resources.object("limits")));
    }
    JsonObject podLevel = spec.objectOrEmpty("resources");
    all.putAll(Pods.quantities(podLevel.object("requests")));
    all.putAll(Pods.quantities(podLevel.object("limits")));
    return all.entrySet().stream()
        .noneMatch(entry ->
            (entry.getKey().equals("cpu") || entry.getKey().equals("memory"))
                && !entry.getValue().isZero());
  }

  private static boolean crossNamespaceAffinity(JsonObject spec) {
    JsonObject affinity = spec.objectOrEmpty("affinity");
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonObject terms = affinity.objectOrEmpty(kind);
      for (JsonObject term : terms.objects("requiredDuringSchedulingIgnoredDuringExecution")) {
        if (crosses(term)) {
          return true;
        }
      }
      for (JsonObject term : terms.objects("preferredDuringSchedulingIgnoredDuringExecution")) {
        if (crosses(term.objectOrEmpty("podAffinityTerm"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean crosses(JsonObject term) {
    return !term.strings("namespaces").isEmpty() || term.has("namespaceSelector");
  }
}
