package dev.javernetes.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionCompilerTest {
  private static final ExpressionCompiler COMPILER =
      new ExpressionCompiler(
          List.of("object", "variables", "authorizer", "authorizer.requestResource"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          object.metadata.name == 'web' && object.spec.replicas > 2.5
          !has(object.data) && has(object.spec.nothing) && object.spec.nothing == null
          object.?data.orValue('none') == 'none'
          object.spec.ports.all(p, p > 0) && object.spec.ports.exists(p, p == 80)
          object.metadata.labels.all(k, v, k.startsWith('a') && v != '')
          [1, 2, 3].isSorted() && [3, 1].max() == 3 && [1, 2].sum() == 3 && [1, 2].indexOf(2) == 1
          'a1b22'.find('[0-9]+') == '1' && 'a1b22'.findAll('[0-9]+').size() == 2
          quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('2').asInteger() == 2
          quantity('100m').add(quantity('900m')).compareTo(quantity('1')) == 0
          isQuantity('1Ki') && !isQuantity('x')
          url('https://a.b:8443/c?d=e').getHost() == 'a.b:8443' && !isURL('nope')
          sets.contains([1, 2], [1]) && 'a,b'.split(',').size() == 2
          variables.count == 3
          authorizer.group('').resource('pods').namespace('x').check('get').allowed()
          !authorizer.path('/healthz').check('get').allowed()
          authorizer.requestResource.check('get').allowed()
          """)
  void holds(String expression) throws Exception {
    assertThat(COMPILER.compile(expression).evaluate(variables())).isEqualTo(true);
  }

  @Test
  void saysWhatIsMissingAsUpstreamDoes() throws Exception {
    Expression expression = COMPILER.compile("object.data.nope == 'x'");
    assertThatThrownBy(() -> expression.evaluate(variables())).hasMessage("no such key: data");
    assertThatThrownBy(() -> COMPILER.compile("1 / 0 == 1").evaluate(variables()))
        .hasMessage("division by zero");
    assertThatThrownBy(() -> COMPILER.compile("variables.broken").evaluate(variables()))
        .hasMessage("broken on purpose");
  }

  @Test
  void refusesWhatDoesNotCompile() {
    assertThatThrownBy(() -> COMPILER.compile("nothing.here"))
        .hasMessage(
            "compilation failed: ERROR: <input>:1:1: undeclared reference to 'nothing' (in"
                + " container '')\n"
                + " | nothing.here\n"
                + " | ^");
    assertThatThrownBy(() -> COMPILER.compile("Object{nope}"))
        .hasMessage(
            "compilation failed: ERROR: <input>:1:12: Syntax error: mismatched input '}' expecting"
                + " ':'\n"
                + " | Object{nope}\n"
                + " | ...........^");
  }

  @Test
  void readsPatchesAsTrees() throws Exception {
    assertThat(
            json(
                "Object{metadata: Object.metadata{labels: {'a': 'b', 'n': object.metadata.name}}}"))
        .isEqualTo(
            JsonObject.of(
                "metadata", JsonObject.of("labels", JsonObject.of("a", "b", "n", "web"))));
    assertThat(json("[JSONPatch{op: 'add', path: '/spec/replicas', value: variables.count}]"))
        .isEqualTo(List.of(JsonObject.of("op", "add", "path", "/spec/replicas", "value", 3L)));
  }

  private static @Nullable Object json(String expression) throws ExpressionException {
    return CelValues.toJson(COMPILER.compile(expression).evaluate(variables()));
  }

  private static Map<String, Object> variables() {
    JsonObject object =
        JsonObject.of(
            "metadata",
            JsonObject.of("name", "web", "labels", JsonObject.of("a", "1", "ab", "2")),
            "spec",
            JsonObject.of("replicas", 3L, "nothing", null, "ports", List.of(80L, 443L)));
    LazyVariables lazy = new LazyVariables();
    lazy.define("count", () -> 3L);
    lazy.define(
        "broken",
        () -> {
          throw new ExpressionException("broken on purpose");
        });
    Authorizer resourcesOnly =
        attributes ->
            attributes.isResourceRequest()
                ? new Authorizer.Decision(Authorizer.Verdict.ALLOW, "")
                : Authorizer.Decision.NO_OPINION;
    AuthorizerValue authorizer = new AuthorizerValue(resourcesOnly, UserInfo.ANONYMOUS);
    Map<String, Object> variables = new HashMap<>();
    variables.put("object", CelValues.of(object));
    variables.put("variables", lazy);
    variables.put("authorizer", authorizer);
    variables.put(
        "authorizer.requestResource",
        new AuthorizerValue.ResourceCheck(authorizer, "", "pods", "", "", "", "", ""));
    return variables;
  }
}
