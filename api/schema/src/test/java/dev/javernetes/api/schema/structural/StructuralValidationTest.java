package dev.javernetes.api.schema.structural;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

class StructuralValidationTest {
  private final StructuralValidation validation = new StructuralValidation();

  @Test
  void aNumberBeyondItsLimitSaysTheLimitAsItWasCompared() {
    Schema schema =
        spec(
            "{'size': {'type': 'integer', 'maximum': 5}, 'part': {'type': 'number', 'minimum': 0.5}}");

    assertThat(problems(schema, "{'spec': {'size': 9, 'part': 0.25}}"))
        .containsExactly(
            "spec.size: Invalid value: 9: spec.size in body should be less than or equal to 5",
            "spec.part: Invalid value: 0.25: spec.part in body should be greater than or equal to"
                + " 0.5");
  }

  @Test
  void aTextHasOneProblemAtATime() {
    Schema schema = spec("{'name': {'type': 'string', 'maxLength': 3, 'pattern': '^[a-z]*$'}}");

    assertThat(problems(schema, "{'spec': {'name': 'LONG'}}"))
        .containsExactly("spec.name: Too long: may not be more than 3 bytes");
    assertThat(problems(schema, "{'spec': {'name': 'UP'}}"))
        .containsExactly(
            "spec.name: Invalid value: \"UP\": spec.name in body should match '^[a-z]*$'");
  }

  @Test
  void aWrongTypeIsNamed() {
    Schema schema =
        spec("{'size': {'type': 'integer'}, 'at': {'x-kubernetes-int-or-string': true}}");

    assertThat(problems(schema, "{'spec': {'size': 'x', 'at': true}}"))
        .containsExactly(
            "spec.size: Invalid value: \"string\": spec.size in body must be of type integer:"
                + " \"string\"",
            "spec.at: Invalid value: \"boolean\": spec.at in body must be of type integer,string:"
                + " \"boolean\"");
    assertThat(problems(schema, "{'spec': {'size': 5.0, 'at': '80%'}}")).isEmpty();
  }

  @Test
  void whatIsMissingIsRequiredInTheOrderOfTheSchema() {
    Schema schema = schema("{'type': 'object', 'required': ['z', 'a']}");

    assertThat(problems(schema, "{}")).containsExactly("z: Required value", "a: Required value");
  }

  @Test
  void aMapsValuesHaveDottedPaths() {
    Schema schema = spec("{'m': {'type': 'object', 'additionalProperties': {'type': 'integer'}}}");

    assertThat(problems(schema, "{'spec': {'m': {'k': 'x'}}}"))
        .containsExactly(
            "spec.m.k: Invalid value: \"string\": spec.m.k in body must be of type integer:"
                + " \"string\"");
  }

  @Test
  void tooManyTellsHowMany() {
    Schema schema = spec("{'l': {'type': 'array', 'maxItems': 1, 'items': {'type': 'string'}}}");

    assertThat(problems(schema, "{'spec': {'l': ['a', 'b']}}"))
        .containsExactly("spec.l: Too many: 2: must have at most 1 item");
  }

  @Test
  void aCombinationHasNoPath() {
    Schema schema =
        spec(
            "{'n': {'type': 'integer', 'oneOf': [{'minimum': 1}, {'minimum': 2}]}, 'o': {'not': {'minimum': 3},"
                + " 'type': 'integer'}}");

    assertThat(problems(schema, "{'spec': {'n': 2, 'o': 3}}"))
        .containsExactly(
            "<nil>: Invalid value: \"\": \"spec.n\" must validate one and only one schema (oneOf)."
                + " Found 2 valid alternatives",
            "<nil>: Invalid value: \"\": \"spec.o\" must not validate the schema (not)");
  }

  @Test
  void ofAlternativesThatAllFailTheBestIsShown() {
    Schema schema =
        spec(
            "{'o': {'type': 'object', 'properties': {'a': {'type': 'string'}, 'b': {'type': 'string'}}, 'anyOf':"
                + " [{'required': ['a', 'b']}, {'properties': {'a': {'enum': ['x']}}, 'required': ['b']}]}}");

    assertThat(problems(schema, "{'spec': {'o': {'a': 'x'}}}"))
        .containsExactly(
            "<nil>: Invalid value: \"\": \"spec.o\" must validate at least one schema (anyOf)",
            "spec.o.b: Required value");
  }

  @Test
  void whatWasInvalidBeforeMayStaySo() {
    Schema schema = spec("{'size': {'type': 'integer', 'maximum': 5}, 'name': {'type': 'string'}}");

    assertThat(
            update(
                schema, "{'spec': {'size': 9, 'name': 'b'}}", "{'spec': {'size': 9, 'name': 'a'}}"))
        .isEmpty();
    assertThat(
            update(
                schema, "{'spec': {'size': 8, 'name': 'a'}}", "{'spec': {'size': 9, 'name': 'a'}}"))
        .hasSize(1);
  }

  @Test
  void elementsCorrespondByTheirKeysOnly() {
    String items =
        "'items': {'type': 'object', 'properties': {'k': {'type': 'string'}, 'n': {'type': 'integer',"
            + " 'maximum': 1}}}";
    Schema byKey =
        spec(
            "{'l': {'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], "
                + items
                + "}}");
    Schema atomic = spec("{'l': {'type': 'array', " + items + "}}");
    String old = "{'spec': {'l': [{'k': 'a', 'n': 9}, {'k': 'b', 'n': 1}]}}";
    String updated = "{'spec': {'l': [{'k': 'c', 'n': 1}, {'k': 'a', 'n': 9}]}}";

    assertThat(update(byKey, updated, old)).isEmpty();
    assertThat(update(atomic, updated, old)).hasSize(1);
  }

  @Test
  void listsOfSetsAndMapsHoldNothingTwice() {
    Schema schema =
        spec(
            "{'s': {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'string'}}, 'm': {'type':"
                + " 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], 'items': {'type':"
                + " 'object', 'properties': {'k': {'type': 'string'}}}}}");
    ErrorList errors = new ErrorList();

    ListTypes.validate(
        object("{'spec': {'s': ['a', 'a', 'a'], 'm': [{'k': 'x', 'n': 1}, {'k': 'x', 'n': 2}]}}"),
        schema,
        FieldPath.ROOT,
        errors);

    assertThat(texts(errors))
        .containsExactly(
            "spec.s[1]: Duplicate value: \"a\"", "spec.m[1]: Duplicate value: {\"k\":\"x\"}");
  }

  @Test
  void formatsBindTextsOfTheirType() {
    Schema schema =
        spec(
            "{'v': {'type': 'string', 'format': 'cidr'}, 'n': {'type': 'integer', 'format': 'int32'}}");

    assertThat(problems(schema, "{'spec': {'v': '192.0.2.0/24', 'n': 2147483648}}"))
        .containsExactly(
            "<nil>: Invalid value: \"\": Checked value must be of type integer with format int32 in"
                + " spec.n");
    assertThat(problems(schema, "{'spec': {'v': '192.0.2.0'}}"))
        .containsExactly(
            "spec.v: Invalid value: \"192.0.2.0\": spec.v in body must be of type cidr:"
                + " \"192.0.2.0\"");
  }

  private List<String> problems(Schema schema, String object) {
    ErrorList errors = new ErrorList();
    validation.validate(object(object), schema, FieldPath.ROOT, errors);
    return texts(errors);
  }

  private List<String> update(Schema schema, String object, String old) {
    ErrorList errors = new ErrorList();
    validation.validateUpdate(
        new Correlation(object(object), object(old), schema), schema, FieldPath.ROOT, errors);
    return texts(errors);
  }

  private static List<String> texts(ErrorList errors) {
    return errors.asList().stream().map(FieldError::toString).toList();
  }

  private static Schema spec(String properties) {
    return schema(
        "{'type': 'object', 'properties': {'spec': {'type': 'object', 'properties': "
            + properties
            + "}}}");
  }

  static Schema schema(String text) {
    return StructuralSchemas.parse(object(text));
  }

  /** JSON with single quotes. */
  static JsonObject object(String text) {
    try {
      return Json.parseObject(text.replace('\'', '"'));
    } catch (JsonSyntaxException problem) {
      throw new IllegalArgumentException(text, problem);
    }
  }
}
