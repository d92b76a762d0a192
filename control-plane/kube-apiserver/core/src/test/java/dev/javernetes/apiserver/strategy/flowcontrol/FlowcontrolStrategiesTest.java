package dev.javernetes.apiserver.strategy.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.Written;
import org.junit.jupiter.api.Test;

class FlowcontrolStrategiesTest {
  @Test
  void takesWhatEveryClusterHas() {
    for (JsonObject level : EveryCluster.priorityLevels()) {
      assertThat(Written.create(FlowcontrolStrategies.PRIORITY_LEVEL, text(level)).errors())
          .as(text(level))
          .isEmpty();
    }
    for (JsonObject schema : EveryCluster.flowSchemas()) {
      assertThat(Written.create(FlowcontrolStrategies.FLOW_SCHEMA, text(schema)).errors())
          .as(text(schema))
          .isEmpty();
    }
  }

  @Test
  void keepsTheMandatorySpecs() {
    JsonObject schema = EveryCluster.flowSchemas().getFirst();
    schema.objectOrEmpty("spec").put("matchingPrecedence", 5L);
    assertThat(Written.create(FlowcontrolStrategies.FLOW_SCHEMA, text(schema)).errors())
        .singleElement()
        .asString()
        .startsWith("spec: Invalid value: {\"PriorityLevelConfiguration\":{\"Name\":\"exempt\"}")
        .endsWith(": spec of 'exempt' must equal the fixed value");

    JsonObject level = EveryCluster.priorityLevels().getLast();
    level.objectOrEmpty("metadata").put("name", "catch-all");
    assertThat(Written.create(FlowcontrolStrategies.PRIORITY_LEVEL, text(level)).errors())
        .singleElement()
        .asString()
        .endsWith(": spec of 'catch-all' must equal the fixed value");
  }

  @Test
  void letsExemptRequestsHaveOtherShares() {
    JsonObject level = EveryCluster.priorityLevels().getFirst();
    level.objectOrEmpty("spec").objectOrEmpty("exempt").put("lendablePercent", 10L);
    assertThat(Written.create(FlowcontrolStrategies.PRIORITY_LEVEL, text(level)).errors())
        .isEmpty();
  }

  private static String text(JsonObject object) {
    return Json.text(object);
  }
}
