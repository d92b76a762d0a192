package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.cel.value.Values;
import java.util.List;

/**
 * Operators that do not evaluate all of their operands. {@code &&} and {@code ||} do not mind which
 * side fails if the other one decides (CEL specification, "Logical Operators"); none has a cost.
 */
final class Logic {
  private Logic() {}

  /** {@code a && b} if {@code deciding} is false, {@code a || b} if it is true. */
  record Junction(List<Step> terms, boolean deciding) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      EvaluationFailure failed = null;
      for (Step term : terms) {
        Object mark = frame.mark();
        try {
          Object value = term.evaluate(frame);
          if (!(value instanceof Boolean bool)) {
            failed = failed == null ? EvaluationFailure.noSuchOverload() : failed;
          } else if (bool == deciding) {
            return deciding;
          }
        } catch (EvaluationFailure failure) {
          frame.reset(mark);
          failed = failed == null ? failure : failed;
        }
      }
      if (failed != null) {
        throw failed;
      }
      return !deciding;
    }
  }

  /** {@code condition ? yes : no}. */
  record Conditional(Step condition, Step yes, Step no) implements Attribute {
    @Override
    public Object resolve(Frame frame) {
      if (condition.evaluate(frame) instanceof Boolean bool) {
        return Attribute.resolve(bool ? yes : no, frame);
      }
      throw EvaluationFailure.noSuchOverload();
    }

    @Override
    public long ownCost() {
      return 0;
    }
  }

  /** {@code a in [b, c]} with elements that are written out: cel-go makes a set of them. */
  record Member(Step element, List<?> of) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Object sought = element.evaluate(frame);
      return of.stream().anyMatch(one -> Values.equal(Values.of(one), sought));
    }
  }

  /** What loops go on by: anything but a plain {@code false}. */
  record NotStrictlyFalse(Step operand) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Object mark = frame.mark();
      try {
        Object value = operand.evaluate(frame);
        frame.charge(1);
        return !(value instanceof Boolean bool) || bool;
      } catch (EvaluationFailure failure) {
        frame.reset(mark);
        frame.charge(1);
        return true;
      }
    }
  }

  /** {@code a.or(b)} and, with {@code unwraps}, {@code a.orValue(b)}. */
  record Or(Step operand, Step other, boolean unwraps) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      if (!(operand.evaluate(frame) instanceof Opt opt)) {
        throw EvaluationFailure.noSuchOverload();
      }
      if (opt.isPresent()) {
        return unwraps ? opt.get() : opt;
      }
      return other.evaluate(frame);
    }
  }
}
