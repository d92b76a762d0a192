package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.apiserver.registry.Strategy;

/** Webhook configurations, admission policies and their bindings, validating and mutating. */
public final class AdmissionStrategies {
  public static final Strategy VALIDATING_BINDING = new PolicyBindingStrategy(true);
  public static final Strategy MUTATING_BINDING = new PolicyBindingStrategy(false);

  private AdmissionStrategies() {}

  /** {@code expressions} compiles the CEL in match conditions. */
  public static Strategy validatingWebhooks(ExpressionCheck expressions) {
    return new WebhookStrategy(false, expressions);
  }

  public static Strategy mutatingWebhooks(ExpressionCheck expressions) {
    return new WebhookStrategy(true, expressions);
  }

  /** {@code expressions} compiles the CEL in policies. */
  public static Strategy validatingPolicy(ExpressionCheck expressions) {
    return new PolicyStrategy(true, expressions);
  }

  public static Strategy mutatingPolicy(ExpressionCheck expressions) {
    return new PolicyStrategy(false, expressions);
  }
}
