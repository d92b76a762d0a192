package dev.javernetes.apiserver.authorization;

import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.rbac.RuleSource;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.List;

/** Allows everything to members of given groups: {@code system:masters}, always the first asked. */
public final class PrivilegedGroups implements Authorizer, RuleSource {
  private final List<String> groups;

  public PrivilegedGroups(List<String> groups) {
    this.groups = List.copyOf(groups);
  }

  @Override
  public Decision authorize(RequestAttributes request) {
    for (String group : groups) {
      if (request.user().isIn(group)) {
        return new Decision(Verdict.ALLOW, "");
      }
    }
    return Decision.NO_OPINION;
  }

  /** Nothing of its own: upstream's does not resolve rules, and does not say so either. */
  @Override
  public Rules rulesFor(UserInfo user, String namespace) {
    return new Rules(List.of(), "", false);
  }
}
