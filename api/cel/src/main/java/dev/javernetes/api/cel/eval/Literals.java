package dev.javernetes.api.cel.eval;

import dev.javernetes.api.cel.value.EvaluationFailure;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.cel.value.Structure;
import dev.javernetes.api.cel.value.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists, maps and objects that are written out: {@code [a, b]}, {@code {k: v}}, {@code T{f: v}}.
 */
final class Literals {
  private static final long LIST_COST = 10;
  private static final long MAP_COST = 30;
  private static final long STRUCT_COST = 40;

  private Literals() {}

  /** An element, left out if it is an optional without content and {@code optional}. */
  record Element(Step value, boolean optional) {}

  /** An entry of a map or a field. */
  record Entry(Step key, Step value, boolean optional) {}

  record ListLiteral(List<Element> elements) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      List<Object> list = new ArrayList<>(elements.size());
      for (Element element : elements) {
        Object value = element.value.evaluate(frame);
        if (!element.optional) {
          list.add(value);
        } else if (optional(value).isPresent()) {
          list.add(optional(value).get());
        }
      }
      frame.charge(LIST_COST);
      return Collections.unmodifiableList(list);
    }
  }

  record MapLiteral(List<Entry> entries) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (Entry entry : entries) {
        Object key = Values.key(entry.key.evaluate(frame));
        Object value = entry.value.evaluate(frame);
        if (entry.optional) {
          if (optional(value).isPresent()) {
            map.put(key, optional(value).get());
          } else {
            map.remove(key);
          }
        } else {
          map.put(key, value);
        }
      }
      frame.charge(MAP_COST);
      return Collections.unmodifiableMap(map);
    }
  }

  record StructLiteral(String type, List<Entry> fields) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (Entry field : fields) {
        Object value = field.value.evaluate(frame);
        if (field.optional) {
          value = optional(value).isPresent() ? optional(value).get() : Opt.NONE;
        }
        if (value != Opt.NONE) {
          map.put((String) field.key.evaluate(frame), value);
        }
      }
      frame.charge(STRUCT_COST);
      return new Structure(type, map);
    }
  }

  private static Opt optional(Object value) {
    if (value instanceof Opt opt) {
      return opt;
    }
    throw new EvaluationFailure(
        "cannot initialize optional entry from non-optional value " + value);
  }
}
