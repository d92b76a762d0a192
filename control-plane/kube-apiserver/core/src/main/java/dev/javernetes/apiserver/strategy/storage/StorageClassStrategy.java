package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import java.util.Locale;

/** Storage classes. */
public final class StorageClassStrategy implements Strategy {
  private static final int PARAMETERS = 512;
  private static final int PARAMETERS_SIZE = 256 << 10;

  @Override
  public void applyDefaults(JsonObject storageClass) {
    FieldRules.defaultIfAbsent(storageClass, "reclaimPolicy", "Delete");
    FieldRules.defaultIfAbsent(storageClass, "volumeBindingMode", "Immediate");
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject storageClass, ErrorList errors) {
    provisioner(storageClass.string("provisioner"), FieldPath.of("provisioner"), errors);
    parameters(storageClass.objectOrEmpty("parameters"), true, errors);
    String reclaim = storageClass.string("reclaimPolicy");
    if (!reclaim.isEmpty()) {
      FieldRules.supported(
          reclaim, List.of("Delete", "Retain"), FieldPath.of("reclaimPolicy"), errors);
    }
    FieldRules.supported(
        storageClass.string("volumeBindingMode"),
        List.of("Immediate", "WaitForFirstConsumer"),
        FieldPath.of("volumeBindingMode"),
        errors);
    TopologyTerms.validate(
        storageClass.objects("allowedTopologies"), FieldPath.of("allowedTopologies"), errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject storageClass) {
    return TopologyTerms.warnings(
        storageClass.objects("allowedTopologies"), FieldPath.of("allowedTopologies"));
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject storageClass, JsonObject old) {
    return warningsOnCreate(context, storageClass);
  }

  static void provisioner(String name, FieldPath path, ErrorList errors) {
    if (name.isEmpty()) {
      errors.required(path, "");
    } else {
      FieldRules.qualifiedName(name.toLowerCase(Locale.ROOT), path, errors);
    }
  }

  static void parameters(JsonObject parameters, boolean mayBeEmpty, ErrorList errors) {
    FieldPath path = FieldPath.of("parameters");
    if (parameters.size() > PARAMETERS) {
      errors.tooLong(path, PARAMETERS);
      return;
    }
    int size = 0;
    for (String name : parameters.keySet()) {
      if (name.isEmpty()) {
        errors.invalid(path, name, "field can not be empty.");
      }
      size += name.length() + parameters.string(name).length();
    }
    if (size > PARAMETERS_SIZE) {
      errors.tooLong(path, PARAMETERS_SIZE);
    }
    if (!mayBeEmpty && parameters.isEmpty()) {
      errors.required(path, "must contain at least one key/value pair");
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject storageClass, JsonObject old, ErrorList errors) {
    validateCreate(context, storageClass, errors);
    for (String field :
        List.of("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")) {
      FieldRules.immutable(storageClass.get(field), old.get(field), FieldPath.of(field), errors);
    }
  }
}
