package dev.javernetes.apiserver.admission.podsecurity;

import dev.javernetes.apiserver.admission.podsecurity.PodCheck.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells what a pod violates of a level, in upstream's order: baseline's checks first, by id. */
final class Standards {
  private final List<PodCheck> baseline = BaselineChecks.all();
  private final List<PodCheck> restricted = RestrictedChecks.all();

  List<Violation> violations(LevelVersion policy, PodFacts pod) {
    if (policy.level() == SecurityLevel.PRIVILEGED) {
      return List.of();
    }
    boolean strict = policy.level() == SecurityLevel.RESTRICTED;
    Set<String> overridden = new HashSet<>();
    List<PodCheck> checks = new ArrayList<>();
    if (strict) {
      for (PodCheck check : restricted) {
        if (check.at(policy.minor()) != null) {
          overridden.add(check.overrides());
        }
      }
    }
    baseline.stream().filter(check -> !overridden.contains(check.id())).forEach(checks::add);
    if (strict) {
      checks.addAll(restricted);
    }
    List<Violation> violations = new ArrayList<>();
    for (PodCheck check : checks) {
      PodCheck.Version version = check.at(policy.minor());
      Violation violation = version == null ? null : version.test().apply(pod);
      if (violation != null) {
        violations.add(violation);
      }
    }
    return violations;
  }
}
