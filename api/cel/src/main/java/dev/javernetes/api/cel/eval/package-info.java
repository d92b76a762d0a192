/**
 * Evaluates checked expressions and counts what that costs, step by step as cel-go does: dev.cel's
 * own runtime knows no costs and words its errors otherwise. Uses {@code value} and {@code
 * library}. Start with {@link dev.javernetes.api.cel.eval.Planner}.
 */
@NullMarked
package dev.javernetes.api.cel.eval;

import org.jspecify.annotations.NullMarked;
