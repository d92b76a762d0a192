package dev.javernetes.apiserver.strategy.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerTransitionsTest {
  @ParameterizedTest
  @CsvSource({
    "Always, 0, true",
    "OnFailure, 1, true",
    "OnFailure, 0, false",
    "Never, 1, false",
  })
  void restartsAsThePolicySays(String policy, int exitCode, boolean mayRun) {
    assertThat(
            errors("{'restartPolicy': '" + policy + "', 'containers': [{'name': 'c'}]}", exitCode))
        .isEqualTo(mayRun ? 0 : 1);
  }

  @ParameterizedTest
  @CsvSource({"42, true", "1, false"})
  void restartsAsItsOwnRulesSay(int exitCode, boolean mayRun) {
    String pod =
        """
        {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'restartPolicy': 'Never',
          'restartPolicyRules': [{'action': 'Restart',
            'exitCodes': {'operator': 'In', 'values': [42]}}]}]}\
        """;
    assertThat(errors(pod, exitCode)).isEqualTo(mayRun ? 0 : 1);
  }

  private static int errors(String spec, int exitCode) {
    JsonObject ended =
        Written.parse(
            "{'containerStatuses': [{'name': 'c', 'state': {'terminated': {'exitCode': "
                + exitCode
                + "}}}]}");
    JsonObject runs =
        Written.parse("{'containerStatuses': [{'name': 'c', 'state': {'running': {}}}]}");
    ErrorList errors = new ErrorList();
    ContainerTransitions.check(Written.parse(spec), runs, ended, FieldPath.of("status"), errors);
    return errors.size();
  }
}
