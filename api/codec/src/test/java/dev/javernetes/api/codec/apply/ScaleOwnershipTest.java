package dev.javernetes.api.codec.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScaleOwnershipTest {
  private static final Map<String, List<String>> DEPLOYMENTS =
      Map.of("apps/v1", List.of("spec", "replicas"));
  private static final JsonObject APPLIER =
      entry("one", "Apply", "apps/v1", "{\"f:spec\":{\"f:paused\":{},\"f:replicas\":{}}}");
  private static final JsonObject BYSTANDER =
      entry("two", "Update", "apps/v1", "{\"f:metadata\":{\"f:labels\":{\"f:a\":{}}}}");

  @Test
  void whoOwnsReplicasOwnsThemInTheScale() {
    ScaleOwnership ownership =
        new ScaleOwnership(List.of(APPLIER, BYSTANDER), "apps/v1", DEPLOYMENTS);
    assertThat(Json.text(ownership.inScale()))
        .isEqualTo(
            "[{\"manager\":\"one\",\"operation\":\"Apply\",\"apiVersion\":\"autoscaling/v1\","
                + "\"time\":\"2026-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\","
                + "\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}}}]");
  }

  @Test
  void aScalerTakesReplicasFromTheirOwner() {
    ScaleOwnership ownership =
        new ScaleOwnership(List.of(APPLIER, BYSTANDER), "apps/v1", DEPLOYMENTS);
    JsonObject scaler =
        entry("hpa", "Update", "autoscaling/v1", "{\"f:spec\":{\"f:replicas\":{}}}");
    scaler.put("subresource", "scale");
    List<?> after = ownership.inParent(List.of(scaler));
    assertThat(after.stream().map(each -> ((JsonObject) each).string("manager")))
        .containsExactly("one", "hpa", "two");
    assertThat(Json.text(((JsonObject) after.get(0)).get("fieldsV1")))
        .isEqualTo("{\"f:spec\":{\"f:paused\":{}}}");
    JsonObject taken = (JsonObject) after.get(1);
    assertThat(taken.string("apiVersion")).isEqualTo("apps/v1");
    assertThat(taken.string("subresource")).isEqualTo("scale");
    assertThat(Json.text(taken.get("fieldsV1"))).isEqualTo("{\"f:spec\":{\"f:replicas\":{}}}");
  }

  @Test
  void whatNobodyTookStays() {
    ScaleOwnership ownership =
        new ScaleOwnership(List.of(APPLIER, BYSTANDER), "apps/v1", DEPLOYMENTS);
    JsonObject kept = (JsonObject) ownership.inScale().getFirst();
    assertThat(ownership.inParent(List.of(kept))).isEqualTo(List.of(APPLIER, BYSTANDER));
  }

  @Test
  void entriesOfUnknownVersionsAreDropped() {
    JsonObject ancient =
        entry("old", "Update", "extensions/v1beta1", "{\"f:spec\":{\"f:replicas\":{}}}");
    ScaleOwnership ownership = new ScaleOwnership(List.of(ancient), "apps/v1", DEPLOYMENTS);
    assertThat(ownership.inScale()).isEmpty();
    assertThat(ownership.inParent(List.of())).isEmpty();
  }

  private static JsonObject entry(String manager, String operation, String version, String fields) {
    try {
      return JsonObject.of(
          "manager",
          manager,
          "operation",
          operation,
          "apiVersion",
          version,
          "time",
          "2026-01-01T00:00:00Z",
          "fieldsType",
          "FieldsV1",
          "fieldsV1",
          Json.parseObject(fields));
    } catch (dev.javernetes.api.machinery.json.JsonSyntaxException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
