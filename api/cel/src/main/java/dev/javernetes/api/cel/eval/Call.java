package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.library.Body;
import dev.javernetes.api.cel.value.EvaluationFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function and its arguments. As in cel-go a failure costs what success would have: both of two
 * arguments are evaluated even if the first fails; of three or more those after a failure are not,
 * and then the call costs nothing.
 *
 * @param resolved whether the types said which of the function's overloads is meant
 */
record Call(String function, boolean resolved, List<Step> arguments, Body body) implements Step {
  @Override
  public Object evaluate(Frame frame) {
    Object[] values = new Object[arguments.size()];
    EvaluationFailure failed = null;
    for (int i = 0; i < values.length; i++) {
      Object mark = frame.mark();
      try {
        values[i] = arguments.get(i).evaluate(frame);
      } catch (EvaluationFailure failure) {
        frame.reset(mark);
        values[i] = failure;
        failed = failed == null ? failure : failed;
        if (values.length > 2 && i < values.length - 1) {
          throw failure;
        }
      }
    }
    return charged(values, failed, frame);
  }

  private Object charged(Object[] values, @Nullable EvaluationFailure failed, Frame frame) {
    Object result = failed;
    if (result == null) {
      try {
        result = body.apply(values);
      } catch (EvaluationFailure failure) {
        result = failure;
      }
    }
    frame.charge(CallCost.of(function, resolved, values, result));
    if (result instanceof EvaluationFailure failure) {
      throw failure;
    }
    return result;
  }
}
