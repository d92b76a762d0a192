package dev.javernetes.apiserver.customresources.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with rules when a definition is written. */
class RuleChecksTest {
  private static List<String> check(String schema) {
    try {
      JsonObject parsed = Json.parseObject(schema);
      ErrorList errors = new ErrorList();
      RuleAttributes.validate(parsed, FieldPath.of("s"), errors);
      if (errors.isEmpty()) {
        RuleChecks.check(parsed, FieldPath.of("s"), unused -> true, false, errors);
      }
      return errors.asList().stream().map(FieldError::toString).toList();
    } catch (JsonSyntaxException bad) {
      throw new AssertionError(bad);
    }
  }

  private static List<String> rule(String rule) {
    return check(
        """
        {"type": "object", "properties": {"a": {"type": "integer"},
          "m": {"type": "object", "additionalProperties": {"type": "string"}},
          "l": {"type": "array", "items": {"type": "string"}}},
          "x-kubernetes-validations": [%s]}
        """
            .formatted(rule));
  }

  @Test
  void goodRulesPass() {
    assertThat(rule("{\"rule\": \"self.a > 1\", \"fieldPath\": \".a\"}")).isEmpty();
    assertThat(rule("{\"rule\": \"self.a >= oldSelf.a\"}")).isEmpty();
    assertThat(rule("{\"rule\": \"self.metadata.name != ''\"}")).isEmpty();
  }

  @Test
  void attributesAreChecked() {
    assertThat(rule("{\"rule\": \" \"}"))
        .containsExactly(
            "s.x-kubernetes-validations[0].rule: Required value: rule is not specified");
    assertThat(rule("{\"rule\": \"true\", \"message\": \"a\\nb\"}"))
        .containsExactly(
            "s.x-kubernetes-validations[0].message: Invalid value: \"a\\nb\": must not contain line"
                + " breaks");
    assertThat(rule("{\"rule\": \"true ||\\nfalse\"}"))
        .containsExactly(
            "s.x-kubernetes-validations[0].message: Required value: message must be specified if"
                + " rule contains line breaks");
    assertThat(rule("{\"rule\": \"true\", \"fieldPath\": \".nope\"}"))
        .containsExactly(
            "s.x-kubernetes-validations[0].fieldPath: Invalid value: \".nope\": must be a valid"
                + " path");
    assertThat(rule("{\"rule\": \"true\", \"fieldPath\": \".m['a.b']\"}")).isEmpty();
  }

  @Test
  void expressionsAreCompiledWithTheSchemasTypes() {
    assertThat(rule("{\"rule\": \"self.nope == 1\"}"))
        .containsExactly(
            "s.x-kubernetes-validations[0].rule: Invalid value: {\"Rule\":\"self.nope =="
                + " 1\",\"Message\":\"\",\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":"
                + "\"\",\"OptionalOldSelf\":null}: compilation failed: ERROR: <input>:1:5:"
                + " undefined field 'nope'\n"
                + " | self.nope == 1\n"
                + " | ....^");
    assertThat(rule("{\"rule\": \"self.a\"}").getFirst())
        .endsWith("cel expression must evaluate to a bool");
    assertThat(rule("{\"rule\": \"true\", \"messageExpression\": \"self.a\"}").getFirst())
        .startsWith("s.x-kubernetes-validations[0].messageExpression")
        .endsWith("messageExpression must evaluate to a string");
  }

  @Test
  void costsAreBounded() {
    List<String> errors =
        rule("{\"rule\": \"self.l.all(x, self.l.all(y, self.l.all(z, x == y && y == z)))\"}");
    assertThat(errors).hasSize(3);
    assertThat(errors.getFirst())
        .startsWith(
            "s.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by"
                + " factor of more than 100x");
    assertThat(errors.getLast())
        .startsWith(
            "s: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3"
                + " schema exceeds budget by factor of more than 100x");
    assertThat(rule("{\"rule\": \"self.l.exists(x, x == 'a')\"}")).isEmpty();
  }

  @Test
  void oldSelfNeedsAnOldValueToCompareWith() {
    assertThat(
            check(
                """
                {"type": "object", "properties": {"l": {"type": "array", "maxItems": 5, "items":
                  {"type": "integer",
                   "x-kubernetes-validations": [{"rule": "self >= oldSelf"}]}}}}
                """))
        .containsExactly(
            "s.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: \"self >="
                + " oldSelf\": oldSelf cannot be used on the uncorrelatable portion of the schema"
                + " within s.properties[l]");
    assertThat(rule("{\"rule\": \"self.a > 1\", \"optionalOldSelf\": true}"))
        .containsExactly(
            "s.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if"
                + " oldSelf is not used in rule");
  }
}
