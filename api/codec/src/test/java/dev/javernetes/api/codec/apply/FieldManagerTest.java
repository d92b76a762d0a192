package dev.javernetes.api.codec.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.javernetes.api.codec.SampleSchemas;
import dev.javernetes.api.codec.yaml.YamlReader;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldManagerTest {
  private static final JsonObject NOTHING =
      tree("{kind: Pod, apiVersion: v1, metadata: {}, spec: {containers: null}, status: {}}");
  private final FieldManager fields =
      new FieldManager(ObjectVersions.single("v1", SampleSchemas.pod()));

  @Test
  void creationOwnsWhatIsGiven() {
    JsonObject pod =
        tree(
            "{kind: Pod, apiVersion: v1, metadata: {name: a, labels: {x: '1'}}, spec: {containers: [{name: c, image: i}]}, status: {}}");
    fields.update(NOTHING, pod, write("kubectl-create"));
    assertThat(Json.text(owned(pod, 0)))
        .isEqualTo(
            """
            {"f:metadata":{"f:labels":{".":{},"f:x":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":\
            {".":{},"f:image":{},"f:name":{}}}}}\
            """);
  }

  @Test
  void conflictNamesManagersAndFields() {
    JsonObject live = applied(NOTHING, "{metadata: {labels: {a: '1', b: '2'}}}", "one", false);
    ApiException refused =
        catchThrowableOfType(
            ApiException.class,
            () -> applied(live, "{metadata: {labels: {a: '9', b: '9', c: '3'}}}", "two", false));
    assertThat(refused)
        .hasMessage(
            "Apply failed with 2 conflicts: conflicts with \"one\":\n- .metadata.labels.a\n- .metadata.labels.b");
    JsonObject forced = applied(live, "{metadata: {labels: {a: '9'}}}", "two", true);
    assertThat(forced.at("metadata", "labels", "a")).isEqualTo("9");
    assertThat(Json.text(owned(forced, 0)))
        .isEqualTo("{\"f:metadata\":{\"f:labels\":{\"f:b\":{}}}}");
  }

  @Test
  void whatIsNoLongerStatedGoesUnlessShared() {
    JsonObject live = applied(NOTHING, "{metadata: {labels: {a: '1', b: '2'}}}", "one", false);
    live = applied(live, "{metadata: {labels: {a: '1'}}}", "two", false);
    JsonObject after = applied(live, "{metadata: {}}", "one", false);
    assertThat(after.objectOrEmpty("metadata").stringMap("labels")).containsOnlyKeys("a");
  }

  @Test
  void listMapElementsAreOwnedApart() {
    JsonObject live =
        applied(
            NOTHING,
            "{spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}}",
            "one",
            false);
    live = applied(live, "{spec: {containers: [{name: d, image: j}]}}", "two", false);
    assertThat(live.objectOrEmpty("spec").objects("containers")).hasSize(2);
    live = applied(live, "{spec: {containers: [{name: c, image: i}]}}", "one", false);
    assertThat(Json.text(live.at("spec", "containers")))
        .isEqualTo("[{\"name\":\"c\",\"image\":\"i\"},{\"name\":\"d\",\"image\":\"j\"}]");
    live = applied(live, "{spec: {}}", "one", false);
    assertThat(live.objectOrEmpty("spec").objects("containers")).hasSize(1);
  }

  @Test
  void refusesWhatDoesNotFit() {
    ApiException refused =
        catchThrowableOfType(
            ApiException.class, () -> applied(NOTHING, "{bogus: 1}", "one", false));
    assertThat(refused)
        .hasMessage(
            "failed to create typed patch object (/a; /v1, Kind=Pod): .bogus: field not declared in schema");
    refused =
        catchThrowableOfType(
            ApiException.class,
            () ->
                applied(
                    NOTHING,
                    "{spec: {containers: [{name: c, ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]}]}}",
                    "one",
                    false));
    assertThat(refused.getMessage())
        .endsWith(
            ".spec.containers[name=\"c\"].ports: duplicate entries for key [containerPort=80,protocol=\"TCP\"]");
  }

  @Test
  void updatersBeyondTheLimitAreFolded() {
    JsonObject live =
        tree("{kind: Pod, apiVersion: v1, metadata: {name: a, uid: u}, spec: {}, status: {}}");
    fields.update(NOTHING, live, write("m00"));
    for (int i = 0; i < 14; i++) {
      JsonObject next = live.deepCopy();
      next.ensureObject("metadata").ensureObject("labels").put("k" + i, "1");
      fields.update(i == 0 ? NOTHING : live, next, write("m" + (10 + i)));
      live = next;
    }
    List<JsonObject> entries = live.objectOrEmpty("metadata").objects("managedFields");
    assertThat(entries).hasSize(FieldManager.UPDATER_LIMIT);
    assertThat(entries.stream().map(entry -> entry.string("manager"))).contains("ancient-changes");
  }

  @Test
  void kubectlTakesOverWhatItAppliedFromTheClient() {
    JsonObject live =
        tree(
            "{kind: Pod, apiVersion: v1, metadata: {name: a, uid: u, labels: {x: '1'}, annotations: {"
                + FieldManager.LAST_APPLIED
                + ": '{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"labels\":{\"x\":\"1\"},\"name\":\"a\"}}'}}, spec: {}, status: {}}");
    JsonObject creating = live.deepCopy();
    fields.update(NOTHING, creating, write("kubectl-client-side-apply"));
    JsonObject after = applied(creating, "{metadata: {labels: {x: '2'}}}", "kubectl", false);
    assertThat(after.at("metadata", "labels", "x")).isEqualTo("2");
    assertThat(Json.text(after.at("metadata", "annotations", FieldManager.LAST_APPLIED)))
        .contains(":\\\"2\\\"");
  }

  @Test
  void resetForgetsEverybody() {
    JsonObject live = applied(NOTHING, "{metadata: {labels: {a: '1'}}}", "one", false);
    live.ensureObject("metadata").put("uid", "u");
    JsonObject next = live.deepCopy();
    next.ensureObject("metadata").put("managedFields", new ArrayList<>(List.of(new JsonObject())));
    fields.update(live, next, write("two"));
    assertThat(next.objectOrEmpty("metadata").containsKey("managedFields")).isFalse();
  }

  /**
   * Idempotence: the same apply again changes nothing. Commutation: disjoint managers in either
   * order give one object.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void appliesAreIdempotentAndDisjointOnesCommute(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      String left = configuration(random, "l");
      String right = configuration(random, "r");
      JsonObject once = applied(NOTHING, left, "one", false);
      assertThat(applied(once, left, "one", false)).isEqualTo(once);
      JsonObject leftFirst = applied(once, right, "two", false);
      JsonObject rightFirst = applied(applied(NOTHING, right, "two", false), left, "one", false);
      assertThat(content(leftFirst)).isEqualTo(content(rightFirst));
      assertThat(leftFirst.at("metadata", "managedFields"))
          .isEqualTo(rightFirst.at("metadata", "managedFields"));
      JsonObject without = applied(leftFirst, "{metadata: {name: a}}", "one", false);
      assertThat(owned(without, 0)).isEqualTo(owned(applied(NOTHING, right, "two", false), 0));
    }
  }

  private static String configuration(Random random, String prefix) {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i <= random.nextInt(3); i++) {
      labels
          .append(i > 0 ? ", " : "")
          .append(prefix)
          .append(i)
          .append(": '")
          .append(random.nextInt(5))
          .append('\'');
    }
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i < random.nextInt(4); i++) {
      containers
          .append(i > 0 ? ", " : "")
          .append("{name: ")
          .append(prefix)
          .append(i)
          .append(", image: i")
          .append(random.nextInt(3))
          .append(random.nextBoolean() ? ", args: [x]" : "")
          .append(
              random.nextBoolean()
                  ? ", ports: [{containerPort: " + random.nextInt(1, 9) + "}]"
                  : "")
          .append('}');
    }
    return "{metadata: {name: a, labels: {"
        + labels
        + "}}, spec: {containers: ["
        + containers
        + "]}}";
  }

  /** Without managedFields, and with containers by name, since their order is the appliers'. */
  private static Object content(JsonObject object) {
    JsonObject copy = object.deepCopy();
    copy.ensureObject("metadata").remove("managedFields");
    JsonObject byName = new JsonObject();
    copy.objectOrEmpty("spec")
        .objects("containers")
        .forEach(each -> byName.put(each.string("name"), each));
    copy.ensureObject("spec").put("containers", byName);
    return copy;
  }

  private JsonObject applied(JsonObject live, String configuration, String manager, boolean force) {
    JsonObject wanted = tree(configuration);
    wanted.put("apiVersion", "v1");
    wanted.put("kind", "Pod");
    wanted.ensureObject("metadata").put("name", "a");
    return fields.apply(live, wanted, write(manager), force);
  }

  private static JsonObject owned(JsonObject object, int index) {
    return object
        .objectOrEmpty("metadata")
        .objects("managedFields")
        .get(index)
        .objectOrEmpty("fieldsV1");
  }

  private static Write write(String manager) {
    return new Write(
        manager, "v1", "", FieldSet.ofFields(List.of(List.of("status"))), true, Instant.EPOCH);
  }

  private static JsonObject tree(String yaml) {
    try {
      return (JsonObject)
          Objects.requireNonNull(YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8)).tree());
    } catch (dev.javernetes.api.codec.decode.DecodeException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
