package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.webhook.MatchConditions;
import dev.javernetes.apiserver.cel.CelValues;
import dev.javernetes.apiserver.cel.Expression;
import dev.javernetes.apiserver.cel.ExpressionException;
import dev.javernetes.apiserver.cel.LazyVariables;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a policy's expressions see of one request with one set of parameters. */
final class PolicyContext {
  private final Expressions expressions;
  private final Map<String, Object> variables;

  private PolicyContext(Expressions expressions, Map<String, Object> variables) {
    this.expressions = expressions;
    this.variables = variables;
  }

  static PolicyContext of(
      Expressions expressions,
      JsonObject policySpec,
      @Nullable JsonObject parameters,
      GroupVersionResource resource,
      AdmissionRequest request,
      ObjectIndex namespaces,
      Authorizer authorizer) {
    Map<String, Object> variables = MatchConditions.variables(resource, request, authorizer);
    variables.put("params", CelValues.of(parameters));
    boolean namespaced = !request.namespace().isEmpty() && !request.is("", "namespaces");
    variables.put(
        "namespaceObject",
        CelValues.of(namespaced ? namespaceObject(namespaces, request.namespace()) : null));
    LazyVariables lazy = new LazyVariables();
    variables.put("variables", lazy);
    PolicyContext context = new PolicyContext(expressions, variables);
    for (JsonObject variable : policySpec.objects("variables")) {
      String text = variable.string("expression");
      lazy.define(
          variable.string("name"), () -> expressions.policy(text).evaluate(context.variables));
    }
    return context;
  }

  /** What the expression yields; the message says which one failed and why. */
  Object evaluate(String text) throws ExpressionException {
    Expression expression;
    try {
      expression = expressions.policy(text);
    } catch (ExpressionException bad) {
      throw new ExpressionException("compilation error: " + bad.getMessage());
    }
    try {
      return expression.evaluate(variables);
    } catch (ExpressionException failed) {
      throw new ExpressionException(
          "expression '%s' resulted in error: %s".formatted(text, failed.getMessage()));
    }
  }

  /** Whether all match conditions hold. One that is false outweighs one that fails. */
  boolean conditionsHold(JsonObject policySpec) throws ExpressionException {
    ExpressionException first = null;
    for (JsonObject condition : policySpec.objects("matchConditions")) {
      try {
        if (!Boolean.TRUE.equals(evaluate(condition.string("expression")))) {
          return false;
        }
      } catch (ExpressionException failed) {
        first = first == null ? failed : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return true;
  }

  /** Expressions see of a namespace what says what it is, not who wrote it. */
  private static @Nullable JsonObject namespaceObject(ObjectIndex namespaces, String name) {
    JsonObject namespace = namespaces.get("", name);
    if (namespace == null) {
      return null;
    }
    JsonObject shown = new JsonObject(namespace);
    JsonObject metadata = new JsonObject(namespace.objectOrEmpty("metadata"));
    metadata.remove("managedFields");
    metadata.remove("ownerReferences");
    shown.put("metadata", metadata);
    return shown;
  }
}
