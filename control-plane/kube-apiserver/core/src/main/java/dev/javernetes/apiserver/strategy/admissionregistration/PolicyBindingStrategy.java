package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** ValidatingAdmissionPolicyBinding and MutatingAdmissionPolicyBinding. */
final class PolicyBindingStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

  private final boolean validating;

  PolicyBindingStrategy(boolean validating) {
    this.validating = validating;
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject object) {
    return StaticSuffix.warnings(object);
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    return StaticSuffix.warnings(object);
  }

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GENERIC);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE_GENERIC);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void applyDefaults(JsonObject binding) {
    JsonObject match = binding.objectOrEmpty("spec").object("matchResources");
    if (match != null) {
      MatchResourcesRules.applyDefaults(match);
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject binding, ErrorList errors) {
    JsonObject spec = binding.objectOrEmpty("spec");
    FieldRules.requiredSubdomain(spec.string("policyName"), SPEC.child("policyName"), errors);
    JsonObject parameters = spec.object("paramRef");
    if (parameters != null) {
      validateParameters(parameters, SPEC.child("paramRef"), errors);
    }
    JsonObject match = spec.object("matchResources");
    if (match != null) {
      MatchResourcesRules.validate(match, SPEC.child("matchResources"), errors);
    }
    if (validating) {
      validateActions(spec, SPEC.child("validationActions"), errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject binding, JsonObject old, ErrorList errors) {
    validateCreate(context, binding, errors);
  }

  private static void validateParameters(JsonObject parameters, FieldPath path, ErrorList errors) {
    String name = parameters.string("name");
    JsonObject selector = parameters.object("selector");
    if (!name.isEmpty()) {
      FieldRules.invalid(NameFormats.pathSegment(name), path.child("name"), name, errors);
      if (selector != null) {
        errors.forbidden(path.child("name"), "name and selector are mutually exclusive");
      }
    }
    if (selector != null) {
      FieldRules.labelSelector(selector, path.child("selector"), errors);
      if (!name.isEmpty()) {
        errors.forbidden(path.child("selector"), "name and selector are mutually exclusive");
      }
    }
    if (name.isEmpty() && selector == null) {
      errors.required(path, "one of name or selector must be specified");
    }
    FieldRules.oneOf(
        parameters.string("parameterNotFoundAction"),
        List.of("Deny", "Allow"),
        path.child("parameterNotFoundAction"),
        errors);
  }

  private static void validateActions(JsonObject spec, FieldPath path, ErrorList errors) {
    List<String> actions = spec.strings("validationActions");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < actions.size(); i++) {
      if (!ACTIONS.contains(actions.get(i))) {
        errors.notSupported(path.index(i), actions.get(i), ACTIONS);
      }
      if (!seen.add(actions.get(i))) {
        errors.duplicate(path.index(i), actions.get(i));
      }
    }
    if (seen.contains("Deny") && seen.contains("Warn")) {
      errors.invalid(
          path,
          spec.get("validationActions"),
          "must not contain both Deny and Warn (repeating the same validation failure information"
              + " in the API response and headers serves no purpose)");
    }
    if (actions.isEmpty()) {
      errors.required(path, "at least one validation action is required");
    }
  }
}
