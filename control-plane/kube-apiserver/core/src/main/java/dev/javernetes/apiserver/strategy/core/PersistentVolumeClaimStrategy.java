package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.ResourceNames;
import dev.javernetes.apiserver.strategy.StatusStrategy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Claims of persistent volumes. */
public final class PersistentVolumeClaimStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");

  private static final String BETA_CLASS = "volume.beta.kubernetes.io/storage-class";
  private static final List<String> RESIZE_STATES =
      List.of(
          "ControllerResizeInProgress",
          "ControllerResizeInfeasible",
          "NodeResizeInProgress",
          "NodeResizeInfeasible",
          "NodeResizePending");

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject claim) {
    FieldRules.defaultTo(claim.ensureObject("status"), "phase", "Pending");
    FieldRules.defaultIfAbsent(claim.ensureObject("spec"), "volumeMode", "Filesystem");
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject claim) {
    claim.put("status", JsonObject.of("phase", "Pending"));
    dataSources(claim.ensureObject("spec"), new JsonObject());
  }

  /**
   * Fields that say where a new volume's content comes from (KEP-1495): a source that the old field
   * does not know is dropped there, as it always was; else both fields say the same.
   */
  private static void dataSources(JsonObject spec, JsonObject before) {
    // CrossNamespaceVolumeDataSource is off by default
    if (!spec.objectOrEmpty("dataSourceRef").string("namespace").isEmpty()
        && !before.has("dataSourceRef")) {
      spec.remove("dataSourceRef");
    }
    if (!before.has("dataSource")
        && !before.has("dataSourceRef")
        && !spec.has("dataSourceRef")
        && !isClaimOrSnapshot(spec.objectOrEmpty("dataSource"))) {
      spec.remove("dataSource");
    }
    normalizeDataSources(spec);
  }

  private static boolean isClaimOrSnapshot(JsonObject source) {
    String group = source.string("apiGroup");
    return switch (source.string("kind")) {
      case "PersistentVolumeClaim" -> group.isEmpty();
      case "VolumeSnapshot" -> group.equals("snapshot.storage.k8s.io");
      default -> false;
    };
  }

  private static void normalizeDataSources(JsonObject spec) {
    JsonObject reference = spec.object("dataSourceRef");
    JsonObject source = spec.object("dataSource");
    if (source != null && reference == null) {
      spec.put("dataSourceRef", source.deepCopy());
    } else if (source == null && reference != null && reference.string("namespace").isEmpty()) {
      spec.put("dataSource", reference.deepCopy());
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject claim, JsonObject old) {
    CoreTrees.keepStatus(claim, old);
    dataSources(claim.ensureObject("spec"), old.objectOrEmpty("spec"));
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
    List<String> warnings = new ArrayList<>();
    if (claim.objectOrEmpty("metadata").objectOrEmpty("annotations").has(BETA_CLASS)) {
      warnings.add(
          "metadata.annotations["
              + BETA_CLASS
              + "]: deprecated since v1.8; use \"storageClassName\" attribute instead");
    }
    warnings.addAll(PersistentVolumeClaimRules.warnings(claim.objectOrEmpty("spec"), SPEC));
    return warnings;
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
    JsonObject status = claim.objectOrEmpty("status");
    FieldPath path = FieldPath.of("status");
    status
        .objectOrEmpty("capacity")
        .forEach((name, value) ->
            notNegative(FieldRules.quantity(value), path.child("capacity").key(name), errors));
    FieldPath resizing = path.child("allocatedResourceStatuses");
    status
        .stringMap("allocatedResourceStatuses")
        .forEach((name, state) -> {
          resourceName(name, resizing, errors);
          if (!RESIZE_STATES.contains(state)) {
            errors.notSupported(resizing, name, RESIZE_STATES); // upstream shows the name
          }
        });
    FieldPath allocated = path.child("allocatedResources");
    status
        .objectOrEmpty("allocatedResources")
        .forEach((name, value) -> {
          Quantity amount = FieldRules.quantity(value);
          if (resourceName(name, allocated, errors)
              && notNegative(amount, allocated.key(name), errors)) {
            ResourceNames.checkValue("storage", amount, allocated.key(name), errors);
          }
        });
  }

  private static boolean notNegative(Quantity amount, FieldPath path, ErrorList errors) {
    if (amount.value() < 0) {
      errors.invalid(path, amount.value(), "must be a valid resource quantity");
      return false;
    }
    return true;
  }

  /** Of the resources without a domain only storage. */
  private static boolean resourceName(String name, FieldPath path, ErrorList errors) {
    int before = errors.size();
    FieldRules.qualifiedName(name, path, errors);
    if (errors.size() == before && ResourceNames.isNative(name) && !name.equals("storage")) {
      errors.notSupportedInOrder(path, name, List.of("storage"));
    }
    return errors.size() == before;
  }
}
