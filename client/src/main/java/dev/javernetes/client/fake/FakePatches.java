package dev.javernetes.client.fake;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** RFC 7386 and the operations of RFC 6902 that controllers send: add, replace, remove, test. */
final class FakePatches {
  private FakePatches() {}

  static JsonObject merge(JsonObject target, JsonObject change) {
    JsonObject merged = target.deepCopy();
    change.forEach((name, value) -> {
      if (value == null) {
        merged.remove(name);
      } else if (value instanceof JsonObject object) {
        merged.put(name, merge(merged.objectOrEmpty(name), object));
      } else {
        merged.put(name, Json.deepCopy(value));
      }
    });
    return merged;
  }

  static JsonObject json(JsonObject target, byte[] operations) throws JsonSyntaxException {
    JsonObject patched = target.deepCopy();
    if (!(Json.parse(operations) instanceof List<?> list)) {
      throw ApiException.badRequest("a JSON patch is a list");
    }
    for (Object element : list) {
      if (element instanceof JsonObject operation) {
        apply(patched, operation);
      }
    }
    return patched;
  }

  @SuppressWarnings("unchecked") // a tree's lists are lists of tree values
  private static void apply(JsonObject root, JsonObject operation) {
    String[] steps = operation.string("path").substring(1).split("/");
    Object parent = root;
    for (int i = 0; i < steps.length - 1; i++) {
      parent = child(parent, unescape(steps[i]));
    }
    String last = unescape(steps[steps.length - 1]);
    Object value = Json.deepCopy(operation.get("value"));
    switch (operation.string("op")) {
      case "test" -> {
        if (!Objects.equals(child(parent, last), value)) {
          throw ApiException.of(StatusReason.INVALID, "test of " + operation.string("path"));
        }
      }
      case "remove" -> {
        if (parent instanceof List<?> list) {
          list.remove(Integer.parseInt(last));
        } else if (parent instanceof JsonObject object) {
          object.remove(last);
        }
      }
      case "add", "replace" -> {
        boolean add = operation.string("op").equals("add");
        if (parent instanceof JsonObject object) {
          object.put(last, value);
        } else if (parent instanceof List<?> list) {
          List<@Nullable Object> array = (List<@Nullable Object>) list;
          if (last.equals("-")) {
            array.add(value);
          } else if (add) {
            array.add(Integer.parseInt(last), value);
          } else {
            array.set(Integer.parseInt(last), value);
          }
        } else {
          throw ApiException.of(StatusReason.INVALID, "no " + operation.string("path"));
        }
      }
      default -> throw ApiException.badRequest("operation " + operation.string("op"));
    }
  }

  private static @Nullable Object child(@Nullable Object parent, String step) {
    if (parent instanceof List<?> list) {
      int index = Integer.parseInt(step);
      return index < list.size() ? list.get(index) : null;
    }
    return parent instanceof JsonObject object ? object.get(step) : null;
  }

  private static String unescape(String step) {
    return step.replace("~1", "/").replace("~0", "~");
  }
}
