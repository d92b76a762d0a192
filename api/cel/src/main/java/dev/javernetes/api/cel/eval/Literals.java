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
      try {
        List<Object> list = new ArrayList<>(elements.size());
        for (Element element : elements) {
          Object value = element.value.evaluate(frame);
          if (!element.optional) {
            list.add(value);
          } else if (optional(value).isPresent()) {
            list.add(optional(value).get());
          }
        }
        return Collections.unmodifiableList(list);
      } finally {
        frame.charge(LIST_COST);
      }
    }
  }

  record MapLiteral(List<Entry> entries) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      try {
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
        return Collections.unmodifiableMap(map);
      } finally {
        frame.charge(MAP_COST);
      }
    }
  }

  record StructLiteral(String type, List<Entry> fields) implements Step {
    @Override
    public Object evaluate(Frame frame) {
      try {
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
        return new Structure(type, map);
      } finally {
        frame.charge(STRUCT_COST);
      }
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
