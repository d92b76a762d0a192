package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/**
 * Fields of devices whose feature gate is off in 1.36 (DRANodeAllocatableResources,
 * DRAListTypeAttributes): dropped unless the object used them before.
 */
final class DisabledDeviceFields {
  private static final List<String> LISTS = List.of("bools", "ints", "strings", "versions");
  private static final String MAPPINGS = "nodeAllocatableResourceMappings";

  private DisabledDeviceFields() {}

  static void drop(List<JsonObject> devices, List<JsonObject> before) {
    if (before.stream().allMatch(device -> device.objectOrEmpty(MAPPINGS).isEmpty())) {
      devices.forEach(device -> device.remove(MAPPINGS));
    }
    if (before.stream().noneMatch(DisabledDeviceFields::hasLists)) {
      for (JsonObject device : devices) {
        for (Object attribute : device.objectOrEmpty("attributes").values()) {
          if (attribute instanceof JsonObject values) {
            LISTS.forEach(values::remove);
          }
        }
      }
    }
  }

  static boolean hasLists(JsonObject device) {
    return device.objectOrEmpty("attributes").values().stream()
        .anyMatch(attribute ->
            attribute instanceof JsonObject values && LISTS.stream().anyMatch(values::has));
  }
}
