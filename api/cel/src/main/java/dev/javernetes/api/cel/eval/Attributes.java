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
  private Attributes() {}

  /** {@code name} as a variable, or as a type if it is one. */
  record Variable(String name, @Nullable TypeValue type) implements Attribute {
    @Override
    public Object resolve(Frame frame) {
      Object value = frame.variable(name);
      if (value instanceof EvaluationFailure failure) {
        throw failure;
      }
      if (value == null) {
        if (type != null) {
          return type;
        }
        throw new EvaluationFailure("no such attribute(s): " + name);
      }
      return value;
    }

    @Override
    public long ownCost() {
      return type == null ? 1 : 0;
    }
  }

  /** {@code operand.field}. */
  record Select(Step operand, String field) implements Attribute {
    @Override
    public Object resolve(Frame frame) {
      Object value = Attribute.resolve(operand, frame);
      if (value instanceof Opt opt) {
        return within(opt, field, frame);
      }
      frame.charge(1);
      Object found = find(value, field);
      if (found == null) {
        throw new EvaluationFailure("no such key: " + field);
      }
      return found;
    }

    @Override
    public long ownCost() {
      return Attribute.ownCost(operand);
    }
  }

  /**
   * {@code has(operand.field)}: costs as if the attribute had no cost (PresenceTestHasCost(false)).
   */
  record Has(Step operand, String field) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      try {
        Object value = Attribute.resolve(operand, frame);
        frame.charge(1);
        if (value instanceof Opt opt) {
          return opt.isPresent() && find(opt.get(), field) != null;
        }
        return find(value, field) != null;
      } finally {
        frame.charge(Attribute.ownCost(operand) - 1);
      }
    }
  }

  /** {@code operand[key]}; {@code optional} is {@code operand[?key]} and {@code operand.?key}. */
  record Index(Step operand, Step key, boolean optional) implements Attribute {
    @Override
    public Object resolve(Frame frame) {
      Object value = Attribute.resolve(operand, frame);
      if (value instanceof Opt || optional) {
        Opt container = value instanceof Opt opt ? opt : Opt.of(value);
        if (!container.isPresent()) {
          return Opt.NONE;
        }
        Object found = find(container.get(), key.evaluate(frame));
        if (found == null) {
          return Opt.NONE;
        }
        charge(frame);
        return found instanceof Opt opt ? opt : Opt.of(found);
      }
      Object index = key.evaluate(frame);
      charge(frame);
      Object found = find(value, index);
      if (found == null) {
        throw value instanceof List<?>
            ? new EvaluationFailure("index out of bounds: " + shown(index))
            : new EvaluationFailure("no such key: " + shown(index));
      }
      return found;
    }

    /** A step by a variable's value is counted with the variable. */
    private void charge(Frame frame) {
      if (!(key instanceof Attribute) || key instanceof Logic.Conditional) {
        frame.charge(1);
      }
    }

    @Override
    public long ownCost() {
      return Attribute.ownCost(operand);
    }
  }

  private static String shown(Object index) {
    return index instanceof Double number && number == Math.rint(number)
        ? Long.toString(number.longValue())
        : index.toString();
  }

  /** What is not there costs nothing. */
  private static Opt within(Opt container, Object index, Frame frame) {
    Object found = container.isPresent() ? find(container.get(), index) : null;
    if (found == null) {
      return Opt.NONE;
    }
    frame.charge(1);
    return found instanceof Opt opt ? opt : Opt.of(found);
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
      case List<?> unused ->
          throw new EvaluationFailure(
              index instanceof Double
                  ? "unsupported index value " + shown(index) + " in list"
                  : "unsupported index type '" + Values.typeName(index) + "' in list");
      default -> null;
    };
  }
}
