package dev.javernetes.api.codec.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.codec.SampleSchemas;
import dev.javernetes.api.codec.yaml.YamlReader;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergePatchTest {
  private static final String POD =
      "{metadata: {finalizers: [a, b], labels: {x: '1'}}, spec: {containers: [{name: c, image: i, args: [p]}, {name: d, image: i}]}}";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "change one | [{name: c, image: m}] | [{\"name\":\"c\",\"image\":\"m\",\"args\":[\"p\"]},{\"name\":\"d\",\"image\":\"i\"}]",
        "add one | [{name: e, image: m}] | [{\"name\":\"e\",\"image\":\"m\"},{\"name\":\"c\",\"image\":\"i\",\"args\":[\"p\"]},{\"name\":\"d\",\"image\":\"i\"}]",
        "delete one | [{name: c, $patch: delete}] | [{\"name\":\"d\",\"image\":\"i\"}]",
        "replace all | [{$patch: replace}, {name: z}] | [{\"name\":\"z\"}]",
        "atomic list inside | [{name: c, args: [q]}] | [{\"name\":\"c\",\"image\":\"i\",\"args\":[\"q\"]},{\"name\":\"d\",\"image\":\"i\"}]",
        "retain keys | [{name: c, $retainKeys: [name]}] | [{\"name\":\"c\"},{\"name\":\"d\",\"image\":\"i\"}]",
      })
  void containers(String name, String patch, String expected) throws Exception {
    JsonObject patched = apply("{spec: {containers: " + patch + "}}");
    assertThat(Json.text(patched.at("spec", "containers"))).isEqualTo(expected);
  }

  @Test
  void ordersElements() throws Exception {
    JsonObject patched =
        apply(
            "{spec: {$setElementOrder/containers: [{name: d}, {name: c}], containers: [{name: c, image: m}]}}");
    assertThat(Json.text(patched.at("spec", "containers")))
        .isEqualTo(
            "[{\"name\":\"d\",\"image\":\"i\"},{\"name\":\"c\",\"image\":\"m\",\"args\":[\"p\"]}]");
  }

  @Test
  void primitives() throws Exception {
    assertThat(apply("{metadata: {finalizers: [c]}}").at("metadata", "finalizers"))
        .hasToString("[c, a, b]");
    assertThat(
            apply("{metadata: {$deleteFromPrimitiveList/finalizers: [a]}}")
                .at("metadata", "finalizers"))
        .hasToString("[b]");
    assertThat(apply("{metadata: {labels: {x: null, w: '2'}}}").at("metadata", "labels"))
        .hasToString("{w=2}");
  }

  @Test
  void complains() {
    assertThatThrownBy(() ->
            apply(
                "{spec: {$setElementOrder/containers: [{name: d}], containers: [{name: m, image: i}]}}"))
        .hasMessage(
            "The order in patch list:\n[map[image:i name:m]]\n doesn't match $setElementOrder list:\n[map[name:d]]\n");
    assertThatThrownBy(
            () -> apply("{spec: {containers: [{name: c, $retainKeys: [name], image: x}]}}"))
        .hasMessage("invalid patch format of retainKeys");
    assertThatThrownBy(() -> apply("{spec: {containers: [{image: x}]}}"))
        .hasMessage("map: map[image:x] does not contain declared merge key: name");
  }

  private static JsonObject apply(String patch) throws Exception {
    return StrategicMergePatch.apply(tree(POD), tree(patch), SampleSchemas.pod()).document();
  }

  private static JsonObject tree(String yaml) throws Exception {
    return (JsonObject)
        java.util.Objects.requireNonNull(
            YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8)).tree());
  }
}
