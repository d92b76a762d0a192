package dev.javernetes.api.cel.eval;

/**
 * A name or what is selected from something: cel-go resolves a whole chain {@code a.b[c]} as one
 * attribute, at 1 for the attribute and 1 for each qualifier, and takes an attribute that is a
 * branch of {@code ?:} without the former.
 */
interface Attribute extends Step {
  /** The value, at the cost of the qualifiers. */
  Object resolve(Frame frame);

  /** What the attribute costs besides. */
  long ownCost();

  @Override
  default Object evaluate(Frame frame) {
    try {
      return resolve(frame);
    } finally {
      frame.charge(ownCost());
    }
  }

  static Object resolve(Step step, Frame frame) {
    return step instanceof Attribute attribute ? attribute.resolve(frame) : step.evaluate(frame);
  }

  static long ownCost(Step operand) {
    return operand instanceof Attribute attribute ? attribute.ownCost() : 1;
  }
}
