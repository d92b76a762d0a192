package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.admission.LabelMatch;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which webhooks (and policies) a request concerns: rules, then namespace and object selectors. */
public final class WebhookMatching {
  private static final String GROUP = "admissionregistration.k8s.io";
  private static final Set<String> EXEMPT =
      Set.of(
          "validatingwebhookconfigurations",
          "mutatingwebhookconfigurations",
          "validatingadmissionpolicies",
          "validatingadmissionpolicybindings",
          "mutatingadmissionpolicies",
          "mutatingadmissionpolicybindings");

  private final ObjectIndex namespaces;

  public WebhookMatching(ObjectIndex namespaces) {
    this.namespaces = namespaces;
  }

  /** Webhooks must not be able to lock themselves in. */
  public static boolean isExempt(AdmissionRequest request) {
    return request.resource().group().equals(GROUP)
        && EXEMPT.contains(request.resource().resource());
  }

  /**
   * The version in which the object is to be shown; empty if the rules or selectors do not match.
   * With matchPolicy Equivalent another version of the same resource matches too.
   */
  public Optional<GroupVersionResource> match(
      List<JsonObject> rules,
      boolean exact,
      @Nullable JsonObject namespaceSelector,
      @Nullable JsonObject objectSelector,
      AdmissionRequest request) {
    Optional<GroupVersionResource> matched = Optional.empty();
    if (ruleMatches(rules, request.resource(), request)) {
      matched = Optional.of(request.resource());
    } else if (!exact) {
      for (ServedVersion version : request.resourceDefinition().versions()) {
        if (matched.isEmpty()
            && version.served()
            && ruleMatches(rules, version.resource(), request)) {
          matched = Optional.of(version.resource());
        }
      }
    }
    return matched.isPresent()
            && namespaceMatches(namespaceSelector, request)
            && objectMatches(objectSelector, request)
        ? matched
        : Optional.empty();
  }

  public static boolean ruleMatches(
      List<JsonObject> rules, GroupVersionResource resource, AdmissionRequest request) {
    for (JsonObject rule : rules) {
      if (hasOrAll(rule.strings("operations"), request.operation().name())
          && hasOrAll(rule.strings("apiGroups"), resource.group())
          && hasOrAll(rule.strings("apiVersions"), resource.version())
          && scopeMatches(rule.string("scope"), request)
          && resourceMatches(rule.strings("resources"), resource.resource(), request.subresource())
          && (rule.strings("resourceNames").isEmpty()
              || rule.strings("resourceNames").contains(request.name()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean scopeMatches(String scope, AdmissionRequest request) {
    boolean namespaced = request.resourceDefinition().namespaced() && !request.is("", "namespaces");
    return switch (scope) {
      case "Namespaced" -> namespaced;
      case "Cluster" -> !namespaced;
      default -> true;
    };
  }

  private static boolean resourceMatches(
      List<String> patterns, String resource, String subresource) {
    for (String pattern : patterns) {
      int slash = pattern.indexOf('/');
      String wantedResource = slash < 0 ? pattern : pattern.substring(0, slash);
      String wantedSub = slash < 0 ? "" : pattern.substring(slash + 1);
      if ((wantedResource.equals("*") || wantedResource.equals(resource))
          && (wantedSub.equals("*") || wantedSub.equals(subresource))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasOrAll(List<String> patterns, String value) {
    return patterns.contains("*") || patterns.contains(value);
  }

  private boolean namespaceMatches(@Nullable JsonObject selector, AdmissionRequest request) {
    if (selector == null || selector.isEmpty()) {
      return true;
    }
    if (request.is("", "namespaces")) {
      JsonObject object = request.object() != null ? request.object() : request.oldObject();
      return LabelMatch.matches(selector, labels(object));
    }
    if (request.namespace().isEmpty()) {
      return true; // the selector is not about cluster-scoped objects
    }
    return LabelMatch.matches(selector, labels(namespaces.get("", request.namespace())));
  }

  private static boolean objectMatches(@Nullable JsonObject selector, AdmissionRequest request) {
    if (selector == null || selector.isEmpty()) {
      return true;
    }
    return matches(selector, request.object()) || matches(selector, request.oldObject());
  }

  private static boolean matches(JsonObject selector, @Nullable JsonObject object) {
    return object != null && LabelMatch.matches(selector, labels(object));
  }

  private static Map<String, String> labels(@Nullable JsonObject object) {
    return object == null ? Map.of() : object.objectOrEmpty("metadata").stringMap("labels");
  }
}
