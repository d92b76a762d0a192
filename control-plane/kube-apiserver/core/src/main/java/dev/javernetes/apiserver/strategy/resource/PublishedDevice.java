package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.pod.SchedulingRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** A device of a resource slice: its attributes, capacities, taints and where it is. */
final class PublishedDevice {
  private static final int ATTRIBUTES_AND_CAPACITIES = 32;
  private static final int ATTRIBUTE_VALUES = 48;
  private static final int VALUE_LIMIT = 64;
  private static final int TAINTS = 16;
  private static final int CONSUMPTIONS = 2;
  private static final int COUNTERS = 32;
  private static final String ONE_PLACE =
      "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when"
          + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
  private static final String NUMBER = "(0|[1-9]\\d*)";
  private static final String PRERELEASE = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
  private static final Pattern SEMVER =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(-"
              + PRERELEASE
              + "(\\."
              + PRERELEASE
              + ")*)?"
              + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

  private PublishedDevice() {}

  static void check(
      JsonObject device, JsonObject old, boolean perDevice, FieldPath path, ErrorList errors) {
    FieldRules.dnsLabel(device.string("name"), path.child("name"), errors);
    JsonObject attributes = device.objectOrEmpty("attributes");
    JsonObject capacity = device.objectOrEmpty("capacity");
    size(attributes, capacity, path, errors);
    Entries.ofMap(
        attributes,
        -1,
        DeviceNames.KEY_LIMIT,
        DeviceNames::qualified,
        (value, at, found) -> attribute((JsonObject) Objects.requireNonNull(value), at, found),
        path.child("attributes"),
        errors);
    boolean shared = device.bool("allowMultipleAllocations");
    Entries.ofMap(
        capacity,
        -1,
        DeviceNames.KEY_LIMIT,
        DeviceNames::qualified,
        (value, at, found) ->
            CapacityPolicy.check((JsonObject) Objects.requireNonNull(value), shared, at, found),
        path.child("capacity"),
        errors);
    if (!FieldRules.same(device.get("taints"), old.get("taints"))) {
      Entries.ofList(
          device.objects("taints"), TAINTS, DeviceTaints::taint, path.child("taints"), errors);
    }
    Entries.ofSet(
        device.objects("consumesCounters"),
        CONSUMPTIONS,
        (use, at, found) -> ResourceSliceStrategy.counters(use, "counterSet", COUNTERS, at, found),
        use -> use.string("counterSet"),
        path.child("consumesCounters"),
        errors);
    if (perDevice) {
      place(device, path, errors);
    } else if (device.has("nodeName") || device.has("nodeSelector") || device.has("allNodes")) {
      errors.invalid(
          path,
          null,
          "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection`"
              + " is set to true in the ResourceSlice spec");
    }
    DeviceRules.bindingConditions(device, path, errors);
  }

  private static void size(
      JsonObject attributes, JsonObject capacity, FieldPath path, ErrorList errors) {
    long entries = attributes.size() + capacity.size();
    if (entries > ATTRIBUTES_AND_CAPACITIES) {
      errors.invalid(
          path,
          entries,
          "the total number of attributes and capacities must not exceed "
              + ATTRIBUTES_AND_CAPACITIES);
    }
    long values = attributes.size();
    if (values > ATTRIBUTE_VALUES) {
      errors.invalid(
          path, values, "the total number of attribute values must not exceed " + ATTRIBUTE_VALUES);
    }
  }

  private static void attribute(JsonObject attribute, FieldPath path, ErrorList errors) {
    int given = 0;
    for (String member : List.of("bool", "int", "string", "version")) {
      given += attribute.has(member) ? 1 : 0;
    }
    String text = attribute.stringOrNull("string");
    if (text != null) {
      limited(text, path.child("string"), errors);
    }
    String version = attribute.stringOrNull("version");
    if (version != null) {
      if (!SEMVER.matcher(version).matches()) {
        errors.invalid(
            path.child("version"),
            version,
            "must be a string compatible with semver.org spec 2.0.0");
      }
      limited(version, path.child("version"), errors);
    }
    if (given == 0) {
      errors.invalid(path, "", "exactly one value must be specified");
    } else if (given > 1) {
      errors.invalid(
          path,
          InternalForm.of("resource.DeviceAttribute", attribute),
          "exactly one value must be specified");
    }
  }

  private static void limited(String value, FieldPath path, ErrorList errors) {
    if (value.getBytes(StandardCharsets.UTF_8).length > VALUE_LIMIT) {
      errors.tooLong(path, VALUE_LIMIT);
    }
  }

  private static void place(JsonObject device, FieldPath path, ErrorList errors) {
    List<String> given = new ArrayList<>();
    String node = device.stringOrNull("nodeName");
    if (node != null && node.isEmpty()) {
      errors.invalid(path.child("nodeName"), node, "must not be empty");
    } else if (node != null) {
      given.add("`nodeName`");
      FieldRules.dnsSubdomain(node, path.child("nodeName"), errors);
    }
    if (device.object("nodeSelector") instanceof JsonObject selector) {
      given.add("`nodeSelector`");
      SchedulingRules.nodeSelector(selector, path.child("nodeSelector"), errors);
    }
    Boolean all = device.boolOrNull("allNodes");
    if (Objects.equals(all, false)) {
      errors.invalid(path.child("allNodes"), false, "must be either unset or set to true");
    } else if (all != null) {
      given.add("`allNodes`");
    }
    if (given.isEmpty()) {
      errors.required(path, ONE_PLACE);
    } else if (given.size() > 1) {
      errors.invalid(path, "{" + String.join(", ", given) + "}", ONE_PLACE);
    }
  }
}
