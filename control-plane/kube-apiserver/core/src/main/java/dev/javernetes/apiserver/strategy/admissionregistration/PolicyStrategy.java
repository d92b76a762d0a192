package dev.javernetes.apiserver.strategy.admissionregistration;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.StatusOnly;
import dev.javernetes.apiserver.strategy.admissionregistration.ExpressionCheck.Yields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** ValidatingAdmissionPolicy and MutatingAdmissionPolicy. */
final class PolicyStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
  private static final int MAX_AUDIT_ANNOTATIONS = 20;
  private static final int MAX_VALUE_EXPRESSION_BYTES = 5 * 1024;
  private static final String NON_EMPTY = "must be non-empty if specified";
  private static final List<String> REASONS =
      List.of("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized");

  private final boolean validating;
  private final ExpressionCheck expressions;

  PolicyStrategy(boolean validating, ExpressionCheck expressions) {
    this.validating = validating;
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
  public void applyDefaults(JsonObject policy) {
    JsonObject spec = policy.ensureObject("spec");
    FieldRules.defaultIfAbsent(spec, "failurePolicy", "Fail");
    JsonObject match = spec.object("matchConstraints");
    if (match != null) {
      MatchResourcesRules.applyDefaults(match);
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject policy) {
    if (validating) {
      policy.put("status", new JsonObject());
    } else {
      policy.remove("status");
    }
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject policy, JsonObject old) {
    StatusOnly.restore(policy, "status", old.get("status"));
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return validating && name.equals("status")
        ? StatusOnly.of(StatusOnly.Check.NONE).looking(MetadataCheck.NOTHING)
        : null;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject policy, ErrorList errors) {
    JsonObject spec = policy.objectOrEmpty("spec");
    FieldRules.oneOf(
        spec.string("failurePolicy"),
        List.of("Fail", "Ignore"),
        SPEC.child("failurePolicy"),
        errors);
    JsonObject parameters = spec.object("paramKind");
    if (parameters != null) {
      validateParameterKind(parameters, SPEC.child("paramKind"), errors);
    }
    JsonObject match = spec.object("matchConstraints");
    FieldPath matchPath = SPEC.child("matchConstraints");
    if (match == null) {
      errors.required(matchPath, "");
    } else {
      MatchResourcesRules.validate(match, matchPath, errors);
      if (match.objects("resourceRules").isEmpty()) {
        errors.required(matchPath.child("resourceRules"), "");
      }
    }
    ExpressionCheck.Checked check = expressions.of(spec);
    MatchConditionRules.validate(
        spec.objects("matchConditions"), SPEC.child("matchConditions"), check, errors);
    validateVariables(spec, check, errors);
    if (validating) {
      validateValidations(policy, spec, check, errors);
    } else {
      validateMutations(spec, check, errors);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject policy, JsonObject old, ErrorList errors) {
    if (!FieldRules.same(policy.get("spec"), old.get("spec"))) {
      validateCreate(context, policy, errors);
    }
  }

  private static void validateParameterKind(
      JsonObject parameters, FieldPath path, ErrorList errors) {
    String version = parameters.string("apiVersion");
    if (version.isEmpty()) {
      errors.required(path.child("apiVersion"), "");
    } else {
      int slash = version.indexOf('/');
      String group = slash < 0 ? "" : version.substring(0, slash);
      String label = version.substring(slash + 1);
      if (!group.isEmpty() && !NameFormats.isDnsSubdomain(group)) {
        errors.invalid(
            path.child("apiVersion"), group, String.join(",", NameFormats.dnsSubdomain(group)));
      }
      if (label.isEmpty()) {
        errors.invalid(path.child("apiVersion"), version, "version must be specified");
      } else if (!NameFormats.dns1035Label(label).isEmpty()) {
        errors.invalid(
            path.child("apiVersion"), label, String.join(",", NameFormats.dns1035Label(label)));
      }
    }
    String kind = parameters.string("kind");
    if (kind.isEmpty()) {
      errors.required(path.child("kind"), "");
    } else {
      List<String> problems = NameFormats.dns1035Label(kind.toLowerCase(Locale.ROOT));
      if (!problems.isEmpty()) {
        errors.invalid(
            path.child("kind"),
            kind,
            "may have mixed case, but should otherwise match: " + String.join(",", problems));
      }
    }
  }

  private static void validateVariables(
      JsonObject spec, ExpressionCheck.Checked check, ErrorList errors) {
    List<JsonObject> variables = spec.objects("variables");
    for (int i = 0; i < variables.size(); i++) {
      FieldPath path = SPEC.child("variables").index(i);
      String name = variables.get(i).string("name");
      if (name.isBlank()) {
        errors.required(path.child("name"), "name is not specified");
      } else if (!IDENTIFIER.matcher(name).matches()) {
        errors.invalid(path.child("name"), name, "must be a valid CEL identifier");
      }
      String expression = variables.get(i).string("expression");
      if (expression.isBlank()) {
        errors.required(path.child("expression"), "expression is not specified");
      } else {
        String problem = check.variableProblem(i);
        if (!problem.isEmpty()) {
          errors.invalid(path.child("expression"), expression, problem);
        }
      }
    }
  }

  private static void validateValidations(
      JsonObject policy, JsonObject spec, ExpressionCheck.Checked check, ErrorList errors) {
    List<JsonObject> validations = spec.objects("validations");
    List<JsonObject> annotations = spec.objects("auditAnnotations");
    if (validations.isEmpty() && annotations.isEmpty()) {
      String why = "validations or auditAnnotations must contain at least one item";
      errors.required(SPEC.child("validations"), why);
      errors.required(SPEC.child("auditAnnotations"), why);
      return;
    }
    for (int i = 0; i < validations.size(); i++) {
      validateValidation(validations.get(i), check, SPEC.child("validations").index(i), errors);
    }
    FieldPath path = SPEC.child("auditAnnotations");
    if (annotations.size() > MAX_AUDIT_ANNOTATIONS) {
      errors.invalid(
          path,
          spec.get("auditAnnotations"),
          "must not have more than " + MAX_AUDIT_ANNOTATIONS + " auditAnnotations");
    }
    String name = policy.objectOrEmpty("metadata").string("name");
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < annotations.size(); i++) {
      String key = annotations.get(i).string("key");
      FieldPath here = path.index(i);
      if (name.isEmpty()) {
        errors.invalid(here.child("key"), key, "requires metadata.name be non-empty");
      } else {
        FieldRules.qualifiedName(name + "/" + key, here.child("key"), errors);
      }
      valueExpression(annotations.get(i), check, here.child("valueExpression"), errors);
      if (!keys.add(key)) {
        errors.duplicate(here.child("key"), key);
      }
    }
  }

  private static void valueExpression(
      JsonObject annotation, ExpressionCheck.Checked check, FieldPath path, ErrorList errors) {
    String given = annotation.string("valueExpression");
    String expression = given.strip();
    if (expression.isEmpty()) {
      errors.required(path, "valueExpression is not specified");
    } else if (expression.length() > MAX_VALUE_EXPRESSION_BYTES) {
      errors.required(path, "must not exceed " + MAX_VALUE_EXPRESSION_BYTES + " bytes in length");
    } else {
      String problem = check.problem(expression, Yields.AUDIT_ANNOTATION);
      if (!problem.isEmpty()) {
        errors.invalid(path, given, problem);
      }
    }
  }

  private static void validateValidation(
      JsonObject validation, ExpressionCheck.Checked check, FieldPath path, ErrorList errors) {
    String expression = validation.string("expression");
    if (expression.isBlank()) {
      errors.required(path.child("expression"), "expression is not specified");
    } else {
      check(check, expression, Yields.VALIDATION, path.child("expression"), errors);
    }
    String messageExpression = validation.string("messageExpression");
    if (!messageExpression.isEmpty() && messageExpression.isBlank()) {
      errors.invalid(path.child("messageExpression"), messageExpression, NON_EMPTY);
    } else if (!messageExpression.isEmpty()) {
      check(check, messageExpression, Yields.MESSAGE, path.child("messageExpression"), errors);
    }
    String message = validation.string("message");
    String trimmed = message.strip();
    if (!message.isEmpty() && trimmed.isEmpty()) {
      errors.invalid(path.child("message"), message, NON_EMPTY);
    } else if (hasNewline(trimmed)) {
      errors.invalid(path.child("message"), message, "must not contain line breaks");
    } else if (hasNewline(expression.strip()) && message.isEmpty()) {
      errors.required(
          path.child("message"), "message must be specified if expression contains line breaks");
    }
    String reason = validation.stringOrNull("reason");
    if (reason != null && !REASONS.contains(reason)) {
      errors.notSupported(path.child("reason"), reason, REASONS);
    }
  }

  private static void validateMutations(
      JsonObject spec, ExpressionCheck.Checked check, ErrorList errors) {
    FieldPath path = SPEC.child("mutations");
    List<JsonObject> mutations = spec.objects("mutations");
    if (mutations.isEmpty()) {
      errors.required(path, "mutations must contain at least one item");
    }
    for (int i = 0; i < mutations.size(); i++) {
      JsonObject mutation = mutations.get(i);
      FieldPath here = path.index(i);
      String type = mutation.string("patchType");
      FieldRules.oneOf(
          type, List.of("ApplyConfiguration", "JSONPatch"), here.child("patchType"), errors);
      String own = type.equals("JSONPatch") ? "jsonPatch" : "applyConfiguration";
      String other = type.equals("JSONPatch") ? "applyConfiguration" : "jsonPatch";
      if (type.isEmpty()) {
        continue;
      }
      JsonObject body = mutation.object(own);
      if (body == null) {
        errors.required(here.child(own), "must be specified when patchType is " + type);
      } else {
        String expression = body.string("expression");
        FieldPath expressionPath = here.child(own, "expression");
        if (expression.isBlank()) {
          errors.required(expressionPath, "expression is not specified");
        } else {
          check(
              check,
              expression.strip(),
              type.equals("JSONPatch") ? Yields.JSON_PATCH : Yields.APPLY_CONFIGURATION,
              expressionPath,
              errors);
        }
      }
      if (mutation.has(other)) {
        errors.invalid(
            here.child(other),
            "{" + other + "}",
            "must not be specified when patchType is " + type);
      }
    }
    FieldRules.oneOf(
        spec.string("reinvocationPolicy"),
        List.of("IfNeeded", "Never"),
        SPEC.child("reinvocationPolicy"),
        errors);
  }

  private static void check(
      ExpressionCheck.Checked check,
      String expression,
      Yields yields,
      FieldPath path,
      ErrorList errors) {
    String problem = check.problem(expression, yields);
    if (!problem.isEmpty()) {
      errors.invalid(path, expression, problem);
    }
  }

  private static boolean hasNewline(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }
}
