package dev.javernetes.api.schema.structural;

import static dev.javernetes.api.schema.structural.StructuralValidationTest.object;
import static dev.javernetes.api.schema.structural.StructuralValidationTest.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PruningTest {
  @Test
  void whatIsNotKnownGoesAndIsTold() {
    Schema schema =
        schema(
            "{'type': 'object', 'properties': {'parts': {'type': 'array', 'items': {'type': 'object', 'properties':"
                + " {'id': {'type': 'string'}}}}}}");
    JsonObject object =
        object(
            "{'kind': 'X', 'metadata': {'name': 'a'}, 'parts': [{'id': 'a', 'bogus': 1}], 'b': 2}");
    List<String> unknown = new ArrayList<>();

    Pruning.prune(object, schema, unknown::add);

    assertThat(object)
        .isEqualTo(object("{'kind': 'X', 'metadata': {'name': 'a'}, 'parts': [{'id': 'a'}]}"));
    assertThat(unknown).containsExactly("parts[0].bogus", "b");
  }

  @Test
  void belowWhatIsPreservedKnownPropertiesArePruned() {
    Schema schema =
        schema(
            "{'type': 'object', 'properties': {'raw': {'x-kubernetes-preserve-unknown-fields': true,"
                + " 'properties': {'known': {'type': 'object', 'properties': {'a': {'type': 'string'}}}}}}}");
    JsonObject object = object("{'raw': {'any': {'thing': 1}, 'known': {'a': 'x', 'b': 1}}}");

    Pruning.prune(object, schema, path -> {});

    assertThat(object).isEqualTo(object("{'raw': {'any': {'thing': 1}, 'known': {'a': 'x'}}}"));
  }

  @Test
  void anyMemberMayBeThereAndNothingIsKnownOfItsInside() {
    Schema schema =
        schema(
            "{'type': 'object', 'properties': {'m': {'type': 'object', 'additionalProperties': true}}}");
    JsonObject object = object("{'m': {'a': 1, 'b': {'c': 1}}}");

    Pruning.prune(object, schema, path -> {});

    assertThat(object).isEqualTo(object("{'m': {'a': 1, 'b': {}}}"));
  }

  @Test
  void defaultsStandInForNullsThatAreNotAllowed() {
    Schema schema =
        schema(
            "{'type': 'object', 'properties': {'a': {'type': 'string', 'default': 'x'}, 'n': {'type': 'string',"
                + " 'nullable': true, 'default': 'y'}, 'gone': {'type': 'string'}}}");
    JsonObject object = object("{'a': null, 'n': null, 'gone': null}");

    Defaulting.dropNulls(object, schema);
    Defaulting.fill(object, schema);

    assertThat(object).isEqualTo(object("{'a': 'x', 'n': null}"));
  }
}
