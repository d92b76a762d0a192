package dev.javernetes.apiserver.authorization.abac;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.rbac.PolicyRule;
import dev.javernetes.apiserver.authorization.rbac.RuleSource;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The mode ABAC: allows a request that one line of the policy file matches. {@code
 * {"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"jane",
 * "namespace":"*","resource":"pods","apiGroup":"*","readonly":true}}} lets jane read pods.
 */
public final class AbacAuthorizer implements Authorizer, RuleSource {
  private static final Set<String> READ_VERBS = Set.of("get", "list", "watch");

  private record Policy(
      String user,
      String group,
      boolean readonly,
      String apiGroup,
      String resource,
      String namespace,
      String path) {}

  private final List<Policy> policies;

  private AbacAuthorizer(List<Policy> policies) {
    this.policies = List.copyOf(policies);
  }

  /** Reads the policy file's text; refuses a line that is not a v1beta1 Policy. */
  public static AbacAuthorizer parse(String text) {
    List<Policy> policies = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String trimmed = line.strip();
      if (trimmed.isEmpty() || trimmed.startsWith("#")) {
        continue;
      }
      try {
        JsonObject object = Json.parseObject(trimmed);
        if (!object.string("apiVersion").equals("abac.authorization.kubernetes.io/v1beta1")
            || !object.string("kind").equals("Policy")) {
          throw new IllegalArgumentException(
              "policy file, line "
                  + number
                  + ": not an abac.authorization.kubernetes.io/v1beta1"
                  + " Policy");
        }
        JsonObject spec = object.objectOrEmpty("spec");
        policies.add(
            new Policy(
                spec.string("user"),
                spec.string("group"),
                spec.bool("readonly"),
                spec.string("apiGroup"),
                spec.string("resource"),
                spec.string("namespace"),
                spec.string("nonResourcePath")));
      } catch (JsonSyntaxException broken) {
        throw new IllegalArgumentException(
            "policy file, line " + number + ": " + broken.getMessage(), broken);
      }
    }
    return new AbacAuthorizer(policies);
  }

  @Override
  public Decision authorize(RequestAttributes request) {
    for (Policy policy : policies) {
      if (subjectMatches(policy, request.user())
          && (!policy.readonly || READ_VERBS.contains(request.verb()))
          && (request.isResourceRequest()
              ? resourceMatches(policy, request)
              : pathMatches(policy, request.path()))) {
        return new Decision(Verdict.ALLOW, "");
      }
    }
    return new Decision(Verdict.NO_OPINION, "No policy matched.");
  }

  private static boolean subjectMatches(Policy policy, UserInfo user) {
    if (policy.user.isEmpty() && policy.group.isEmpty()) {
      return false;
    }
    boolean userMatches =
        policy.user.isEmpty()
            || policy.user.equals(user.name())
            || policy.user.equals("*") && authenticated(user);
    boolean groupMatches =
        policy.group.isEmpty()
            || user.isIn(policy.group)
            || policy.group.equals("*") && authenticated(user);
    return userMatches && groupMatches;
  }

  private static boolean authenticated(UserInfo user) {
    return user.isIn(UserInfo.AUTHENTICATED_GROUP);
  }

  private static boolean resourceMatches(Policy policy, RequestAttributes request) {
    return starOrEqual(policy.namespace, request.namespace())
        && starOrEqual(policy.resource, request.resource())
        && starOrEqual(policy.apiGroup, request.apiGroup());
  }

  private static boolean pathMatches(Policy policy, String path) {
    if (starOrEqual(policy.path, path)) {
      return true;
    }
    return policy.path.endsWith("*")
        && path.startsWith(policy.path.substring(0, policy.path.length() - 1));
  }

  private static boolean starOrEqual(String ours, String asked) {
    return ours.equals("*") || ours.equals(asked);
  }

  @Override
  public Rules rulesFor(UserInfo user, String namespace) {
    List<PolicyRule> rules = new ArrayList<>();
    for (Policy policy : policies) {
      if (!subjectMatches(policy, user)) {
        continue;
      }
      List<String> verbs = policy.readonly ? List.of("get", "list", "watch") : List.of("*");
      if (!policy.resource.isEmpty() && starOrEqual(policy.namespace, namespace)) {
        rules.add(
            new PolicyRule(
                verbs, List.of(policy.apiGroup), List.of(policy.resource), List.of(), List.of()));
      }
      if (!policy.path.isEmpty()) {
        rules.add(new PolicyRule(verbs, List.of(), List.of(), List.of(), List.of(policy.path)));
      }
    }
    return new Rules(rules, "", false);
  }
}
