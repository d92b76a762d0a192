package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.library.GrowingList;
import dev.javernetes.api.cel.library.GrowingMap;
import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Fields;
import dev.javernetes.api.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What macros such as {@code all}, {@code map} and {@code cel.bind} expand to: goes through a list
 * or a map and accumulates. A step that fails leaves its failure as the accumulator, which a later
 * step may still make void: {@code [0, 1].exists(x, 1 / x == 1)} holds.
 *
 * @param second the second variable, empty if there is one only
 */
record Loop(
    Step range,
    String first,
    String second,
    String accumulator,
    Step start,
    Step condition,
    Step step,
    Step result)
    implements Step {

  @Override
  public Object evaluate(Frame frame) {
    Object over = range.evaluate(frame);
    Object accumulated = growing(attempt(start, frame));
    Object mark = frame.mark();
    boolean two = !second.isEmpty();
    for (Object element : elements(over, two)) {
      frame.push(accumulator, accumulated);
      frame.push(first, two ? ((Object[]) element)[0] : element);
      if (two) {
        frame.push(second, ((Object[]) element)[1]);
      }
      boolean goOn = attempt(condition, frame) instanceof Boolean bool && bool;
      if (goOn) {
        accumulated = attempt(step, frame);
      }
      frame.reset(mark);
      if (!goOn) {
        break;
      }
    }
    frame.push(accumulator, accumulated);
    Object value = result.evaluate(frame);
    frame.reset(mark);
    return switch (value) {
      case GrowingList list -> list.finished();
      case GrowingMap map -> map.finished();
      default -> value;
    };
  }

  private static Object attempt(Step step, Frame frame) {
    Object mark = frame.mark();
    try {
      return step.evaluate(frame);
    } catch (EvaluationFailure failure) {
      frame.reset(mark);
      return failure;
    }
  }

  private static Object growing(Object start) {
    return switch (start) {
      case List<?> list when list.isEmpty() -> new GrowingList();
      case Map<?, ?> map when map.isEmpty() -> new GrowingMap();
      default -> start;
    };
  }

  private static String goName(Object value) {
    String name = Values.typeName(value);
    String last = name.substring(name.lastIndexOf('.') + 1);
    return last.equals("null_type")
        ? "Null"
        : Character.toUpperCase(last.charAt(0)) + last.substring(1);
  }

  private static List<Object> elements(Object over, boolean two) {
    List<Object> elements = new ArrayList<>();
    switch (over) {
      case List<?> list -> {
        long index = 0;
        for (Object one : list) {
          Object value = Values.of(one);
          elements.add(two ? new Object[] {index++, value} : value);
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, value) ->
              elements.add(two ? new Object[] {Values.of(key), Values.of(value)} : Values.of(key)));
      case Fields fields ->
          fields
              .asMap()
              .forEach((key, value) -> elements.add(two ? new Object[] {key, value} : key));
      default ->
          throw new EvaluationFailure(
              (two
                      ? "unsupported comprehension range type: types.%s"
                      : "got 'types.%s', expected iterable type")
                  .formatted(goName(over)));
    }
    return elements;
  }
}
