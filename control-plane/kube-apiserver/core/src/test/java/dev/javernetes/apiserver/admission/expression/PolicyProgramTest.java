package dev.javernetes.apiserver.admission.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import org.junit.jupiter.api.Test;

/** What expressions of policies may speak of and yield. */
class PolicyProgramTest {
  private static final String SPEC =
      """
      {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}, "variables": [
        {"name": "many", "expression": "object.spec.replicas > 3"},
        {"name": "names", "expression": "['a', 'b']"},
        {"name": "both", "expression": "variables.many && 'a' in variables.names"},
        {"name": "bad", "expression": "variables.later"},
        {"name": "later", "expression": "1"}]}
      """;

  private static PolicyProgram program(String spec) {
    try {
      JsonObject json = Json.parseObject(spec);
      return PolicyProgram.of(json);
    } catch (JsonSyntaxException bad) {
      throw new AssertionError(bad);
    }
  }

  private static String problem(String expression, Purpose purpose) {
    return program(SPEC).problem(expression, purpose);
  }

  @Test
  void whatHoldsIsSound() {
    assertThat(problem("object.x == params.data.y && variables.both", Purpose.VALIDATION))
        .isEmpty();
    assertThat(problem("'at most ' + string(variables.later)", Purpose.MESSAGE)).isEmpty();
    assertThat(problem("request.userInfo.username == 'a'", Purpose.MATCH_CONDITION)).isEmpty();
    assertThat(problem("namespaceObject.metadata.labels['a']", Purpose.AUDIT_ANNOTATION)).isEmpty();
    assertThat(problem("null", Purpose.AUDIT_ANNOTATION)).isEmpty();
    assertThat(problem("Object{spec: Object.spec{a: 1}}", Purpose.APPLY_CONFIGURATION)).isEmpty();
    assertThat(problem("[JSONPatch{op: 'remove', path: '/a'}]", Purpose.JSON_PATCH)).isEmpty();
    assertThat(
            problem(
                "authorizer.group('').resource('pods').check('get').allowed()"
                    + " && authorizer.requestResource.check('get').allowed()",
                Purpose.VALIDATION))
        .isEmpty();
  }

  @Test
  void theTypeMustSuitThePurpose() {
    assertThat(problem("1", Purpose.VALIDATION)).isEqualTo("must evaluate to bool but got int");
    assertThat(problem("1", Purpose.MESSAGE)).isEqualTo("must evaluate to string but got int");
    assertThat(problem("1", Purpose.AUDIT_ANNOTATION))
        .isEqualTo("must evaluate to one of [string null_type] but got int");
    assertThat(problem("{}", Purpose.APPLY_CONFIGURATION))
        .startsWith("must evaluate to Object but got map");
  }

  @Test
  void whatAPurposeDoesNotSeeIsUndeclared() {
    assertThat(problem("authorizer.path('/').check('get').reason()", Purpose.MESSAGE))
        .contains("undeclared reference to 'authorizer'");
    assertThat(problem("variables.many", Purpose.MATCH_CONDITION))
        .contains("undeclared reference to 'variables'");
    assertThat(problem("Object{} == Object{}", Purpose.VALIDATION))
        .contains("undeclared reference");
    assertThat(program("{}").problem("params.a", Purpose.VALIDATION))
        .contains("undeclared reference to 'params'");
    assertThat(problem("request.nothing == ''", Purpose.VALIDATION))
        .contains("undefined field 'nothing'");
  }

  @Test
  void aVariableSeesThoseBeforeIt() throws ExpressionException {
    PolicyProgram program = program(SPEC);
    assertThat(program.variableProblem(2)).isEmpty();
    assertThat(program.variableProblem(3)).contains("undefined field 'later'");
    assertThat(program.variable("both").typeName()).isEqualTo("bool");
    assertThatThrownBy(() -> program.variable("bad")).isInstanceOf(ExpressionException.class);
    assertThat(problem("variables.names.all(n, n == 1)", Purpose.VALIDATION))
        .contains("found no matching overload for '_==_' applied to '(string, int)'");
    assertThat(problem("variables.none", Purpose.VALIDATION)).contains("undefined field 'none'");
  }
}
