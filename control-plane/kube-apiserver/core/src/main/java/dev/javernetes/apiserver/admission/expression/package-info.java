/**
 * Expressions in CEL about requests: what they see, their compilation with the types that they may
 * rely on, and the budget of their evaluation. Shared by admission policies and webhooks; uses
 * {@code api/cel}. Start with {@link dev.javernetes.apiserver.admission.expression.PolicyProgram}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.expression;

import org.jspecify.annotations.NullMarked;
