package dev.javernetes.apiserver.authorization;

import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.rbac.PolicyRule;
import dev.javernetes.apiserver.authorization.rbac.RuleSource;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks authorizers in order; the first that allows or denies decides. Where none has an opinion the
 * reasons of all are told, a line each.
 */
public final class UnionAuthorizer implements Authorizer, RuleSource {
  private final List<Authorizer> authorizers;

  public UnionAuthorizer(List<Authorizer> authorizers) {
    this.authorizers = List.copyOf(authorizers);
  }

  @Override
  public Decision authorize(RequestAttributes request) {
    List<String> reasons = List.of();
    for (Authorizer authorizer : authorizers) {
      Decision decision = authorizer.authorize(request);
      if (decision.verdict() != Verdict.NO_OPINION) {
        return decision;
      }
      if (!decision.reason().isEmpty()) {
        reasons = new ArrayList<>(reasons);
        reasons.add(decision.reason());
      }
    }
    return reasons.isEmpty()
        ? Decision.NO_OPINION
        : new Decision(Verdict.NO_OPINION, String.join("\n", reasons));
  }

  @Override
  public Rules rulesFor(UserInfo user, String namespace) {
    List<PolicyRule> rules = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    boolean incomplete = false;
    for (Authorizer authorizer : authorizers) {
      Rules known =
          authorizer instanceof RuleSource source
              ? source.rulesFor(user, namespace)
              : new Rules(List.of(), "", true);
      rules.addAll(known.rules());
      incomplete |= known.incomplete();
      if (!known.error().isEmpty()) {
        errors.add(known.error());
      }
    }
    String error =
        errors.size() <= 1 ? String.join("", errors) : "[" + String.join(", ", errors) + "]";
    return new Rules(rules, error, incomplete);
  }
}
