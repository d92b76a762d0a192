package dev.javernetes.apiserver.customresources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptedNamesTest {
  @Test
  void freeNamesAreGivenWhole() {
    AcceptedNames accepted = AcceptedNames.of(definition("g", "a", "A", "x"), List.of());

    assertThat(accepted.complete()).isTrue();
    assertThat(accepted.names())
        .isEqualTo(
            JsonObject.of(
                "plural",
                "as",
                "singular",
                "a",
                "shortNames",
                list("x"),
                "kind",
                "A",
                "listKind",
                "AList"));
  }

  @Test
  void aShortNameOfAnotherDefinitionIsTaken() {
    JsonObject other = accepted(definition("g", "b", "B", "x"));

    AcceptedNames accepted = AcceptedNames.of(definition("g", "a", "A", "x"), List.of(other));

    assertThat(accepted.reason()).isEqualTo("ShortNamesConflict");
    assertThat(accepted.message()).isEqualTo("\"x\" is already in use");
    assertThat(accepted.names().has("shortNames")).isFalse();
    assertThat(accepted.names().string("kind")).isEqualTo("A");
  }

  @Test
  void anotherGroupsNamesDoNotMatter() {
    JsonObject other = accepted(definition("h", "b", "A", "x"));

    assertThat(AcceptedNames.of(definition("g", "a", "A", "x"), List.of(other)).complete())
        .isTrue();
  }

  @Test
  void whatWasAcceptedStays() {
    JsonObject own = accepted(definition("g", "a", "A", "x"));
    JsonObject other = accepted(definition("g", "b", "A", "x"));

    assertThat(AcceptedNames.of(own, List.of(other)).complete()).isTrue();
  }

  private static JsonObject accepted(JsonObject definition) {
    definition
        .ensureObject("status")
        .put("acceptedNames", definition.objectOrEmpty("spec").objectOrEmpty("names").deepCopy());
    return definition;
  }

  private static JsonObject definition(
      String group, String singular, String kind, String shortName) {
    return JsonObject.of(
        "metadata",
        JsonObject.of("name", singular + "s." + group),
        "spec",
        JsonObject.of(
            "group",
            group,
            "names",
            JsonObject.of(
                "plural",
                singular + "s",
                "singular",
                singular,
                "kind",
                kind,
                "listKind",
                kind + "List",
                "shortNames",
                list(shortName))));
  }

  private static List<Object> list(String one) {
    return new ArrayList<>(List.of(one));
  }
}
