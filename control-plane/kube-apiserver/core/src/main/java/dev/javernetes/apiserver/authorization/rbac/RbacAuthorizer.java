package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Allows what a role bound to the user allows, and has no opinion otherwise. Answers from an index
 * in memory, in a few microseconds.
 */
public final class RbacAuthorizer implements Authorizer, RuleSource, AutoCloseable {
  private final RbacIndex index;

  private RbacAuthorizer(RbacIndex index) {
    this.index = index;
  }

  public static RbacAuthorizer over(ObjectReader reader) {
    return new RbacAuthorizer(RbacIndex.over(reader));
  }

  @Override
  public Decision authorize(RequestAttributes request) {
    Set<String> missing = new LinkedHashSet<>();
    for (RbacIndex.Grant grant : index.grants(request.user(), request.namespace())) {
      List<PolicyRule> rules = index.rules(grant.role(), grant.bindingNamespace());
      if (rules == null) {
        missing.add(notFound(grant.role()));
        continue;
      }
      for (PolicyRule rule : rules) {
        if (rule.allows(request)) {
          return new Decision(Verdict.ALLOW, "RBAC: allowed by " + grant.description());
        }
      }
    }
    return missing.isEmpty()
        ? Decision.NO_OPINION
        : new Decision(Verdict.NO_OPINION, "RBAC: " + aggregate(missing));
  }

  @Override
  public Rules rulesFor(UserInfo user, String namespace) {
    List<PolicyRule> held = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>();
    for (RbacIndex.Grant grant : index.grants(user, namespace)) {
      List<PolicyRule> rules = index.rules(grant.role(), grant.bindingNamespace());
      if (rules == null) {
        missing.add(notFound(grant.role()));
      } else {
        held.addAll(rules);
      }
    }
    return new Rules(held, missing.isEmpty() ? "" : aggregate(missing), false);
  }

  /** The rules of a role as a binding refers to it; {@code null} if there is none. */
  @Nullable List<PolicyRule> rulesOf(RoleReference role, String namespace) {
    return index.rules(role, namespace);
  }

  /** Go's aggregate of errors: one bare, several in brackets. */
  private static String aggregate(Set<String> errors) {
    return errors.size() == 1 ? errors.iterator().next() : "[" + String.join(", ", errors) + "]";
  }

  private static String notFound(RoleReference role) {
    return "%s.%s %s not found"
        .formatted(
            role.isClusterRole() ? "clusterrole" : "role",
            RbacIndex.GROUP,
            GoQuote.quote(role.name()));
  }

  @Override
  public void close() throws Exception {
    index.close();
  }
}
