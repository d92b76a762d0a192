package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.codec.patch.GoPrint;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ScalePaths;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands where the scale subresource looks must be something that a Scale can show. */
final class ScaleRules {
  private ScaleRules() {}

  static void spec(JsonObject object, @Nullable JsonObject scale, ErrorList errors) {
    if (scale != null) {
      replicas(object, scale.string("specReplicasPath"), errors);
    }
  }

  static void status(JsonObject object, @Nullable JsonObject scale, ErrorList errors) {
    if (scale == null) {
      return;
    }
    replicas(object, scale.string("statusReplicasPath"), errors);
    String selectorPath = scale.stringOrNull("labelSelectorPath");
    if (selectorPath != null) {
      Found found = find(object, selectorPath);
      if (found.problem != null) {
        errors.invalid(FieldPath.of(selectorPath), "", found.problem);
      } else if (found.value != null && !(found.value instanceof String)) {
        errors.invalid(
            FieldPath.of(selectorPath), "", accessor(selectorPath, found.value, "string"));
      }
    }
  }

  private static void replicas(JsonObject object, String jsonPath, ErrorList errors) {
    FieldPath path = FieldPath.of(jsonPath);
    Found found = find(object, jsonPath);
    if (found.problem != null) {
      errors.invalid(path, 0L, found.problem);
    } else if (found.value != null && !(found.value instanceof Long)) {
      errors.invalid(path, 0L, accessor(jsonPath, found.value, "int64"));
    } else if (found.value instanceof Long number && number < 0) {
      errors.invalid(path, number, "should be a non-negative integer");
    } else if (found.value instanceof Long number && number > Integer.MAX_VALUE) {
      errors.invalid(path, number, "should be less than or equal to " + Integer.MAX_VALUE);
    }
  }

  /** A value, {@code null} for none, or why there can be none. */
  private record Found(@Nullable Object value, @Nullable String problem) {}

  private static Found find(JsonObject object, String jsonPath) {
    Object value = object;
    StringBuilder way = new StringBuilder();
    List<String> parts = ScalePaths.parts(jsonPath);
    for (String part : parts) {
      if (!(value instanceof JsonObject inner)) {
        return value == null
            ? new Found(null, null)
            : new Found(null, accessor(way.toString(), value, "map[string]interface {}"));
      }
      if (!inner.containsKey(part)) {
        return new Found(null, null);
      }
      value = inner.get(part);
      way.append('.').append(part);
    }
    return new Found(value, null);
  }

  private static String accessor(String path, Object value, String wanted) {
    return path
        + " accessor error: "
        + GoPrint.value(value)
        + " is of the type "
        + GoPrint.type(value)
        + ", expected "
        + wanted;
  }
}
