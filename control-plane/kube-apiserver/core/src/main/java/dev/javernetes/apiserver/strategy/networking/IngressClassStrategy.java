package dev.javernetes.apiserver.strategy.networking;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;

/** IngressClass. */
final class IngressClassStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final int CONTROLLER_LIMIT = 250;

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void applyDefaults(JsonObject ingressClass) {
    JsonObject parameters = ingressClass.objectOrEmpty("spec").object("parameters");
    if (parameters != null) {
      FieldRules.defaultIfAbsent(parameters, "scope", "Cluster");
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject ingressClass, ErrorList errors) {
    JsonObject spec = ingressClass.objectOrEmpty("spec");
    String controller = spec.string("controller");
    if (controller.length() > CONTROLLER_LIMIT) {
      errors.tooLong(SPEC.child("controller"), CONTROLLER_LIMIT);
    }
    DomainPath.validate(controller, SPEC.child("controller"), errors);
    JsonObject parameters = spec.object("parameters");
    if (parameters != null) {
      validateParameters(parameters, SPEC.child("parameters"), errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject ingressClass, JsonObject old, ErrorList errors) {
    FieldRules.immutable(
        ingressClass.objectOrEmpty("spec").get("controller"),
        old.objectOrEmpty("spec").get("controller"),
        SPEC.child("controller"),
        errors);
    validateCreate(context, ingressClass, errors);
  }

  private static void validateParameters(JsonObject parameters, FieldPath path, ErrorList errors) {
    ObjectReferences.validate(parameters, path, errors);
    String scope = parameters.stringOrNull("scope");
    if (scope == null) {
      errors.required(path.child("scope"), "");
      return;
    }
    String namespace = parameters.stringOrNull("namespace");
    switch (scope) {
      case "Namespace" -> {
        if (namespace == null) {
          errors.required(path.child("namespace"), "`parameters.scope` is set to 'Namespace'");
        } else {
          FieldRules.invalid(
              NameFormats.dnsLabel(namespace), path.child("namespace"), namespace, errors);
        }
      }
      case "Cluster" -> {
        if (namespace != null) {
          errors.forbidden(path.child("namespace"), "`parameters.scope` is set to 'Cluster'");
        }
      }
      default -> errors.notSupported(path.child("scope"), scope, List.of("Cluster", "Namespace"));
    }
  }
}
