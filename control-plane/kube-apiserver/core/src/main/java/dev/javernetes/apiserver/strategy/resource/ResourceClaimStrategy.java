package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request for devices; what is asked for never changes. */
public final class ResourceClaimStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");

  private final DeviceClaimRules claims;
  private final AdminAccess adminAccess;
  private final StatusRights rights;

  public ResourceClaimStrategy(
      SelectorCheck expressions, AdminAccess adminAccess, StatusRights rights) {
    this.claims = new DeviceClaimRules(new DeviceRules(expressions));
    this.adminAccess = adminAccess;
    this.rights = rights;
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE, MetadataCheck.UPDATE);
  }

  @Override
  public void applyDefaults(JsonObject claim) {
    defaults(claim);
  }

  static void defaults(JsonObject claim) {
    DeviceClaimRules.applyDefaults(claim.ensureObject("spec"));
    claim
        .objectOrEmpty("status")
        .objectOrEmpty("allocation")
        .objectOrEmpty("devices")
        .objects("results")
        .forEach(result -> result.objects("tolerations").forEach(DeviceTaints::tolerationDefaults));
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject claim) {
    claim.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject claim, JsonObject old) {
    if (old.has("status")) {
      claim.put("status", old.get("status"));
    } else {
      claim.remove("status");
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject claim, ErrorList errors) {
    JsonObject spec = claim.objectOrEmpty("spec");
    adminAccess.checkRequests(
        context.namespace(), spec.objectOrEmpty("devices").objects("requests"), errors);
    claims.check(spec, SPEC, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject claim, JsonObject old, ErrorList errors) {
    FieldRules.immutable(
        "resource.ResourceClaimSpec", claim.get("spec"), old.get("spec"), SPEC, errors);
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? new ClaimStatusStrategy(adminAccess, rights) : null;
  }
}
