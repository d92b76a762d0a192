package dev.javernetes.api.cel.eval;

/** A part of an expression, ready to be evaluated; it fails with {@code EvaluationFailure}. */
interface Step {
  Object evaluate(Frame frame);
}
