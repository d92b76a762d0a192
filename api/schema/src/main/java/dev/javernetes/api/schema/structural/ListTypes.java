package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether lists of type {@code set} and {@code map} hold nothing twice. */
public final class ListTypes {
  private ListTypes() {}

  public static void validate(
      @Nullable Object value, Schema schema, FieldPath path, ErrorList errors) {
    if (value instanceof JsonObject object) {
      Schema values = schema.additionalProperties();
      if (values != null) {
        object.forEach((name, inner) -> validate(inner, values, path.key(name), errors));
      }
      schema
          .properties()
          .forEach((name, property) -> {
            if (object.containsKey(name)) {
              validate(object.get(name), property, path.child(name), errors);
            }
          });
    } else if (value instanceof List<?> list) {
      switch (schema.listType()) {
        case SET -> repeated(list).forEach(i -> errors.duplicate(path.index(i), list.get(i)));
        case MAP -> keys(list, schema.listMapKeys(), path, errors);
        case ATOMIC -> {}
        case null -> {}
      }
      if (schema.items() instanceof Schema items) {
        for (int i = 0; i < list.size(); i++) {
          validate(list.get(i), items, path.index(i), errors);
        }
      }
    }
  }

  private static void keys(List<?> list, List<String> names, FieldPath path, ErrorList errors) {
    List<Object> keys = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      JsonObject key = new JsonObject();
      if (list.get(i) instanceof JsonObject element) {
        for (String name : names) {
          if (element.containsKey(name)) {
            key.put(name, element.get(name));
          }
        }
      } else if (list.get(i) != null) {
        errors.invalid(
            path.index(i), list.get(i), "must be an object for an array of list-type map");
        return;
      }
      keys.add(key);
    }
    repeated(keys).forEach(i -> errors.duplicate(path.index(i), keys.get(i)));
  }

  /** Where something stands for the second time; a third one is not told. */
  private static List<Integer> repeated(List<?> list) {
    Map<@Nullable Object, Integer> times = new HashMap<>();
    List<Integer> repeated = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (times.merge(list.get(i), 1, Integer::sum) == 2) {
        repeated.add(i);
      }
    }
    return repeated;
  }
}
