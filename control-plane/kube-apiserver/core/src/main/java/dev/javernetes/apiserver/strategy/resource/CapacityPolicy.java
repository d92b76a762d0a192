package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of a device's capacity one claim may take, if several claims may share it (KEP-5075):
 * one of some values, or any within a range.
 */
final class CapacityPolicy {
  private static final int OPTIONS = 10;

  private CapacityPolicy() {}

  static void check(JsonObject capacity, boolean shared, FieldPath path, ErrorList errors) {
    JsonObject policy = capacity.object("requestPolicy");
    if (policy == null) {
      return;
    }
    FieldPath at = path.child("requestPolicy");
    if (!shared) {
      errors.forbidden(at, "allowMultipleAllocations must be true");
      return;
    }
    Quantity most = FieldRules.quantity(capacity.get("value"));
    List<Quantity> values = new ArrayList<>();
    List<?> given = policy.array("validValues");
    if (given != null) {
      given.forEach(value -> values.add(FieldRules.quantity(value)));
    }
    JsonObject range = policy.object("validRange");
    if (!values.isEmpty() && range != null) {
      errors.forbidden(
          at,
          "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\""
              + " at the same time");
      return;
    }
    Quantity usual = quantity(policy, "default");
    if (!values.isEmpty()) {
      if (usual == null) {
        errors.required(at.child("default"), "required when validValues is defined");
      } else {
        values(usual, most, values, at.child("validValues"), errors);
      }
    } else if (range != null) {
      if (usual == null) {
        errors.required(at.child("default"), "required when validRange is defined");
      } else {
        range(usual, most, range, at.child("validRange"), errors);
      }
    }
  }

  private static @Nullable Quantity quantity(JsonObject holder, String member) {
    return holder.has(member) ? FieldRules.quantity(holder.get(member)) : null;
  }

  private static void values(
      Quantity usual, Quantity most, List<Quantity> values, FieldPath path, ErrorList errors) {
    for (int i = 1; i < values.size(); i++) {
      if (values.get(i - 1).compareTo(values.get(i)) > 0) {
        errors.invalid(
            path.index(i), values.get(i).toString(), "values must be sorted in ascending order");
      }
    }
    Entries.ofSet(
        values,
        OPTIONS,
        (value, at, found) -> {
          if (value.compareTo(most) > 0) {
            found.invalid(at, value.toString(), "option is larger than capacity value: " + most);
          }
        },
        value -> Long.toString(value.value()),
        path,
        errors);
    // a list refused for its size alone was not searched for the default
    if (values.size() > OPTIONS
        || values.stream().noneMatch(value -> value.compareTo(usual) == 0)) {
      errors.invalid(
          path, usual.toString(), "default value is not valid according to the requestPolicy");
    }
  }

  private static void range(
      Quantity usual, Quantity most, JsonObject range, FieldPath path, ErrorList errors) {
    Quantity min = quantity(range, "min");
    if (min == null) {
      errors.required(path.child("min"), "required when validRange is defined");
      return;
    }
    if (min.compareTo(most) > 0) {
      errors.invalid(
          path.child("min"), min.toString(), "min is larger than capacity value: " + most);
    }
    if (usual.compareTo(min) < 0) {
      errors.invalid(path.child("min"), usual.toString(), "default is less than min: " + min);
    }
    Quantity max = quantity(range, "max");
    if (max != null) {
      if (min.compareTo(max) > 0) {
        errors.invalid(path.child("max"), min.toString(), "min is larger than max: " + max);
      }
      if (max.compareTo(most) > 0) {
        errors.invalid(
            path.child("max"), max.toString(), "max is larger than capacity value: " + most);
      }
      if (usual.compareTo(max) > 0) {
        errors.invalid(path.child("max"), usual.toString(), "default is more than max: " + max);
      }
    }
    Quantity step = quantity(range, "step");
    if (step != null) {
      Quantity first = min.add(step);
      if (first.compareTo(most) > 0) {
        errors.invalid(
            path.child("step"),
            step.toString(),
            "one step " + first + " is larger than capacity value: " + most);
      }
      onStep(usual, min, step, path.child("step"), errors);
      if (max != null) {
        onStep(max, min, step, path.child("step"), errors);
      }
    }
  }

  private static void onStep(
      Quantity value, Quantity min, Quantity step, FieldPath path, ErrorList errors) {
    // upstream divides by a step of zero and fails; that is no multiple either
    if (step.value() == 0 || (value.value() - min.value()) % step.value() != 0) {
      errors.invalid(
          path,
          value.toString(),
          "value is not a multiple of a given step (" + step + ") from (" + min + ")");
    }
  }
}
