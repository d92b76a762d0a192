package dev.javernetes.apiserver.customresources.rules;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.OptionalType;
import dev.javernetes.api.cel.CompileException;
import dev.javernetes.api.cel.Compiled;
import dev.javernetes.api.cel.Environment;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles rules with {@code self} and {@code oldSelf} of the type that their schema describes. */
final class RuleCompiler {
  static final String SELF = "self";
  static final String OLD_SELF = "oldSelf";

  private final JsonObject schema;
  private final Environment plain;
  private final Environment optional;

  /**
   * @param schema whose rules are compiled
   * @param type of the values that the rules are about
   */
  RuleCompiler(JsonObject schema, DeclaredType type) {
    this.schema = schema;
    // rules cannot speak of this name: upstream changes it each time
    DeclaredType self = type.named("selfType" + Integer.toUnsignedString(schema.hashCode()));
    this.plain = Environment.builder().variable(SELF, self).variable(OLD_SELF, self).build();
    this.optional =
        Environment.builder()
            .variable(SELF, self)
            .variable(OLD_SELF, () -> OptionalType.create(self.celType()))
            .build();
  }

  List<CompiledRule> compile() {
    List<CompiledRule> compiled = new ArrayList<>();
    for (Rule rule : Rule.of(schema)) {
      compiled.add(compile(rule));
    }
    return compiled;
  }

  private CompiledRule compile(Rule rule) {
    if (rule.rule().isBlank()) {
      return new CompiledRule(rule, null, "", false, null, "", "");
    }
    Environment environment = rule.oldSelfIsOptional() ? optional : plain;
    Compiled program;
    try {
      program = environment.compile(rule.rule());
    } catch (CompileException bad) {
      return failed(rule, bad.reason());
    }
    if (program.type().kind() != CelKind.BOOL) {
      return failed(rule, "cel expression must evaluate to a bool");
    }
    Compiled message = null;
    String messageError = "";
    if (!rule.messageExpression().isEmpty()) {
      try {
        message = environment.compile(rule.messageExpression());
        if (message.type().kind() != CelKind.STRING) {
          message = null;
          messageError = "messageExpression must evaluate to a string";
        }
      } catch (CompileException bad) {
        messageError = "messageExpression " + bad.reason().replaceFirst("^program ", "");
      }
    }
    return new CompiledRule(
        rule,
        program,
        "",
        program.uses(OLD_SELF),
        message,
        messageError,
        messageError.isEmpty() ? path(rule) : "");
  }

  private static CompiledRule failed(Rule rule, String error) {
    return new CompiledRule(rule, null, error, false, null, "", "");
  }

  private String path(Rule rule) {
    @Nullable FieldPath path =
        rule.fieldPath().isEmpty() ? null : RuleFieldPath.parse(rule.fieldPath(), schema);
    return path == null ? "" : path.toString();
  }
}
