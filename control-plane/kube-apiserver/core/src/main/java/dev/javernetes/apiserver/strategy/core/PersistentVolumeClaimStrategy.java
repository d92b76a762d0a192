package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims of persistent volumes. */
public final class PersistentVolumeClaimStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");

  @Override
  public void applyDefaults(JsonObject claim) {
    FieldRules.defaultTo(claim.ensureObject("status"), "phase", "Pending");
    FieldRules.defaultIfAbsent(claim.ensureObject("spec"), "volumeMode", "Filesystem");
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject claim) {
    claim.put("status", JsonObject.of("phase", "Pending"));
    normalizeDataSources(claim.ensureObject("spec"));
  }

  /** The old and the new field for a data source say the same where both can. */
  private static void normalizeDataSources(JsonObject spec) {
    JsonObject reference = spec.object("dataSourceRef");
    JsonObject source = spec.object("dataSource");
    if (reference != null && !reference.string("namespace").isEmpty()) {
      reference.remove("namespace"); // CrossNamespaceVolumeDataSource is off by default
    }
    if (source != null && reference == null) {
      spec.put("dataSourceRef", source.deepCopy());
    } else if (source == null && reference != null) {
      spec.put("dataSource", reference.deepCopy());
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject claim, JsonObject old) {
    CoreTrees.keepStatus(claim, old);
    normalizeDataSources(claim.ensureObject("spec"));
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject claim, ErrorList errors) {
    PersistentVolumeClaimRules.checkSpec(claim.objectOrEmpty("spec"), SPEC, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject claim, JsonObject old, ErrorList errors) {
    PersistentVolumeClaimRules.checkUpdate(claim, old, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject claim) {
    return PersistentVolumeClaimRules.warnings(claim.objectOrEmpty("spec"), SPEC);
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject claim, JsonObject old) {
    return warningsOnCreate(context, claim);
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status")
        ? new StatusStrategy(
            this::applyDefaults, List.of(), PersistentVolumeClaimStrategy::checkStatus)
        : null;
  }

  private static void checkStatus(JsonObject claim, JsonObject old, ErrorList errors) {
    for (Map.Entry<String, @Nullable Object> amount :
        claim.objectOrEmpty("status").objectOrEmpty("capacity").entrySet()) {
      long value = FieldRules.quantity(amount.getValue()).value();
      if (value < 0) {
        errors.invalid(
            FieldPath.of("status", "capacity").key(amount.getKey()),
            value,
            "must be a valid resource quantity");
      }
    }
  }
}
