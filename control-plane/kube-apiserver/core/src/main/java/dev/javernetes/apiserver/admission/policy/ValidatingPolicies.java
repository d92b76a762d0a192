package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.cel.ExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** ValidatingAdmissionPolicy: refuses, warns or notes what fails the expressions of a policy. */
public final class ValidatingPolicies implements ValidatingAdmission {
  private static final Map<String, Integer> CODES =
      Map.of("Forbidden", 403, "Unauthorized", 401, "RequestEntityTooLarge", 413);

  private final PolicyHooks hooks;
  private final Expressions expressions;
  private final ObjectIndex namespaces;
  private final Authorizer authorizer;

  /** Why an expression refuses. */
  private record Failure(String message, String reason) {}

  public ValidatingPolicies(
      PolicyHooks hooks, Expressions expressions, ObjectIndex namespaces, Authorizer authorizer) {
    this.hooks = hooks;
    this.expressions = expressions;
    this.namespaces = namespaces;
    this.authorizer = authorizer;
  }

  @Override
  public boolean handles(Operation operation) {
    return true;
  }

  @Override
  public void validate(AdmissionRequest request) {
    ApiException refusal = null;
    for (PolicyHooks.Hook hook : hooks.of(request)) {
      for (Failure failure : failures(hook, request)) {
        ApiException denial = act(hook, failure, request);
        refusal = refusal == null ? denial : refusal;
      }
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  private List<Failure> failures(PolicyHooks.Hook hook, AdmissionRequest request) {
    List<Failure> failures = new ArrayList<>();
    try {
      for (JsonObject parameters : hooks.parameters(hook, request)) {
        evaluate(hook, parameters, request, failures);
      }
    } catch (ExpressionException misconfigured) {
      failOrIgnore(hook, "failed to configure binding: " + misconfigured.getMessage(), failures);
    }
    return failures;
  }

  private void evaluate(
      PolicyHooks.Hook hook,
      @Nullable JsonObject parameters,
      AdmissionRequest request,
      List<Failure> failures) {
    JsonObject spec = hook.spec();
    PolicyContext context =
        PolicyContext.of(
            expressions, spec, parameters, hook.resource(), request, namespaces, authorizer);
    try {
      if (!context.conditionsHold(spec)) {
        return;
      }
    } catch (ExpressionException failed) {
      failOrIgnore(hook, String.valueOf(failed.getMessage()), failures);
      return;
    }
    for (JsonObject validation : spec.objects("validations")) {
      try {
        if (!Boolean.TRUE.equals(context.evaluate(validation.string("expression")))) {
          String reason = validation.string("reason");
          failures.add(
              new Failure(message(validation, context), reason.isEmpty() ? "Invalid" : reason));
        }
      } catch (ExpressionException failed) {
        failOrIgnore(hook, String.valueOf(failed.getMessage()), failures);
      }
    }
    for (JsonObject annotation : spec.objects("auditAnnotations")) {
      try {
        if (context.evaluate(annotation.string("valueExpression").strip()) instanceof String value
            && !value.isBlank()) {
          request
              .auditAnnotations()
              .put(hook.policyName() + "/" + annotation.string("key"), value.strip());
        }
      } catch (ExpressionException failed) {
        failOrIgnore(hook, String.valueOf(failed.getMessage()), failures);
      }
    }
  }

  private static void failOrIgnore(PolicyHooks.Hook hook, String message, List<Failure> failures) {
    if (hook.failsClosed()) {
      failures.add(new Failure(message, "Invalid"));
    }
  }

  private static String message(JsonObject validation, PolicyContext context) {
    String expression = validation.string("messageExpression").strip();
    if (!expression.isEmpty()) {
      try {
        if (context.evaluate(expression) instanceof String text
            && !text.isBlank()
            && text.indexOf('\n') < 0) {
          return text.strip();
        }
      } catch (ExpressionException failed) {
        // upstream logs it and goes on to the message
      }
    }
    String message = validation.string("message").strip();
    return message.isEmpty()
        ? "failed expression: " + validation.string("expression").strip()
        : message;
  }

  /** What the binding says to do; the refusal, if that is it. */
  private static @Nullable ApiException act(
      PolicyHooks.Hook hook, Failure failure, AdmissionRequest request) {
    String names =
        "ValidatingAdmissionPolicy '%s' with binding '%s'"
            .formatted(hook.policyName(), hook.bindingName());
    ApiException refusal = null;
    for (String action : hook.bindingSpec().strings("validationActions")) {
      switch (action) {
        case "Deny" ->
            refusal = denial(names + " denied request: " + failure.message, failure, request);
        case "Warn" -> request.warn("Validation failed for " + names + ": " + failure.message);
        case "Audit" ->
            request
                .auditAnnotations()
                .put(
                    "validation.policy.admission.k8s.io/validation_failure",
                    names + ": " + failure.message);
        default -> {} // refused when the binding was written
      }
    }
    return refusal;
  }

  private static ApiException denial(String message, Failure failure, AdmissionRequest request) {
    JsonObject status = Denials.forbidden(request, message).status().deepCopy();
    status.put("reason", failure.reason);
    status.put("code", (long) Objects.requireNonNull(CODES.getOrDefault(failure.reason, 422)));
    status
        .ensureObject("details")
        .put("causes", new ArrayList<Object>(List.of(JsonObject.of("message", message))));
    return new ApiException(status);
  }
}
