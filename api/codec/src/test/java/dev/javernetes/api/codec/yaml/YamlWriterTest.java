package dev.javernetes.api.codec.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlWriterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "true",
        "yes",
        "null",
        "~",
        "1e3",
        "0x1f",
        "2026-01-02T03:04:05Z",
        "2026-01-02",
        "1:30",
        "12:30:45"
      })
  void whatWouldReadAsSomethingElseIsQuoted(String text) {
    assertThat(YamlWriter.text(JsonObject.of("a", text))).isEqualTo("a: \"" + text + "\"\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "v1", "10.0.0.1", "a:b", "nginx:1.27", "a/b", "1:99:x", "08:00Z"})
  void otherTextStandsPlain(String text) {
    assertThat(YamlWriter.text(JsonObject.of("a", text))).isEqualTo("a: " + text + "\n");
  }

  @Test
  void blocksAreIndentedAsUpstreamDoes() {
    JsonObject tree =
        JsonObject.of(
            "list",
            new ArrayList<>(List.of(JsonObject.of("b", "x\ny\n", "a", 1L))),
            "empty",
            new JsonObject());
    assertThat(YamlWriter.text(tree)).isEqualTo("empty: {}\nlist:\n- a: 1\n  b: |\n    x\n    y\n");
  }
}
