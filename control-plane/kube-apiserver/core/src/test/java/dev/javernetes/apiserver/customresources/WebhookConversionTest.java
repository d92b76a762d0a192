package dev.javernetes.apiserver.customresources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.admission.webhook.WebhookCaller;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebhookConversionTest {
  private static final String V2 = "example.com/v2";

  private final ServedVersion v1 = version("v1");
  private final ServedVersion v2 = version("v2");
  private final List<JsonObject> reviews = new ArrayList<>();
  private UnaryOperator<JsonObject> webhook = object -> object;
  private String result = "Success";

  @Test
  void theWebhookDecidesButOfMetadataAboutLabelsAndAnnotationsOnly() {
    webhook =
        object -> {
          object.put("spec", JsonObject.of("host", "h"));
          object.ensureObject("metadata").put("labels", JsonObject.of("new", "1"));
          object.ensureObject("metadata").put("generation", 99L);
          return object;
        };

    JsonObject converted = conversion().convert(object("a"), v1, v2);

    assertThat(converted)
        .isEqualTo(
            JsonObject.of(
                "apiVersion",
                V2,
                "kind",
                "Conn",
                "metadata",
                JsonObject.of(
                    "name", "a", "uid", "u", "generation", 1L, "labels", JsonObject.of("new", "1")),
                "spec",
                JsonObject.of("host", "h")));
  }

  @Test
  void aListIsOneCallAboutThoseOfAnotherVersion() {
    JsonObject there = object("b");
    there.put("apiVersion", V2);

    List<JsonObject> converted = conversion().convertAll(List.of(object("a"), there), v2);

    assertThat(converted).extracting(one -> one.string("apiVersion")).containsOnly(V2);
    assertThat(reviews).hasSize(1);
    assertThat(reviews.getFirst().objectOrEmpty("request").objects("objects")).hasSize(1);
  }

  @Test
  void aWebhookMayNotRename() {
    webhook =
        object -> {
          object.ensureObject("metadata").put("name", "other");
          return object;
        };

    assertThatThrownBy(() -> conversion().convert(object("a"), v1, v2))
        .hasMessage(
            "conversion webhook for example.com/v1, Kind=Conn returned invalid object: must have"
                + " the same name: a != other");
  }

  @Test
  void aFailureSaysWhatTheWebhookSays() {
    result = "Failed";

    assertThatThrownBy(() -> conversion().convert(object("a"), v1, v2))
        .hasMessage(
            "conversion webhook for example.com/v1, Kind=Conn failed: response.result.status was"
                + " 'Failed', not 'Success'");
  }

  @Test
  void whatIsNothingButAKindNeedsNoWebhook() {
    JsonObject zero = JsonObject.of("apiVersion", "example.com/v1", "kind", "Conn");

    assertThat(conversion().convert(zero, v1, v2).string("apiVersion")).isEqualTo(V2);
    assertThat(reviews).isEmpty();
  }

  private WebhookConversion conversion() {
    return new WebhookConversion(
        JsonObject.of("conversionReviewVersions", new ArrayList<Object>(List.of("v9", "v1"))),
        Map.of(),
        caller(),
        () -> "uid");
  }

  private WebhookCaller caller() {
    return (clientConfig, review, timeout) -> {
      reviews.add(review.deepCopy());
      JsonObject request = review.objectOrEmpty("request");
      List<@Nullable Object> converted = new ArrayList<>();
      for (JsonObject object : request.objects("objects")) {
        JsonObject answer = object.deepCopy();
        answer.put("apiVersion", request.string("desiredAPIVersion"));
        converted.add(webhook.apply(answer));
      }
      return JsonObject.of(
          "apiVersion",
          "apiextensions.k8s.io/v1",
          "kind",
          "ConversionReview",
          "response",
          JsonObject.of(
              "uid",
              request.string("uid"),
              "result",
              JsonObject.of("status", result),
              "convertedObjects",
              converted));
    };
  }

  private static JsonObject object(String name) {
    return JsonObject.of(
        "apiVersion",
        "example.com/v1",
        "kind",
        "Conn",
        "metadata",
        JsonObject.of("name", name, "uid", "u", "generation", 1L),
        "spec",
        JsonObject.of("hostPort", "h:1"));
  }

  private static ServedVersion version(String name) {
    GroupVersion version = new GroupVersion("example.com", name);
    return new ServedVersion(
        version.resource("conns"),
        version.kind("Conn"),
        "ConnList",
        Schema.UNSPECIFIED,
        true,
        name.equals("v1"),
        null,
        List.of(),
        TableColumns.NAME_AND_AGE);
  }
}
