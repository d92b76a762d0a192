package dev.javernetes.apiserver.authorization;

import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.authorization.rbac.PolicyRule;
import dev.javernetes.apiserver.authorization.rbac.RuleSource;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.List;

/** The modes AlwaysAllow and AlwaysDeny. */
public enum AlwaysAuthorizer implements Authorizer, RuleSource {
  ALLOW,
  DENY;

  @Override
  public Decision authorize(RequestAttributes request) {
    return switch (this) {
      case ALLOW -> new Decision(Verdict.ALLOW, "");
      case DENY -> new Decision(Verdict.NO_OPINION, "Everything is forbidden.");
    };
  }

  @Override
  public Rules rulesFor(UserInfo user, String namespace) {
    List<String> all = List.of("*");
    return switch (this) {
      case ALLOW ->
          new Rules(
              List.of(
                  new PolicyRule(all, all, all, List.of(), List.of()),
                  new PolicyRule(all, List.of(), List.of(), List.of(), all)),
              "",
              false);
      case DENY -> new Rules(List.of(), "", false);
    };
  }
}
