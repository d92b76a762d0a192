package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.cel.Compiled;
import dev.javernetes.api.cel.Limits;
import dev.javernetes.api.cel.eval.Activation;
import dev.javernetes.api.cel.eval.Program;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.JsonTypedSchema;
import dev.javernetes.api.cel.types.TypedValues;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.customresources.rules.ObjectRules.Budget;
import dev.javernetes.apiserver.customresources.rules.ObjectRules.Findings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The rules that stand at one part of a schema; they are compiled when first needed. */
final class NodeRules {
  private static final String OUT_OF_BUDGET =
      "validation failed due to running out of cost budget, no further validation rules will be"
          + " run";

  private final JsonObject ruled;
  private final JsonTypedSchema typed;
  private final String typeName;
  private final @Nullable DeclaredType type;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable List<CompiledRule> compiled;

  NodeRules(JsonObject ruled, JsonObject schema, @Nullable DeclaredType type) {
    this.ruled = ruled;
    this.typed = new JsonTypedSchema(schema);
    this.typeName = schema.string("type");
    this.type = type;
  }

  /** What one value's rules are evaluated with. */
  private record Evaluation(
      Activation plain,
      Activation optional,
      Object value,
      FieldPath path,
      boolean unchanged,
      Findings findings) {}

  void validate(
      Object value, @Nullable Object old, FieldPath path, Ratchet ratchet, Findings findings) {
    if (ruled.objects(Rule.KEYWORD).isEmpty()) {
      return;
    }
    if (type == null) {
      add(
          findings,
          FieldError.Type.INVALID,
          path,
          typeName,
          "rule compiler initialization error: failed to convert to declType for CEL validation"
              + " rules");
      return;
    }
    if (findings.budget().left() <= 0) {
      add(findings, FieldError.Type.INVALID, path, typeName, OUT_OF_BUDGET);
      findings.budget().end();
      return;
    }
    Object self = TypedValues.of(value, typed);
    Object oldSelf = old == null ? null : TypedValues.of(old, typed);
    Opt optionalOldSelf = oldSelf == null ? Opt.NONE : Opt.of(oldSelf);
    Evaluation evaluation =
        new Evaluation(
            name -> variable(name, self, oldSelf),
            name -> variable(name, self, optionalOldSelf),
            value,
            path,
            ratchet.unchanged(),
            findings);
    for (CompiledRule rule : compiled(type)) {
      if (findings.budget().spent()) {
        return;
      }
      if (!rule.error().isEmpty()) {
        add(
            findings,
            FieldError.Type.INVALID,
            path,
            typeName,
            "rule compile error: " + rule.error());
      } else if (rule.program() != null
          // transition rules need something to compare with
          && !(rule.usesOldSelf() && old == null && !rule.rule().oldSelfIsOptional())) {
        evaluate(rule, rule.program(), evaluation);
      }
    }
  }

  private static @Nullable Object variable(String name, Object self, @Nullable Object oldSelf) {
    return switch (name) {
      case RuleCompiler.SELF -> self;
      case RuleCompiler.OLD_SELF -> oldSelf;
      default -> null;
    };
  }

  private List<CompiledRule> compiled(DeclaredType of) {
    List<CompiledRule> known = compiled;
    if (known != null) {
      return known;
    }
    lock.lock();
    try {
      known = compiled;
      if (known == null) {
        known = new RuleCompiler(ruled, of).compile();
        compiled = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  private void evaluate(CompiledRule compiledRule, Compiled program, Evaluation at) {
    Rule rule = compiledRule.rule();
    Budget budget = at.findings.budget();
    Program.Outcome outcome =
        program.evaluate(rule.oldSelfIsOptional() ? at.optional : at.plain, Limits.PER_CALL);
    if (outcome.cost() > budget.left()) {
      add(at.findings, FieldError.Type.INVALID, at.path, typeName, OUT_OF_BUDGET);
      budget.end();
      return;
    }
    budget.spend(outcome.cost());
    if (outcome.failed()) {
      String failure = outcome.failure();
      String text;
      if (failure.startsWith("no such overload")) {
        text =
            "'%s': call arguments did not match a supported operator, function or macro signature"
                    .formatted(failure)
                + " for rule: "
                + rule.shown();
      } else if (outcome.exceeded()) {
        text =
            "'%s': no further validation rules will be run due to call cost exceeds limit for rule:"
                    .formatted(failure)
                + " "
                + rule.shown();
        budget.end();
      } else {
        text = failure + " evaluating rule: " + rule.shown();
      }
      add(at.findings, FieldError.Type.INVALID, at.path, typeName, text);
      return;
    }
    if (!Boolean.TRUE.equals(outcome.value())) {
      refuse(compiledRule, at);
    }
  }

  private void refuse(CompiledRule compiledRule, Evaluation at) {
    FieldPath path = compiledRule.path().isEmpty() ? at.path : at.path.child(compiledRule.path());
    Rule rule = compiledRule.rule();
    String detail = rule.failureMessage();
    if (compiledRule.messageProgram() != null) {
      MessageText message = MessageText.of(compiledRule.messageProgram(), rule, at);
      if (message.ends) {
        report(error(FieldError.Type.INVALID, path, typeName, message.text), compiledRule, at);
        at.findings.budget().end();
        return;
      }
      detail = message.text.isEmpty() ? detail : message.text;
    }
    boolean omit = typeName.equals("object") || typeName.equals("array");
    String reason = rule.reason() == null ? "" : rule.reason();
    FieldError error =
        switch (reason) {
          case "FieldValueForbidden" -> error(FieldError.Type.FORBIDDEN, path, "", detail);
          case "FieldValueRequired" -> error(FieldError.Type.REQUIRED, path, "", detail);
          case "FieldValueDuplicate" ->
              new FieldError(FieldError.Type.DUPLICATE, text(path), at.value, "", omit);
          default -> new FieldError(FieldError.Type.INVALID, text(path), at.value, detail, omit);
        };
    report(error, compiledRule, at);
  }

  /** What has not changed is only warned about, unless the rule is about the change. */
  private static void report(FieldError error, CompiledRule rule, Evaluation at) {
    if (!rule.usesOldSelf() && at.unchanged) {
      at.findings.warnings().accept(error.toString());
    } else {
      at.findings.errors().add(error);
    }
  }

  /**
   * What a messageExpression says.
   *
   * @param text empty if it says nothing of use: then the rule's message stands
   * @param ends whether the budget is spent, {@code text} being the reason
   */
  private record MessageText(String text, boolean ends) {
    static final MessageText NONE = new MessageText("", false);

    static MessageText of(Compiled program, Rule rule, Evaluation at) {
      Budget budget = at.findings.budget();
      Program.Outcome outcome = program.evaluate(at.plain, Limits.PER_CALL);
      if (outcome.cost() > budget.left()) {
        return new MessageText(
            "messageExpression evaluation failed due to running out of cost budget, no further"
                + " validation rules will be run",
            true);
      }
      if (outcome.exceeded()) {
        return new MessageText(
            "no further validation rules will be run due to call cost exceeds limit for"
                + " messageExpression: "
                + dev.javernetes.api.machinery.field.GoQuote.quote(rule.messageExpression()),
            true);
      }
      budget.spend(outcome.cost());
      String text = outcome.value() instanceof String said ? said.strip() : "";
      return text.indexOf('\n') >= 0
              || text.getBytes(StandardCharsets.UTF_8).length > Limits.MESSAGE_BYTES
          ? NONE
          : new MessageText(text, false);
    }
  }

  private static void add(
      Findings findings, FieldError.Type type, FieldPath path, Object value, String detail) {
    findings.errors().add(error(type, path, value, detail));
  }

  private static FieldError error(
      FieldError.Type type, FieldPath path, Object value, String detail) {
    return new FieldError(type, text(path), value, detail, false);
  }

  /** The whole object has no path in Go, which prints it so. */
  private static String text(FieldPath path) {
    String text = path.toString();
    return text.isEmpty() ? "<nil>" : text;
  }
}
