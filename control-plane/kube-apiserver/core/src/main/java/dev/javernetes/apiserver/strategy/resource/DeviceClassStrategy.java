package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.ResourceNames;
import java.util.List;

/** A kind of devices, chosen by an administrator, for claims to ask for. */
public final class DeviceClassStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");

  private final DeviceRules devices;

  public DeviceClassStrategy(SelectorCheck expressions) {
    this.devices = new DeviceRules(expressions);
  }

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GIVEN_NAME);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GIVEN_NAME, MetadataCheck.UPDATE);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject deviceClass, ErrorList errors) {
    JsonObject spec = deviceClass.objectOrEmpty("spec");
    devices.selectors(spec.objects("selectors"), SPEC.child("selectors"), errors);
    Entries.ofList(
        spec.objects("config"),
        DeviceClaimRules.CONFIGS,
        DeviceRules::configuration,
        SPEC.child("config"),
        errors);
    String extended = spec.stringOrNull("extendedResourceName");
    if (extended != null && !ResourceNames.isExtended(extended)) {
      errors.invalid(
          SPEC.child("extendedResourceName"), extended, "must be a valid extended resource name");
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject deviceClass, JsonObject old, ErrorList errors) {
    validateCreate(context, deviceClass, errors);
  }
}
