package dev.javernetes.api.schema.structural;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Constraints;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code openAPIV3Schema} (JSONSchemaProps) of a custom resource definition into the schema
 * model: {@code {type: object, properties: {size: {type: integer, maximum: 5}}}}.
 */
public final class StructuralSchemas {
  private StructuralSchemas() {}

  /**
   * The schema of a whole object as it is served: {@code props} and what every object has, in
   * embedded ones too.
   */
  public static Schema root(JsonObject props, Schema objectMeta) {
    return read(props, objectMeta)
        .type(Schema.Type.OBJECT)
        .properties(resource(props, objectMeta))
        .build();
  }

  /** The schema as the definition has it: what validates, prunes and fills in defaults. */
  public static Schema parse(JsonObject props) {
    return read(props, null).build();
  }

  private static Schema parse(JsonObject props, @Nullable Schema objectMeta) {
    return read(props, objectMeta).build();
  }

  private static Map<String, Schema> resource(JsonObject props, Schema objectMeta) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    properties.put("apiVersion", Schema.builder().type(Schema.Type.STRING).build());
    properties.put("kind", Schema.builder().type(Schema.Type.STRING).build());
    properties.put("metadata", objectMeta);
    props
        .objectOrEmpty("properties")
        .forEach((name, value) -> {
          if (!properties.containsKey(name) && value instanceof JsonObject property) {
            properties.put(name, parse(property, objectMeta));
          }
        });
    return properties;
  }

  private static SchemaBuilder read(JsonObject props, @Nullable Schema objectMeta) {
    SchemaBuilder builder =
        Schema.builder()
            .description(props.string("description"))
            .type(type(props))
            .format(props.string("format"))
            .required(new LinkedHashSet<>(props.strings("required")))
            .nullable(props.bool("nullable"))
            .preserveUnknownFields(props.bool("x-kubernetes-preserve-unknown-fields"))
            .embeddedResource(props.bool("x-kubernetes-embedded-resource"))
            .intOrString(props.bool("x-kubernetes-int-or-string"))
            .constraints(constraints(props));
    if (props.containsKey("default")) {
      builder.defaultValue(props.get("default"));
    }
    Map<String, Schema> properties = new LinkedHashMap<>();
    props
        .objectOrEmpty("properties")
        .forEach((name, value) -> {
          if (value instanceof JsonObject property) {
            properties.put(name, parse(property, objectMeta));
          }
        });
    builder.properties(
        objectMeta != null && props.bool("x-kubernetes-embedded-resource")
            ? resource(props, objectMeta)
            : properties);
    if (props.object("items") instanceof JsonObject items) {
      builder.items(parse(items, objectMeta));
    }
    if (props.object("additionalProperties") instanceof JsonObject values) {
      builder.additionalProperties(parse(values, objectMeta));
    } else if (props.bool("additionalProperties")) {
      builder.additionalProperties(Schema.UNSPECIFIED);
    } else if (Boolean.FALSE.equals(props.boolOrNull("additionalProperties"))) {
      builder.closed(true);
    }
    builder.listType(
        switch (props.string("x-kubernetes-list-type")) {
          case "atomic" -> Schema.ListType.ATOMIC;
          case "set" -> Schema.ListType.SET;
          case "map" -> Schema.ListType.MAP;
          default -> null;
        });
    builder.listMapKeys(props.strings("x-kubernetes-list-map-keys"));
    builder.mapType(
        switch (props.string("x-kubernetes-map-type")) {
          case "atomic" -> Schema.MapType.ATOMIC;
          case "granular" -> Schema.MapType.GRANULAR;
          default -> null;
        });
    return builder;
  }

  private static Schema.Type type(JsonObject props) {
    return switch (props.string("type")) {
      case "object" -> Schema.Type.OBJECT;
      case "array" -> Schema.Type.ARRAY;
      case "string" -> Schema.Type.STRING;
      case "integer" -> Schema.Type.INTEGER;
      case "number" -> Schema.Type.NUMBER;
      case "boolean" -> Schema.Type.BOOLEAN;
      default -> Schema.Type.ANY;
    };
  }

  private static Constraints constraints(JsonObject props) {
    List<Constraints.ValidationRule> rules = new ArrayList<>();
    for (JsonObject rule : props.objects("x-kubernetes-validations")) {
      rules.add(
          new Constraints.ValidationRule(
              rule.string("rule"),
              rule.string("message"),
              rule.string("messageExpression"),
              rule.string("reason"),
              rule.string("fieldPath"),
              rule.boolOrNull("optionalOldSelf")));
    }
    return new Constraints(
        number(props.get("minimum")),
        props.bool("exclusiveMinimum"),
        number(props.get("maximum")),
        props.bool("exclusiveMaximum"),
        number(props.get("multipleOf")),
        props.integerOrNull("minLength"),
        props.integerOrNull("maxLength"),
        props.string("pattern").isEmpty() ? null : props.string("pattern"),
        props.integerOrNull("minItems"),
        props.integerOrNull("maxItems"),
        props.bool("uniqueItems"),
        props.integerOrNull("minProperties"),
        props.integerOrNull("maxProperties"),
        props.array("enum") == null ? List.of() : props.ensureArray("enum"),
        all(props, "allOf"),
        all(props, "anyOf"),
        all(props, "oneOf"),
        props.object("not") instanceof JsonObject not ? parse(not) : null,
        rules);
  }

  private static List<Schema> all(JsonObject props, String name) {
    return props.objects(name).stream().map(StructuralSchemas::parse).toList();
  }

  private static @Nullable Double number(@Nullable Object value) {
    return value instanceof Number number ? (Double) number.doubleValue() : null;
  }
}
