package dev.javernetes.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowControlObjectsTest {
  private static final Path REFERENCE = Path.of("/work/shared/reference/upstream");

  @ParameterizedTest
  @ValueSource(strings = {"flowschemas", "prioritylevelconfigurations"})
  void sameAsUpstream(String resource) throws Exception {
    Path file = REFERENCE.resolve(resource + ".json");
    assumeTrue(Files.exists(file));
    List<JsonObject> ours =
        resource.equals("flowschemas")
            ? FlowControlObjects.flowSchemas()
            : FlowControlObjects.priorityLevels();
    assertThat(specs(ours))
        .isEqualTo(specs(Json.parseObject(Files.readAllBytes(file)).objects("items")));
  }

  private static Map<String, Object> specs(List<JsonObject> objects) {
    Map<String, Object> specs = new TreeMap<>();
    objects.forEach(object ->
        specs.put(object.objectOrEmpty("metadata").string("name"), object.objectOrEmpty("spec")));
    return specs;
  }
}
