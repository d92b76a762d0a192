package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Nobody grants what he does not hold: a role's rules, and the rules of the role that a binding
 * refers to, must be covered by the writer's own, unless he may {@code escalate} the role or {@code
 * bind} it. Runs last of what sees an object before validation, as upstream's storage does.
 */
public final class EscalationCheck implements MutatingAdmission {
  private static final List<PolicyRule> FULL_AUTHORITY =
      List.of(
          new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
          new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

  private final RbacAuthorizer rbac;
  private final Authorizer authorizer;

  /** {@code authorizer} is the whole union, which decides on the verbs escalate and bind. */
  public EscalationCheck(RbacAuthorizer rbac, Authorizer authorizer) {
    this.rbac = rbac;
    this.authorizer = authorizer;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!request.resource().group().equals(RbacIndex.GROUP)
        || request.user().isIn(UserInfo.MASTERS_GROUP)
        || onlyGarbageCollection(request)) {
      return;
    }
    switch (request.resource().resource()) {
      case "roles", "clusterroles" -> checkRole(request);
      case "rolebindings", "clusterrolebindings" -> checkBinding(request);
      default -> {
        // the group has no other resource
      }
    }
  }

  private void checkRole(AdmissionRequest request) {
    if (may(request, "escalate", request.resource().resource(), request.name())) {
      return;
    }
    JsonObject role = request.requireObject();
    confirm(request, PolicyRule.rulesOf(role));
    JsonObject old = request.oldObject();
    if (request.resource().resource().equals("clusterroles")
        && (aggregates(role) || old != null && aggregates(old))
        && !missing(request, FULL_AUTHORITY).isEmpty()) {
      throw ApiException.forbidden(
          request.groupResource(),
          name(request),
          "must have cluster-admin privileges to use the aggregationRule");
    }
  }

  private void checkBinding(AdmissionRequest request) {
    RoleReference role = RoleReference.of(request.requireObject());
    String resource =
        switch (role.kind()) {
          case "ClusterRole" -> "clusterroles";
          case "Role" -> "roles";
          default -> "";
        };
    if (!resource.isEmpty() && may(request, "bind", resource, role.name())) {
      return;
    }
    if (resource.isEmpty()) {
      throw ApiException.internal("unsupported role reference kind: " + GoQuote.quote(role.kind()));
    }
    List<PolicyRule> rules = rbac.rulesOf(role, request.namespace());
    if (rules == null) {
      // named by the binding's own resource, as upstream does
      throw ApiException.notFound(request.groupResource(), role.name());
    }
    confirm(request, rules);
  }

  private boolean may(AdmissionRequest request, String verb, String resource, String name) {
    return authorizer
        .authorize(
            RequestAttributes.resource(
                request.user(), verb, request.namespace(), RbacIndex.GROUP, resource, "", name))
        .allowed();
  }

  private List<PolicyRule> missing(AdmissionRequest request, List<PolicyRule> wanted) {
    return PolicyRule.uncovered(rbac.rulesFor(request.user(), request.namespace()).rules(), wanted);
  }

  private void confirm(AdmissionRequest request, List<PolicyRule> wanted) {
    RuleSource.Rules held = rbac.rulesFor(request.user(), request.namespace());
    List<PolicyRule> missing = PolicyRule.uncovered(held.rules(), wanted);
    if (missing.isEmpty()) {
      return;
    }
    TreeSet<String> lines = new TreeSet<>();
    compacted(missing).forEach(rule -> lines.add(rule.toString()));
    String why =
        "user %s (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
            .formatted(
                GoQuote.quote(request.user().name()),
                PolicyRule.quoted(request.user().groups()),
                String.join("\n", lines));
    if (!held.error().isEmpty()) {
      why += "; resolution errors: [" + held.error() + "]";
    }
    throw ApiException.forbidden(request.groupResource(), name(request), why);
  }

  /** Joins pieces that differ in nothing but their verb. */
  private static List<PolicyRule> compacted(List<PolicyRule> pieces) {
    List<PolicyRule> compacted = new ArrayList<>();
    Map<List<List<String>>, List<String>> verbs = new LinkedHashMap<>();
    for (PolicyRule piece : pieces) {
      if (piece.resources().isEmpty()) {
        compacted.add(piece);
      } else {
        verbs
            .computeIfAbsent(
                List.of(piece.apiGroups(), piece.resources(), piece.resourceNames()),
                key -> new ArrayList<>())
            .addAll(piece.verbs());
      }
    }
    verbs.forEach((key, all) ->
        compacted.add(new PolicyRule(all, key.get(0), key.get(1), key.get(2), List.of())));
    return compacted;
  }

  private static boolean aggregates(JsonObject role) {
    return !role.objectOrEmpty("aggregationRule").objects("clusterRoleSelectors").isEmpty();
  }

  /** The garbage collector may take finalizers and owners off what it could never have written. */
  private static boolean onlyGarbageCollection(AdmissionRequest request) {
    JsonObject old = request.oldObject();
    return old != null
        && Objects.equals(withoutOwners(request.requireObject()), withoutOwners(old));
  }

  private static JsonObject withoutOwners(JsonObject object) {
    JsonObject copy = new JsonObject(object);
    JsonObject metadata = new JsonObject(object.objectOrEmpty("metadata"));
    metadata.keySet().removeAll(List.of("ownerReferences", "finalizers", "managedFields"));
    copy.put("metadata", metadata);
    return copy;
  }

  private static String name(AdmissionRequest request) {
    @Nullable JsonObject object = request.object();
    return object == null ? request.name() : object.objectOrEmpty("metadata").string("name");
  }
}
