package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import dev.javernetes.apiserver.strategy.pod.PodDefaults;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Limit ranges. */
public final class LimitRangeStrategy implements Strategy {
  private static final List<String> LISTS =
      List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio");
  private static final FieldPath LIMITS = FieldPath.of("spec", "limits");

  /** A LimitRange without a name gets one. */
  @Override
  public void prepareForCreate(StrategyContext context, JsonObject range) {
    JsonObject metadata = range.ensureObject("metadata");
    if (metadata.string("name").isEmpty()) {
      JsonObject named = JsonObject.of("name", UUID.randomUUID().toString());
      metadata.remove("name");
      named.putAll(metadata);
      range.put("metadata", named);
    }
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject range) {
    for (JsonObject limit : range.ensureObject("spec").objects("limits")) {
      if (limit.string("type").equals("Container")) {
        fillDefaults(limit);
      }
      LISTS.forEach(list -> PodDefaults.roundUp(limit, list));
    }
  }

  private static void fillDefaults(JsonObject limit) {
    JsonObject limits = new JsonObject(limit.objectOrEmpty("default"));
    limit.objectOrEmpty("max").forEach(limits::putIfAbsent);
    JsonObject requests = new JsonObject(limit.objectOrEmpty("defaultRequest"));
    limits.forEach(requests::putIfAbsent);
    limit.objectOrEmpty("min").forEach(requests::putIfAbsent);
    if (!limits.isEmpty()) {
      limit.put("default", limits);
    }
    if (!requests.isEmpty()) {
      limit.put("defaultRequest", requests);
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject range, ErrorList errors) {
    check(range, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject range, JsonObject old, ErrorList errors) {
    check(range, errors);
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return true;
  }

  private static void check(JsonObject range, ErrorList errors) {
    Set<String> types = new HashSet<>();
    List<JsonObject> limits = range.objectOrEmpty("spec").objects("limits");
    for (int i = 0; i < limits.size(); i++) {
      JsonObject limit = limits.get(i);
      FieldPath path = LIMITS.index(i);
      String type = limit.string("type");
      List<String> problems = NameFormats.qualifiedName(type);
      FieldRules.invalid(problems, path.child("type"), type, errors);
      if (problems.isEmpty()
          && type.indexOf('/') < 0
          && !List.of("Pod", "Container", "PersistentVolumeClaim").contains(type)) {
        errors.invalid(
            path.child("type"), type, "must be a standard limit type or fully qualified");
      }
      if (!types.add(type)) {
        errors.duplicate(path.child("type"), type);
      }
      limit(limit, type, path, errors);
    }
  }

  private static void limit(JsonObject limit, String type, FieldPath path, ErrorList errors) {
    Set<String> names = new TreeSet<>();
    for (String list : LISTS) {
      boolean isDefault = list.equals("default") || list.equals("defaultRequest");
      if (list.equals("maxLimitRequestRatio")
          && type.equals("PersistentVolumeClaim")
          && !limit.objectOrEmpty("min").has("storage")
          && !limit.objectOrEmpty("max").has("storage")) {
        errors.required(
            path.child("limits"),
            "either minimum or maximum storage value is required, but neither was provided");
      }
      if (isDefault && type.equals("Pod")) {
        if (!limit.objectOrEmpty(list).isEmpty()) {
          errors.forbidden(path.child(list), "may not be specified when `type` is 'Pod'");
        }
        continue;
      }
      for (String name : limit.objectOrEmpty(list).keySet()) {
        FieldPath at = path.child(list).key(name);
        if (type.equals("Pod") || type.equals("Container")) {
          ResourceNames.checkForContainer(name, at, errors);
        } else {
          ResourceNames.check(name, at, errors);
        }
        names.add(name);
      }
    }
    for (String name : names) {
      compare(limit, type, name, path, errors);
    }
  }

  private static @Nullable Quantity amount(JsonObject limit, String list, String name) {
    Object value = limit.objectOrEmpty(list).get(name);
    return value == null ? null : FieldRules.quantity(value);
  }

  private static void compare(
      JsonObject limit, String type, String name, FieldPath path, ErrorList errors) {
    boolean pod = type.equals("Pod");
    Quantity min = amount(limit, "min", name);
    Quantity max = amount(limit, "max", name);
    Quantity given = pod ? null : amount(limit, "default", name);
    Quantity request = pod ? null : amount(limit, "defaultRequest", name);
    greater(
        min,
        max,
        "min value %s is greater than max value %s",
        path.child("min").key(name),
        min,
        errors);
    FieldPath requestPath = path.child("defaultRequest").key(name);
    greater(
        min,
        request,
        "min value %s is greater than default request value %s",
        requestPath,
        request,
        errors);
    greater(
        request,
        max,
        "default request value %s is greater than max value %s",
        requestPath,
        request,
        errors);
    greater(
        request,
        given,
        "default request value %s is greater than default limit value %s",
        requestPath,
        request,
        errors);
    FieldPath defaultPath = path.child("default").key(name);
    greater(min, given, "min value %s is greater than default value %s", defaultPath, min, errors);
    greater(given, max, "default value %s is greater than max value %s", defaultPath, max, errors);
    Quantity ratio = amount(limit, "maxLimitRequestRatio", name);
    FieldPath ratioPath = path.child("maxLimitRequestRatio").key(name);
    if (ratio != null && ratio.compareTo(Quantity.of(1)) < 0) {
      errors.invalid(ratioPath, ratio.toString(), "ratio " + ratio + " is less than 1");
    }
    if (ratio != null && min != null && max != null) {
      double most = max.amount().doubleValue() / min.amount().doubleValue();
      if (ratio.amount().doubleValue() > most) {
        errors.invalid(
            ratioPath,
            ratio.toString(),
            String.format(Locale.ROOT, "ratio %s is greater than max/min = %f", ratio, most));
      }
    }
    if (!ResourceNames.isOvercommitAllowed(name)
        && given != null
        && request != null
        && given.compareTo(request) != 0) {
      errors.invalid(
          requestPath,
          request.toString(),
          "default value "
              + given
              + " must equal to defaultRequest value "
              + request
              + " in "
              + name);
    }
  }

  private static void greater(
      @Nullable Quantity left,
      @Nullable Quantity right,
      String message,
      FieldPath path,
      @Nullable Quantity shown,
      ErrorList errors) {
    if (left != null && right != null && left.compareTo(right) > 0) {
      errors.invalid(path, String.valueOf(shown), message.formatted(left, right));
    }
  }
}
