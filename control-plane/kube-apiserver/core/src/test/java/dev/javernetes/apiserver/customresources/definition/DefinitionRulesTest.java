package dev.javernetes.apiserver.customresources.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionRulesTest {
  private final DefinitionRules rules =
      new DefinitionRules(
          new DefaultRules(new EmbeddedObjects(new GoShapes(BuiltInSchemas.get()))));

  @Test
  void aSoundDefinitionHasNoProblems() {
    assertThat(created(definition("{'a': {'type': 'string', 'default': 'x'}}"))).isEmpty();
  }

  @Test
  void ofOneVersionTheSchemaIsNamedAsSharedByAll() {
    assertThat(created(definition("{'a': {}}")))
        .containsExactly(
            "spec.validation.openAPIV3Schema.properties[spec].properties[a].type: Required value:"
                + " must not be empty for specified object fields");
  }

  @Test
  void ofSeveralVersionsEachSchemaIsNamedByItsOwn() {
    JsonObject definition = definition("{'a': {}}");
    JsonObject second = definition.objectOrEmpty("spec").objects("versions").getFirst().deepCopy();
    second.put("name", "v2");
    second.put("storage", false);
    second.ensureObject("schema").ensureObject("openAPIV3Schema").put("description", "other");
    definition.objectOrEmpty("spec").ensureArray("versions").add(second);

    assertThat(created(definition))
        .allMatch(problem -> problem.matches("spec\\.versions\\[[01]]\\.schema\\..*"))
        .hasSize(2);
  }

  @Test
  void typesStandOutsideOfJunctors() {
    assertThat(
            created(
                definition(
                    "{'a': {'type': 'object', 'anyOf': [{'properties': {'b': {'type': 'string'}}}]}}")))
        .containsExactly(
            "spec.validation.openAPIV3Schema.properties[spec].properties[a].anyOf[0].properties[b].type:"
                + " Forbidden: must be empty to be structural");
  }

  @Test
  void aDefaultMustFitItsSchema() {
    assertThat(created(definition("{'a': {'type': 'integer', 'maximum': 3, 'default': 9}}")))
        .containsExactly(
            "spec.validation.openAPIV3Schema.properties[spec].properties[a].default: Invalid value:"
                + " 9:  in body should be less than or equal to 3");
  }

  @Test
  void theKeysOfAListMustBeThere() {
    assertThat(
            created(
                definition(
                    "{'l': {'type': 'array', 'x-kubernetes-list-type': 'map',"
                        + " 'x-kubernetes-list-map-keys': ['k'], 'items': {'type': 'object',"
                        + " 'properties': {'k': {'type': 'string'}}}}}")))
        .containsExactly(
            "spec.validation.openAPIV3Schema.properties[spec].properties[l].items.properties[k].default:"
                + " Required value: this property is in x-kubernetes-list-map-keys, so it must have a"
                + " default or be a required property");
  }

  @Test
  void aProtectedGroupNeedsApproval() {
    JsonObject definition = definition("{}");
    definition.ensureObject("spec").put("group", "x.k8s.io");
    definition.ensureObject("metadata").put("name", "widgets.x.k8s.io");

    assertThat(created(definition)).hasSize(1).first().asString().contains("api-approved");

    definition
        .ensureObject("metadata")
        .put("annotations", JsonObject.of("api-approved.kubernetes.io", "https://example.com/1"));
    assertThat(created(definition)).isEmpty();
  }

  @Test
  void namesAndScopeStayOnceEstablished() {
    JsonObject old = definition("{}");
    JsonObject updated = old.deepCopy();
    updated.ensureObject("spec").put("scope", "Cluster");

    assertThat(updated(updated, old)).isEmpty();

    old.ensureObject("status")
        .ensureArray("conditions")
        .add(JsonObject.of("type", "Established", "status", "True"));
    assertThat(updated(updated, old))
        .containsExactly("spec.scope: Invalid value: \"Cluster\": field is immutable");
  }

  @Test
  void whatWasStoredMustRemain() {
    JsonObject old = definition("{}");
    JsonObject updated = old.deepCopy();
    updated.ensureObject("status").ensureArray("storedVersions").addFirst("v0");

    assertThat(updated(updated, old))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("status.storedVersions[0]: Invalid value: \"v0\": missing from spec.versions;");
  }

  @Test
  void anUpdateNeedNotMendWhatWasAcceptedBefore() {
    JsonObject old =
        definition(
            "{'l': {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'object', 'properties': {'k': {'type': 'string'}}}}}");
    assertThat(created(old)).hasSize(1);

    assertThat(updated(old.deepCopy(), old)).isEmpty();
  }

  private List<String> created(JsonObject definition) {
    ErrorList errors = new ErrorList();
    rules.validateCreate(definition, errors);
    return texts(errors);
  }

  private List<String> updated(JsonObject definition, JsonObject old) {
    ErrorList errors = new ErrorList();
    rules.validateUpdate(definition, old, errors);
    return texts(errors);
  }

  private static List<String> texts(ErrorList errors) {
    return errors.asList().stream().map(FieldError::toString).toList();
  }

  private static JsonObject definition(String properties) {
    try {
      return Json.parseObject(
          ("{'metadata': {'name': 'widgets.example.com'}, 'spec': {'group': 'example.com', 'scope':"
                  + " 'Namespaced', 'names': {'plural': 'widgets', 'singular': 'widget', 'kind':"
                  + " 'Widget', 'listKind': 'WidgetList'}, 'conversion': {'strategy': 'None'},"
                  + " 'versions': [{'name': 'v1', 'served': true, 'storage': true, 'schema':"
                  + " {'openAPIV3Schema': {'type': 'object', 'properties': {'spec': {'type':"
                  + " 'object', 'properties': "
                  + properties
                  + "}}}}}]}, 'status': {'storedVersions': ['v1'], 'acceptedNames': {}}}")
              .replace('\'', '"'));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(properties, problem);
    }
  }
}
