package dev.javernetes.apiserver.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import org.junit.jupiter.api.Test;

class CustomObjectsTest {
  private static final Schema SCHEMA =
      StructuralSchemas.root(
          json(
              "{'type': 'object', 'properties': {'spec': {'type': 'object', 'properties': {'n':"
                  + " {'type': 'integer'}, 'template': {'type': 'object',"
                  + " 'x-kubernetes-embedded-resource': true,"
                  + " 'x-kubernetes-preserve-unknown-fields': true}}}}}"),
          BuiltInSchemas.get().type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"));

  private final CustomObjects objects = new CustomObjects(new GoShapes(BuiltInSchemas.get()));

  @Test
  void whatNoSchemaKnowsGoesInMetadataFieldsAndEmbeddedMetadata() throws DecodeException {
    JsonObject object =
        json(
            "{'kind': 'X', 'metadata': {'name': 'a', 'odd': 1}, 'spec': {'z': 1, 'b': 2, 'n': null,"
                + " 'template': {'kind': 'Y', 'metadata': {'name': 'y', 'no': 1}, 'data': {'k':"
                + " 1}}}}");

    assertThat(objects.normalize(object, SCHEMA))
        .containsExactly(
            "unknown field \"metadata.odd\"",
            "unknown field \"spec.b\"",
            "unknown field \"spec.z\"",
            "unknown field \"spec.template.metadata.no\"");
    assertThat(object)
        .isEqualTo(
            json(
                "{'kind': 'X', 'metadata': {'name': 'a'}, 'spec': {'template': {'kind': 'Y',"
                    + " 'metadata': {'name': 'y'}, 'data': {'k': 1}}}}"));
  }

  @Test
  void metadataHasItsTypes() {
    assertThatThrownBy(() -> objects.normalize(json("{'metadata': 'a'}"), SCHEMA))
        .hasMessage("json: cannot unmarshal string into Go value of type v1.ObjectMeta");
    assertThatThrownBy(() ->
            objects.normalize(
                json("{'spec': {'template': {'metadata': {'labels': {'a': 5}}}}}"), SCHEMA))
        .hasMessageStartingWith(
            "spec.template.metadata: Invalid value: {\"labels\":{\"a\":5}}: json:")
        .isInstanceOf(DecodeException.class);
  }

  private static JsonObject json(String text) {
    try {
      return Json.parseObject(text.replace('\'', '"'));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(text, problem);
    }
  }
}
