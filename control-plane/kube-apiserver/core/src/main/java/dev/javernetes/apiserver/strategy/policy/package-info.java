/**
 * Disruption budgets: defaults, validation, allowed updates, warnings. Uses the shared rules of the
 * package above. Start reading at {@link
 * dev.javernetes.apiserver.strategy.policy.PodDisruptionBudgetStrategy}.
 */
@NullMarked
package dev.javernetes.apiserver.strategy.policy;

import org.jspecify.annotations.NullMarked;
