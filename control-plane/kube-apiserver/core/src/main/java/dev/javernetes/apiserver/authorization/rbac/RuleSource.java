package dev.javernetes.apiserver.authorization.rbac;

import dev.javernetes.apiserver.request.UserInfo;
import java.util.List;

/** An authorizer that can say what a user may do at all, as SelfSubjectRulesReview asks. */
@FunctionalInterface
public interface RuleSource {
  /**
   * What is known.
   *
   * @param error why something may be missing, {@code ""} if nothing is
   * @param incomplete whether the authorizer allows more than it can list
   */
  record Rules(List<PolicyRule> rules, String error, boolean incomplete) {
    public Rules {
      rules = List.copyOf(rules);
    }
  }

  Rules rulesFor(UserInfo user, String namespace);
}
