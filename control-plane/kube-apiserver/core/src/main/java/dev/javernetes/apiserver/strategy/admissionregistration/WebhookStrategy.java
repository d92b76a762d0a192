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

/** ValidatingWebhookConfiguration and MutatingWebhookConfiguration. */
final class WebhookStrategy implements Strategy {
  private static final List<String> VERSIONS = List.of("v1", "v1beta1");
  private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");

  private final boolean mutating;
  private final ExpressionCheck expressions;

  WebhookStrategy(boolean mutating, ExpressionCheck expressions) {
    this.mutating = mutating;
    this.expressions = expressions;
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
  public void applyDefaults(JsonObject configuration) {
    for (JsonObject webhook : configuration.objects("webhooks")) {
      FieldRules.defaultIfAbsent(webhook, "failurePolicy", "Fail");
      FieldRules.defaultIfAbsent(webhook, "matchPolicy", "Equivalent");
      FieldRules.defaultIfAbsent(webhook, "namespaceSelector", new JsonObject());
      FieldRules.defaultIfAbsent(webhook, "objectSelector", new JsonObject());
      FieldRules.defaultIfAbsent(webhook, "timeoutSeconds", 10L);
      if (mutating) {
        FieldRules.defaultIfAbsent(webhook, "reinvocationPolicy", "Never");
      }
      RuleRules.applyDefaults(webhook.objects("rules"));
      WebhookClientRules.applyDefaults(webhook.objectOrEmpty("clientConfig"));
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject configuration, ErrorList errors) {
    List<JsonObject> webhooks = configuration.objects("webhooks");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < webhooks.size(); i++) {
      FieldPath path = FieldPath.of("webhooks").index(i);
      JsonObject webhook = webhooks.get(i);
      validate(webhook, path, errors);
      validateVersions(webhook, path.child("admissionReviewVersions"), errors);
      String name = webhook.string("name");
      if (!name.isEmpty() && !names.add(name)) {
        errors.duplicate(path.child("name"), name);
      }
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject configuration, JsonObject old, ErrorList errors) {
    validateCreate(context, configuration, errors);
  }

  private void validate(JsonObject webhook, FieldPath path, ErrorList errors) {
    validateName(webhook.string("name"), path.child("name"), errors);
    List<JsonObject> rules = webhook.objects("rules");
    for (int i = 0; i < rules.size(); i++) {
      RuleRules.validate(rules.get(i), path.child("rules").index(i), errors);
    }
    oneOf(webhook, "failurePolicy", List.of("Fail", "Ignore"), path, errors);
    oneOf(webhook, "matchPolicy", List.of("Equivalent", "Exact"), path, errors);
    String effects = webhook.stringOrNull("sideEffects");
    if (effects == null) {
      errors.required(
          path.child("sideEffects"), "must specify one of " + String.join(", ", SIDE_EFFECTS));
    } else if (!SIDE_EFFECTS.contains(effects)) {
      errors.notSupported(path.child("sideEffects"), effects, SIDE_EFFECTS);
    }
    long timeout = webhook.integer("timeoutSeconds", 10);
    if (timeout < 1 || timeout > 30) {
      errors.invalid(
          path.child("timeoutSeconds"),
          timeout,
          "the timeout value must be between 1 and 30 seconds");
    }
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      FieldRules.labelSelector(webhook.object(selector), path.child(selector), errors);
    }
    if (mutating) {
      oneOf(webhook, "reinvocationPolicy", List.of("IfNeeded", "Never"), path, errors);
    }
    WebhookClientRules.validate(
        webhook.objectOrEmpty("clientConfig"), path.child("clientConfig"), errors);
    MatchConditionRules.validate(
        webhook.objects("matchConditions"),
        path.child("matchConditions"),
        expressions.of(new JsonObject()),
        errors);
  }

  private static void validateName(String name, FieldPath path, ErrorList errors) {
    if (name.isEmpty()) {
      errors.required(path, "");
      return;
    }
    List<String> problems = NameFormats.dnsSubdomain(name);
    if (!problems.isEmpty()) {
      FieldRules.invalid(problems, path, name, errors);
    } else if (name.split("\\.", -1).length < 3) {
      errors.invalid(
          path, name, "should be a domain with at least three segments separated by dots");
    }
  }

  private static void oneOf(
      JsonObject webhook, String field, List<String> supported, FieldPath path, ErrorList errors) {
    String value = webhook.stringOrNull(field);
    if (value != null && !supported.contains(value)) {
      errors.notSupported(path.child(field), value, supported);
    }
  }

  private static void validateVersions(JsonObject webhook, FieldPath path, ErrorList errors) {
    List<String> versions = webhook.strings("admissionReviewVersions");
    if (versions.isEmpty()) {
      errors.required(path, "must specify one of " + String.join(", ", VERSIONS));
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < versions.size(); i++) {
      String version = versions.get(i);
      if (!seen.add(version)) {
        errors.invalid(path.index(i), version, "duplicate version");
        continue;
      }
      FieldRules.invalid(NameFormats.dns1035Label(version), path.index(i), version, errors);
    }
    if (VERSIONS.stream().noneMatch(versions::contains)) {
      errors.invalid(
          path,
          webhook.get("admissionReviewVersions"),
          "must include at least one of " + String.join(", ", VERSIONS));
    }
  }
}
