package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.value.EvaluationFailure;
import org.jspecify.annotations.Nullable;

/** An expression ready to be evaluated, by any number of threads. */
public final class Program {

  /**
   * What came of it: a value or a failure, and the cost either way.
   *
   * @param exceeded whether it was ended because it cost too much
   */
  public record Outcome(@Nullable Object value, String failure, boolean exceeded, long cost) {
    public boolean failed() {
      return value == null;
    }
  }

  private final Step step;

  Program(Step step) {
    this.step = step;
  }

  /** {@code limit} is the most it may cost. */
  public Outcome evaluate(Activation activation, long limit) {
    Frame frame = new Frame(activation, limit);
    try {
      return new Outcome(step.evaluate(frame), "", false, frame.cost());
    } catch (EvaluationFailure failure) {
      return new Outcome(null, failure.reason(), false, frame.cost());
    } catch (CostExceeded tooMuch) {
      return new Outcome(null, CostExceeded.MESSAGE, true, frame.cost());
    }
  }
}
