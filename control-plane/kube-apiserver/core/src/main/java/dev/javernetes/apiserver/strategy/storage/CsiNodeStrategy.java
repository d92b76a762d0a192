package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.pod.VolumeSources;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CSI nodes: which drivers run on a node. */
public final class CsiNodeStrategy implements Strategy {
  private static final FieldPath DRIVERS = FieldPath.of("spec", "drivers");
  private static final int NODE_ID_LIMIT = 192;

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject node, ErrorList errors) {
    List<JsonObject> drivers = node.objectOrEmpty("spec").objects("drivers");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < drivers.size(); i++) {
      driver(drivers.get(i), names, DRIVERS.index(i), errors);
    }
  }

  private static void driver(
      JsonObject driver, Set<String> names, FieldPath path, ErrorList errors) {
    String name = driver.string("name");
    VolumeSources.csiDriverName(name, path.child("name"), errors);
    String id = driver.string("nodeID");
    if (id.isEmpty()) {
      errors.required(path.child("nodeID"), "");
    }
    if (id.getBytes(StandardCharsets.UTF_8).length > NODE_ID_LIMIT) {
      errors.invalid(path.child("nodeID"), id, "must be " + NODE_ID_LIMIT + " characters or less");
    }
    FieldRules.notNegative(
        driver.objectOrEmpty("allocatable"), "count", path.child("allocatable"), errors);
    if (!names.add(name)) {
      errors.duplicate(path.child("name"), name);
    }
    Set<String> keys = new HashSet<>();
    for (String key : driver.strings("topologyKeys")) {
      if (key.isEmpty()) {
        errors.required(path, "");
      }
      if (!keys.add(key)) {
        errors.duplicate(path, key);
      }
      FieldRules.qualifiedName(key, path, errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject node, JsonObject old, ErrorList errors) {
    validateCreate(context, node, errors);
    for (JsonObject before : old.objectOrEmpty("spec").objects("drivers")) {
      for (JsonObject now : node.objectOrEmpty("spec").objects("drivers")) {
        if (now.string("name").equals(before.string("name"))) {
          FieldRules.immutable(
              "storage.CSINodeDriver",
              withoutAllocatable(now),
              withoutAllocatable(before),
              DRIVERS,
              errors);
        }
      }
    }
  }

  /** How many volumes fit may change (KEP-4876). */
  private static JsonObject withoutAllocatable(JsonObject driver) {
    JsonObject copy = new JsonObject(driver);
    copy.remove("allocatable");
    return copy;
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }
}
