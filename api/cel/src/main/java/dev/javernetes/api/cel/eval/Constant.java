package dev.javernetes.api.cel.eval;

/** A literal, or a list or map of literals: it costs nothing. */
record Constant(Object value) implements Step {
  @Override
  public Object evaluate(Frame frame) {
    return value;
  }
}
