package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.Timestamps;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Devices of a pool, as their driver publishes them. */
public final class ResourceSliceStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final int DEVICES = 128;
  private static final int ELABORATE_DEVICES = 64;
  private static final int COUNTER_SETS = 8;
  private static final int COUNTERS = 32;
  private static final String ONE_PLACE =
      "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject slice) {
    prepare(context, slice, new JsonObject());
    slice.ensureObject("metadata").put("generation", 1L);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject slice, JsonObject old) {
    JsonObject before = old.objectOrEmpty("spec");
    // upstream counts before it drops what is behind a gate
    if (!FieldRules.same(slice.get("spec"), before)) {
      slice
          .ensureObject("metadata")
          .put("generation", old.objectOrEmpty("metadata").integer("generation") + 1);
    }
    prepare(context, slice, before);
  }

  private static void prepare(StrategyContext context, JsonObject slice, JsonObject before) {
    List<JsonObject> devices = slice.ensureObject("spec").objects("devices");
    DisabledDeviceFields.drop(devices, before.objects("devices"));
    for (JsonObject device : devices) {
      for (JsonObject taint : device.objects("taints")) {
        FieldRules.defaultIfAbsent(taint, "timeAdded", Timestamps.format(context.now()));
      }
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject slice, ErrorList errors) {
    check(slice.objectOrEmpty("spec"), new JsonObject(), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject slice, JsonObject old, ErrorList errors) {
    check(slice.objectOrEmpty("spec"), old.objectOrEmpty("spec"), errors);
  }

  private static void check(JsonObject spec, JsonObject before, ErrorList errors) {
    VolumeSources.csiDriverName(spec.string("driver"), SPEC.child("driver"), errors);
    JsonObject pool = spec.objectOrEmpty("pool");
    pool(pool, SPEC.child("pool"), errors);
    if (!before.isEmpty()) {
      FieldRules.immutable(
          pool.get("name"),
          before.objectOrEmpty("pool").get("name"),
          SPEC.child("pool", "name"),
          errors);
      for (String member : List.of("driver", "nodeName")) {
        FieldRules.immutable(spec.get(member), before.get(member), SPEC.child(member), errors);
      }
    }
    place(spec, errors);
    if (spec.has("sharedCounters") && spec.has("devices")) {
      errors.invalid(SPEC, "", "only one of `sharedCounters` or `devices` is allowed");
    }
    boolean perDevice = spec.bool("perDeviceNodeSelection");
    List<JsonObject> old = before.objects("devices");
    Entries.ofSet(
        spec.objects("devices"),
        isElaborate(spec) ? ELABORATE_DEVICES : DEVICES,
        (device, path, found) ->
            PublishedDevice.check(device, named(old, device), perDevice, path, found),
        device -> device.string("name"),
        SPEC.child("devices"),
        errors);
    Entries.ofSet(
        spec.objects("sharedCounters"),
        COUNTER_SETS,
        (set, path, found) -> counters(set, "name", COUNTERS, path, found),
        set -> set.string("name"),
        SPEC.child("sharedCounters"),
        errors);
  }

  private static JsonObject named(List<JsonObject> devices, JsonObject wanted) {
    return devices.stream()
        .filter(device -> device.string("name").equals(wanted.string("name")))
        .findFirst()
        .orElseGet(JsonObject::new);
  }

  private static void pool(JsonObject pool, FieldPath path, ErrorList errors) {
    DeviceNames.pool(pool.string("name"), path.child("name"), errors);
    FieldRules.positive(
        pool.integer("resourceSliceCount"), path.child("resourceSliceCount"), errors);
    if (pool.integer("generation") < 0) {
      errors.invalid(
          path.child("generation"),
          pool.integer("generation"),
          "must be greater than or equal to zero");
    }
  }

  private static void place(JsonObject spec, ErrorList errors) {
    List<String> given = new ArrayList<>();
    String node = spec.stringOrNull("nodeName");
    if (node != null && node.isEmpty()) {
      errors.invalid(
          SPEC.child("nodeName"), node, "must be either unset or set to a non-empty string");
    } else if (node != null) {
      given.add("`nodeName`");
      FieldRules.dnsSubdomain(node, SPEC.child("nodeName"), errors);
    }
    if (spec.object("nodeSelector") instanceof JsonObject selector) {
      given.add("`nodeSelector`");
      SchedulingRules.nodeSelector(selector, SPEC.child("nodeSelector"), errors);
      if (selector.objects("nodeSelectorTerms").size() != 1) {
        errors.invalid(
            SPEC.child("nodeSelector", "nodeSelectorTerms"),
            InternalForm.of("core.NodeSelectorTerm", selector.get("nodeSelectorTerms")),
            "must have exactly one node selector term");
      }
    }
    for (String member : List.of("allNodes", "perDeviceNodeSelection")) {
      Boolean flag = spec.boolOrNull(member);
      if (Objects.equals(flag, false)) {
        errors.invalid(SPEC.child(member), false, "must be either unset or set to true");
      } else if (flag != null) {
        given.add("`" + member + "`");
      }
    }
    if (given.isEmpty()) {
      errors.required(SPEC, ONE_PLACE);
    } else if (given.size() > 1) {
      errors.invalid(
          SPEC, "{" + String.join(", ", given) + "}", ONE_PLACE + ", but multiple fields are set");
    }
  }

  /** Taints, counters and lists make a device large. */
  private static boolean isElaborate(JsonObject spec) {
    return spec.objects("devices").stream()
        .anyMatch(device ->
            !device.objects("taints").isEmpty()
                || !device.objects("consumesCounters").isEmpty()
                || DisabledDeviceFields.hasLists(device));
  }

  /** A set of counters by name; any quantity will do. */
  static void counters(
      JsonObject set, String nameMember, int max, FieldPath path, ErrorList errors) {
    String name = set.string(nameMember);
    if (name.isEmpty()) {
      errors.required(path.child(nameMember), "");
    } else {
      FieldRules.dnsLabel(name, path.child(nameMember), errors);
    }
    JsonObject counters = set.objectOrEmpty("counters");
    if (counters.isEmpty()) {
      errors.required(path.child("counters"), "");
    } else {
      Entries.ofMap(
          counters,
          max,
          63,
          FieldRules::dnsLabel,
          (counter, at, found) -> {},
          path.child("counters"),
          errors);
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject slice) {
    String driver = slice.objectOrEmpty("spec").string("driver");
    return driver.equals(driver.toLowerCase(Locale.ROOT))
        ? List.of()
        : List.of(
            "spec.driver: driver names should be lowercase; "
                + GoQuote.quote(driver)
                + " contains uppercase characters");
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject slice, JsonObject old) {
    return warningsOnCreate(context, slice);
  }
}
