package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.RequestAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * One rule of a role: these verbs on these resources (or URL paths). {@code get,list} on {@code
 * pods} of group {@code ""} allows {@code get pods/web} and not {@code get pods/web/log}, for which
 * the resource would be {@code pods/log}, {@code *}{@code /log} or {@code *}.
 */
public record PolicyRule(
    List<String> verbs,
    List<String> apiGroups,
    List<String> resources,
    List<String> resourceNames,
    List<String> nonResourceUrls) {

  private static final String ALL = "*";

  public PolicyRule {
    verbs = List.copyOf(verbs);
    apiGroups = List.copyOf(apiGroups);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
    nonResourceUrls = List.copyOf(nonResourceUrls);
  }

  public static PolicyRule fromJson(JsonObject rule) {
    return new PolicyRule(
        rule.strings("verbs"),
        rule.strings("apiGroups"),
        rule.strings("resources"),
        rule.strings("resourceNames"),
        rule.strings("nonResourceURLs"));
  }

  /** The rules of a Role or ClusterRole. */
  public static List<PolicyRule> rulesOf(JsonObject role) {
    return role.objects("rules").stream().map(PolicyRule::fromJson).toList();
  }

  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    putIfAny(json, "verbs", verbs);
    putIfAny(json, "apiGroups", apiGroups);
    putIfAny(json, "resources", resources);
    putIfAny(json, "resourceNames", resourceNames);
    putIfAny(json, "nonResourceURLs", nonResourceUrls);
    return json;
  }

  /** Whether this rule by itself allows the request. */
  public boolean allows(RequestAttributes request) {
    if (!hasOrAll(verbs, request.verb())) {
      return false;
    }
    return request.isResourceRequest()
        ? hasOrAll(apiGroups, request.apiGroup())
            && resourceMatches(request.resource(), request.subresource())
            && (resourceNames.isEmpty() || resourceNames.contains(request.name()))
        : pathMatches(request.path());
  }

  private boolean resourceMatches(String resource, String subresource) {
    for (String ours : resources) {
      if (ours.equals(ALL)) {
        return true;
      }
      if (subresource.isEmpty()) {
        if (ours.equals(resource)) {
          return true;
        }
        continue;
      }
      int slash = ours.indexOf('/');
      if (slash > 0
          && ours.length() == slash + 1 + subresource.length()
          && ours.endsWith(subresource)
          && (slash == resource.length() && ours.startsWith(resource)
              || slash == 1 && ours.charAt(0) == '*')) {
        return true;
      }
    }
    return false;
  }

  private boolean pathMatches(String path) {
    for (String ours : nonResourceUrls) {
      if (urlCovers(ours, path)) {
        return true;
      }
    }
    return false;
  }

  // what covers what: for escalation checks and reconciliation

  /**
   * The rule as rules of one verb, one group, one resource and at most one name each; the smallest
   * pieces, of which one rule covers each or none.
   */
  List<PolicyRule> brokenDown() {
    List<PolicyRule> pieces = new ArrayList<>();
    for (String group : apiGroups) {
      for (String resource : resources) {
        for (String verb : verbs) {
          if (resourceNames.isEmpty()) {
            pieces.add(piece(verb, group, resource, List.of()));
          }
          for (String name : resourceNames) {
            pieces.add(piece(verb, group, resource, List.of(name)));
          }
        }
      }
    }
    for (String url : nonResourceUrls) {
      for (String verb : verbs) {
        pieces.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
      }
    }
    return pieces;
  }

  /** Whether this rule allows all that a piece (see {@link #brokenDown}) allows. */
  boolean covers(PolicyRule piece) {
    return coversAll(verbs, piece.verbs)
        && coversAll(apiGroups, piece.apiGroups)
        && piece.resources.stream().allMatch(this::coversResource)
        && piece.nonResourceUrls.stream()
            .allMatch(path -> nonResourceUrls.stream().anyMatch(ours -> urlCovers(ours, path)))
        && (resourceNames.isEmpty()
            || !piece.resourceNames.isEmpty() && resourceNames.containsAll(piece.resourceNames));
  }

  /** The pieces of {@code wanted} that no rule of {@code held} covers. */
  public static List<PolicyRule> uncovered(List<PolicyRule> held, List<PolicyRule> wanted) {
    List<PolicyRule> missing = new ArrayList<>();
    for (PolicyRule rule : wanted) {
      for (PolicyRule piece : rule.brokenDown()) {
        if (held.stream().noneMatch(ours -> ours.covers(piece))) {
          missing.add(piece);
        }
      }
    }
    return missing;
  }

  private boolean coversResource(String resource) {
    if (resources.contains(ALL) || resources.contains(resource)) {
      return true;
    }
    int slash = resource.indexOf('/');
    return slash >= 0 && resources.contains("*" + resource.substring(slash));
  }

  private static boolean coversAll(List<String> ours, List<String> theirs) {
    return ours.contains(ALL) || ours.containsAll(theirs);
  }

  private static boolean urlCovers(String ours, String path) {
    if (ours.equals(path)) {
      return true;
    }
    if (!ours.endsWith("*")) {
      return false;
    }
    int end = ours.length();
    while (end > 0 && ours.charAt(end - 1) == '*') {
      end--;
    }
    return path.startsWith(ours.substring(0, end));
  }

  private static boolean hasOrAll(List<String> ours, String asked) {
    for (String one : ours) {
      if (one.equals(asked) || one.equals(ALL)) {
        return true;
      }
    }
    return false;
  }

  private static PolicyRule piece(String verb, String group, String resource, List<String> names) {
    return new PolicyRule(List.of(verb), List.of(group), List.of(resource), names, List.of());
  }

  /** {@code {APIGroups:[""], Resources:["pods"], Verbs:["get"]}}: as refusals show it. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    describe(parts, "APIGroups", apiGroups);
    describe(parts, "Resources", resources);
    describe(parts, "NonResourceURLs", nonResourceUrls);
    describe(parts, "ResourceNames", resourceNames);
    describe(parts, "Verbs", verbs);
    return "{" + String.join(", ", parts) + "}";
  }

  private static void describe(List<String> parts, String name, List<String> values) {
    if (!values.isEmpty()) {
      parts.add(name + ":" + quoted(values));
    }
  }

  /** Go's {@code %q} of a list: {@code ["a" "b"]}. */
  static String quoted(List<String> values) {
    return "[" + String.join(" ", values.stream().map(GoQuote::quote).toList()) + "]";
  }

  private static void putIfAny(JsonObject json, String name, List<String> values) {
    if (!values.isEmpty()) {
      json.put(name, new ArrayList<Object>(values));
    }
  }
}
