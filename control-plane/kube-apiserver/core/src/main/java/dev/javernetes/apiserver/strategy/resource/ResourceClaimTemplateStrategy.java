package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.core.PersistentVolumeClaimRules;

/** What the claims of a pod are made from; it never changes. */
public final class ResourceClaimTemplateStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");

  private final DeviceClaimRules claims;
  private final AdminAccess adminAccess;

  public ResourceClaimTemplateStrategy(SelectorCheck expressions, AdminAccess adminAccess) {
    this.claims = new DeviceClaimRules(new DeviceRules(expressions));
    this.adminAccess = adminAccess;
  }

  @Override
  public void applyDefaults(JsonObject template) {
    DeviceClaimRules.applyDefaults(template.ensureObject("spec").ensureObject("spec"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject template, ErrorList errors) {
    adminAccess.checkRequests(
        context.namespace(),
        template
            .objectOrEmpty("spec")
            .objectOrEmpty("spec")
            .objectOrEmpty("devices")
            .objects("requests"),
        errors);
    check(template, errors);
  }

  private void check(JsonObject template, ErrorList errors) {
    JsonObject spec = template.objectOrEmpty("spec");
    PersistentVolumeClaimRules.templateMetadata(
        spec.objectOrEmpty("metadata"), SPEC.child("metadata"), errors);
    claims.check(spec.objectOrEmpty("spec"), SPEC.child("spec"), errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject template, JsonObject old, ErrorList errors) {
    check(template, errors);
    FieldRules.immutable(
        "resource.ResourceClaimTemplateSpec", template.get("spec"), old.get("spec"), SPEC, errors);
  }
}
