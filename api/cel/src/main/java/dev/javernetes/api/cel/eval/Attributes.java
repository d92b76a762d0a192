package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Fields;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.cel.value.TypeValue;
import dev.javernetes.api.cel.value.Values;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables, fields and elements: {@code x}, {@code x.y}, {@code x[y]}, {@code x.?y}. */
final class Attributes {
  private static final long SELECT_AND_IDENT_COST = 1;

  private Attributes() {}

  /** {@code name} as a variable, or as a type if it is one. */
  record Variable(String name, @Nullable TypeValue type) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Object value = frame.variable(name);
      if (value == null) {
        if (type != null) {
          return type;
        }
        throw new EvaluationFailure("no such attribute(s): " + name);
      }
      frame.charge(SELECT_AND_IDENT_COST);
      if (value instanceof EvaluationFailure failure) {
        throw failure;
      }
      return value;
    }
  }

  /** {@code operand.field}. */
  record Select(Step operand, String field) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Object value = operand.evaluate(frame);
      frame.charge(SELECT_AND_IDENT_COST);
      if (value instanceof Opt opt) {
        return within(opt, field);
      }
      Object found = find(value, field);
      if (found == null) {
        throw new EvaluationFailure("no such key: " + field);
      }
      return found;
    }
  }

  /** {@code has(operand.field)}: costs no more than the operand (PresenceTestHasCost(false)). */
  record Has(Step operand, String field) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Object value = operand.evaluate(frame);
      if (value instanceof Opt opt) {
        return opt.isPresent() && find(opt.get(), field) != null;
      }
      return find(value, field) != null;
    }
  }

  /** {@code operand[key]}; {@code optional} is {@code operand[?key]} and {@code operand.?key}. */
  record Index(Step operand, Step key, boolean optional) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Object value = operand.evaluate(frame);
      Object index = key.evaluate(frame);
      frame.charge(SELECT_AND_IDENT_COST);
      if (value instanceof Opt opt) {
        return within(opt, index);
      }
      if (optional) {
        return within(Opt.of(value), index);
      }
      Object found = find(value, index);
      if (found == null) {
        throw value instanceof List<?>
            ? new EvaluationFailure("index out of bounds: " + shown(index))
            : new EvaluationFailure("no such key: " + shown(index));
      }
      return found;
    }
  }

  private static String shown(Object index) {
    return index instanceof Double number && number == Math.rint(number)
        ? Long.toString(number.longValue())
        : index.toString();
  }

  private static Opt within(Opt container, Object index) {
    if (!container.isPresent()) {
      return Opt.NONE;
    }
    Object found = find(container.get(), index);
    return found == null ? Opt.NONE : found instanceof Opt opt ? opt : Opt.of(found);
  }

  /** {@code null} if the container has nothing there. */
  private static @Nullable Object find(Object container, Object index) {
    return switch (container) {
      case Fields fields when index instanceof String name -> fields.field(name);
      case Map<?, ?> map -> {
        Object key = Values.key(index);
        Object found = map.get(key);
        yield found == null && !map.containsKey(key) ? null : Values.of(found);
      }
      case List<?> list when Values.key(index) instanceof Long position ->
          position < 0 || position >= list.size() ? null : Values.of(list.get(position.intValue()));
      case List<?> unused when !(index instanceof String) ->
          throw new EvaluationFailure(
              "unsupported index type '" + Values.typeName(index) + "' in list");
      default -> throw EvaluationFailure.noSuchOverload();
    };
  }
}
