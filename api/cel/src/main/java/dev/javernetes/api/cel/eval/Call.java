package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.library.Body;
import java.util.List;

/** A function and its arguments. */
record Call(String function, String overload, List<Step> arguments, Body body) implements Step {
  @Override
  public Object evaluate(Frame frame) {
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i).evaluate(frame);
    }
    Object result = body.apply(values);
    frame.charge(CallCost.of(function, overload, values, result));
    return result;
  }
}
