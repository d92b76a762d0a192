package dev.javernetes.apiserver.customresources.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rules of a schema say of objects. */
class ObjectRulesTest {
  private static final String SIZES =
      """
      {"type": "object", "properties": {"spec": {"type": "object",
        "properties": {
          "min": {"type": "integer"}, "max": {"type": "integer"},
          "names": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 9}},
          "when": {"type": "string", "format": "date-time"}},
        "x-kubernetes-validations": [%s]}}}
      """;

  private static JsonObject json(String text) {
    try {
      return Json.parseObject(text);
    } catch (JsonSyntaxException bad) {
      throw new AssertionError(bad);
    }
  }

  private final List<String> warnings = new ArrayList<>();

  private List<String> check(String schema, String object, @Nullable String old) {
    ErrorList errors = new ErrorList();
    Objects.requireNonNull(ObjectRules.of(json(schema)))
        .validate(
            json(object), old == null ? null : json(old), FieldPath.ROOT, errors, warnings::add);
    return errors.asList().stream().map(FieldError::toString).toList();
  }

  private List<String> sizes(String rule, String spec) {
    return check(SIZES.formatted(rule), "{\"spec\": " + spec + "}", null);
  }

  @Test
  void aRuleThatHoldsSaysNothing() {
    assertThat(sizes("{\"rule\": \"self.min < self.max\"}", "{\"min\": 1, \"max\": 2}")).isEmpty();
  }

  @Test
  void aRuleThatFailsSaysItsMessage() {
    assertThat(
            sizes(
                "{\"rule\": \"self.min < self.max\", \"message\": \" below \"}",
                "{\"min\": 3, \"max\": 2}"))
        .containsExactly("spec: Invalid value: below");
    assertThat(sizes("{\"rule\": \"self.min < self.max\"}", "{\"min\": 3, \"max\": 2}"))
        .containsExactly("spec: Invalid value: failed rule: self.min < self.max");
  }

  @Test
  void aMessageExpressionSaysMore() {
    String rule =
        "{\"rule\": \"self.min < 2\", \"message\": \"fixed\","
            + " \"messageExpression\": \"'%d is too much'.format([self.min])\"}";
    assertThat(sizes(rule, "{\"min\": 3}")).containsExactly("spec: Invalid value: 3 is too much");
    assertThat(sizes(rule.replace("'%d is too much'.format([self.min])", "''"), "{\"min\": 3}"))
        .containsExactly("spec: Invalid value: fixed");
  }

  @Test
  void reasonAndFieldPathShapeTheError() {
    assertThat(
            sizes(
                "{\"rule\": \"has(self.min)\", \"reason\": \"FieldValueRequired\","
                    + " \"fieldPath\": \".min\", \"message\": \"min too\"}",
                "{}"))
        .containsExactly("spec.min: Required value: min too");
    assertThat(
            sizes(
                "{\"rule\": \"self.min < 2\", \"reason\": \"FieldValueForbidden\"}",
                "{\"min\": 3}"))
        .containsExactly("spec: Forbidden: failed rule: self.min < 2");
  }

  @Test
  void failuresOfTheExpressionAreShown() {
    assertThat(sizes("{\"rule\": \"self.min < self.max\"}", "{\"min\": 3}"))
        .containsExactly(
            "spec: Invalid value: \"object\": no such key: max evaluating rule: self.min <"
                + " self.max");
    assertThat(sizes("{\"rule\": \"self.names[2] == ''\"}", "{\"names\": []}"))
        .containsExactly(
            "spec: Invalid value: \"object\": index out of bounds: 2 evaluating rule:"
                + " self.names[2] == ''");
  }

  @Test
  void valuesHaveTheTypesOfTheirFormats() {
    assertThat(
            sizes(
                "{\"rule\": \"self.when > timestamp('2024-01-01T00:00:00Z')\"}",
                "{\"when\": \"2023-01-01T00:00:00Z\"}"))
        .hasSize(1);
  }

  @Test
  void oneEvaluationMayNotCostTooMuch() {
    String schema =
        """
        {"type": "object", "properties": {"l": {"type": "array", "items": {"type": "integer"},
          "x-kubernetes-validations":
            [{"rule": "self.all(a, self.all(b, self.all(c, a + b + c >= 0)))"}]}}}
        """;
    String numbers = "[" + "1,".repeat(200) + "1]";
    assertThat(check(schema, "{\"l\": " + numbers + "}", null))
        .containsExactly(
            "l: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no"
                + " further validation rules will be run due to call cost exceeds limit for rule:"
                + " self.all(a, self.all(b, self.all(c, a + b + c >= 0)))");
  }

  @Test
  void transitionRulesNeedAnOldValue() {
    String schema =
        """
        {"type": "object", "properties": {
          "n": {"type": "integer", "x-kubernetes-validations": [{"rule": "self >= oldSelf"}]},
          "once": {"type": "string", "x-kubernetes-validations": [
            {"rule": "!oldSelf.hasValue() || oldSelf.value() == self", "optionalOldSelf": true,
             "message": "set once"}]}}}
        """;
    assertThat(check(schema, "{\"n\": 1, \"once\": \"x\"}", null)).isEmpty();
    assertThat(check(schema, "{\"n\": 1, \"once\": \"y\"}", "{\"n\": 2, \"once\": \"x\"}"))
        .containsExactlyInAnyOrder(
            "n: Invalid value: 1: failed rule: self >= oldSelf",
            "once: Invalid value: \"y\": set once");
    assertThat(check(schema, "{\"once\": \"y\"}", "{}")).isEmpty();
  }

  @Test
  void whatHasNotChangedOnlyWarns() {
    String schema =
        """
        {"type": "object", "properties": {"l": {"type": "array",
          "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
          "items": {"type": "object", "properties": {"k": {"type": "string"}, "v": {"type":
            "integer", "x-kubernetes-validations": [{"rule": "self < 5"}]}}}}}}
        """;
    String old = "{\"l\": [{\"k\": \"a\", \"v\": 9}, {\"k\": \"b\", \"v\": 1}]}";
    String updated = "{\"l\": [{\"k\": \"b\", \"v\": 7}, {\"k\": \"a\", \"v\": 9}]}";
    assertThat(check(schema, updated, old))
        .containsExactly("l[0].v: Invalid value: 7: failed rule: self < 5");
    assertThat(warnings).containsExactly("l[1].v: Invalid value: 9: failed rule: self < 5");
  }

  @Test
  void kindAndNameAreVisibleAtTheRoot() {
    String schema =
        """
        {"type": "object", "x-kubernetes-validations":
          [{"rule": "self.metadata.name == 'w' && self.kind == 'Widget'", "message": "only w"}]}
        """;
    assertThat(check(schema, "{\"kind\": \"Widget\", \"metadata\": {\"name\": \"w\"}}", null))
        .isEmpty();
    assertThat(check(schema, "{\"kind\": \"Widget\", \"metadata\": {\"name\": \"v\"}}", null))
        .containsExactly("<nil>: Invalid value: only w");
  }

  @Test
  void namesAreEscapedAndMapsAreNot() {
    String schema =
        """
        {"type": "object", "properties": {"a-b": {"type": "integer"}, "m": {"type": "object",
          "additionalProperties": {"type": "integer", "x-kubernetes-validations":
            [{"rule": "self > 0"}]}}},
          "x-kubernetes-validations": [{"rule": "self.a__dash__b == self.m['a-b']"}]}
        """;
    assertThat(check(schema, "{\"a-b\": 1, \"m\": {\"a-b\": 1}}", null)).isEmpty();
    assertThat(check(schema, "{\"a-b\": 0, \"m\": {\"a-b\": 0}}", null))
        .containsExactly("m[a-b]: Invalid value: 0: failed rule: self > 0");
  }

  @Test
  void setsCompareWithoutOrder() {
    String schema =
        """
        {"type": "object", "properties": {
          "a": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
          "b": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}},
          "x-kubernetes-validations": [{"rule": "self.a == self.b"}]}
        """;
    assertThat(check(schema, "{\"a\": [\"x\", \"y\"], \"b\": [\"y\", \"x\"]}", null)).isEmpty();
  }

  @Test
  void rulesInAllOfCountToo() {
    String schema =
        """
        {"type": "object", "properties": {"n": {"type": "integer", "allOf":
          [{"x-kubernetes-validations": [{"rule": "self < 5"}]}],
          "x-kubernetes-validations": [{"rule": "self > 1"}]}}}
        """;
    assertThat(check(schema, "{\"n\": 9}", null))
        .containsExactly("n: Invalid value: 9: failed rule: self < 5");
  }
}
