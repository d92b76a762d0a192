package dev.javernetes.apiserver.admission.policy;

import dev.javernetes.api.cel.Limits;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Values;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.expression.ExpressionException;
import dev.javernetes.apiserver.admission.expression.PolicyPrograms;
import dev.javernetes.apiserver.admission.expression.PolicyRun;
import dev.javernetes.apiserver.admission.expression.Purpose;
import dev.javernetes.apiserver.admission.expression.RequestVariables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** ValidatingAdmissionPolicy: refuses, warns or notes what fails the expressions of a policy. */
public final class ValidatingPolicies implements ValidatingAdmission {
  private static final Map<String, Integer> CODES =
      Map.of("Forbidden", 403, "Unauthorized", 401, "RequestEntityTooLarge", 413);
  private static final String FAILURE_ANNOTATION =
      "validation.policy.admission.k8s.io/validation_failure";

  private final PolicyHooks hooks;
  private final PolicyPrograms programs;
  private final ObjectIndex namespaces;
  private final Authorizer authorizer;

  /**
   * Why a policy refuses.
   *
   * @param index of the expression
   * @param always whether it refuses whatever the binding says to do
   */
  private record Failure(String message, String reason, int index, boolean always) {}

  public ValidatingPolicies(
      PolicyHooks hooks, PolicyPrograms programs, ObjectIndex namespaces, Authorizer authorizer) {
    this.hooks = hooks;
    this.programs = programs;
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
    AuditNotes notes = new AuditNotes();
    for (PolicyHooks.Hook hook : hooks.of(request)) {
      for (Failure failure : failures(hook, request, notes)) {
        ApiException denial = act(hook, failure, request);
        refusal = refusal == null ? denial : refusal;
      }
    }
    notes.publish(request);
    if (refusal != null) {
      throw refusal;
    }
  }

  private List<Failure> failures(
      PolicyHooks.Hook hook, AdmissionRequest request, AuditNotes notes) {
    List<Failure> failures = new ArrayList<>();
    try {
      for (JsonObject parameters : hooks.parameters(hook, request)) {
        RequestVariables variables =
            new RequestVariables(request, hook.resource(), authorizer, parameters, namespaces);
        evaluate(hook, new PolicyRun(programs.of(hook.policy()), variables), failures, notes);
      }
    } catch (ExpressionException misconfigured) {
      if (hook.failsClosed()) {
        failures.add(
            new Failure("failed to configure binding: " + misconfigured.reason(), "", 0, true));
      }
    }
    return failures;
  }

  private static void evaluate(
      PolicyHooks.Hook hook, PolicyRun run, List<Failure> failures, AuditNotes notes) {
    JsonObject spec = hook.spec();
    try {
      List<String> conditions =
          spec.objects("matchConditions").stream().map(one -> one.string("expression")).toList();
      if (!run.matches(conditions)) {
        return;
      }
    } catch (ExpressionException failed) {
      failOrIgnore(hook, failed, 0, failures);
      return;
    }
    PolicyRun.Budget budget = new PolicyRun.Budget(Limits.PER_REQUEST);
    List<Failure> found = new ArrayList<>();
    List<JsonObject> validations = spec.objects("validations");
    for (int i = 0; i < validations.size(); i++) {
      try {
        validation(run, validations.get(i), i, budget, found);
      } catch (ExpressionException failed) {
        if (failed.outOfBudget()) {
          found.clear();
          failOrIgnore(hook, failed, 0, failures);
          return;
        }
        failOrIgnore(hook, failed, i, found);
      }
    }
    failures.addAll(found);
    annotations(hook, run, failures, notes);
  }

  private static void validation(
      PolicyRun run, JsonObject validation, int index, PolicyRun.Budget budget, List<Failure> found)
      throws ExpressionException {
    Object holds = run.evaluate(validation.string("expression"), Purpose.VALIDATION, budget);
    if (!Boolean.TRUE.equals(holds)) {
      String reason = validation.string("reason");
      String message = message(run, validation, budget);
      found.add(new Failure(message, reason.isEmpty() ? "Invalid" : reason, index, false));
    }
  }

  private static String message(PolicyRun run, JsonObject validation, PolicyRun.Budget budget)
      throws ExpressionException {
    String expression = validation.string("messageExpression");
    if (!expression.isEmpty()) {
      try {
        if (run.evaluate(expression, Purpose.MESSAGE, budget) instanceof String said) {
          String text = said.strip();
          boolean usable =
              !text.isEmpty()
                  && text.indexOf('\n') < 0
                  && text.getBytes(StandardCharsets.UTF_8).length <= Limits.MESSAGE_BYTES;
          if (usable) {
            return text;
          }
        }
      } catch (ExpressionException failed) {
        if (failed.outOfBudget()) {
          throw new ExpressionException("failed messageExpression: " + failed.reason());
        }
        // otherwise the message stands
      }
    }
    String message = validation.string("message").strip();
    return message.isEmpty()
        ? "failed expression: " + validation.string("expression").strip()
        : message;
  }

  private static void annotations(
      PolicyHooks.Hook hook, PolicyRun run, List<Failure> failures, AuditNotes notes) {
    PolicyRun.Budget budget = new PolicyRun.Budget(Limits.PER_REQUEST);
    for (JsonObject annotation : hook.spec().objects("auditAnnotations")) {
      String expression = annotation.string("valueExpression").strip();
      try {
        Object value = run.evaluate(expression, Purpose.AUDIT_ANNOTATION, budget);
        if (value instanceof String text) {
          notes.add(hook.policyName(), annotation.string("key"), text.strip());
        } else if (value != NullValue.NULL) {
          throw new ExpressionException(
              "valueExpression '%s' resulted in unsupported return type: %s. Return type must be either string or null."
                  .formatted(expression, Values.typeName(value)));
        }
      } catch (ExpressionException failed) {
        if (hook.failsClosed()) {
          failures.add(new Failure(failed.reason(), "", 0, !failed.outOfBudget()));
        }
        if (failed.outOfBudget()) {
          return;
        }
      }
    }
  }

  private static void failOrIgnore(
      PolicyHooks.Hook hook, ExpressionException failed, int index, List<Failure> failures) {
    if (hook.failsClosed()) {
      failures.add(new Failure(failed.reason(), "", index, false));
    }
  }

  /** What the binding says to do; the refusal, if that is it. */
  private static @Nullable ApiException act(
      PolicyHooks.Hook hook, Failure failure, AdmissionRequest request) {
    String names =
        "ValidatingAdmissionPolicy '%s' with binding '%s'"
            .formatted(hook.policyName(), hook.bindingName());
    String denied = names + " denied request: " + failure.message;
    if (failure.always) {
      return denial(denied, failure, request);
    }
    ApiException refusal = null;
    List<String> actions = hook.bindingSpec().strings("validationActions");
    for (String action : actions) {
      switch (action) {
        case "Deny" -> refusal = denial(denied, failure, request);
        case "Warn" -> request.warn("Validation failed for " + names + ": " + failure.message);
        case "Audit" ->
            request.auditAnnotations().put(FAILURE_ANNOTATION, noted(hook, failure, actions));
        default -> {} // refused when the binding was written
      }
    }
    return refusal;
  }

  private static String noted(PolicyHooks.Hook hook, Failure failure, List<String> actions) {
    return Json.text(
        new ArrayList<Object>(
            List.of(
                JsonObject.of(
                    "message",
                    failure.message,
                    "policy",
                    hook.policyName(),
                    "binding",
                    hook.bindingName(),
                    "expressionIndex",
                    (long) failure.index,
                    "validationActions",
                    new ArrayList<Object>(actions)))));
  }

  private static ApiException denial(String message, Failure failure, AdmissionRequest request) {
    String reason = failure.reason.isEmpty() ? "Invalid" : failure.reason;
    JsonObject status = Denials.forbidden(request, message).status().deepCopy();
    status.put("reason", reason);
    status.put("code", (long) Objects.requireNonNull(CODES.getOrDefault(reason, 422)));
    status
        .ensureObject("details")
        .put("causes", new ArrayList<Object>(List.of(JsonObject.of("message", message))));
    return new ApiException(status);
  }
}
