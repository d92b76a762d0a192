package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.schema.Constraints;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.SchemaBuilder;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schema of a custom resource as it is published, in either version of OpenAPI. */
public final class PublishedSchemas {
  private static final List<Schema> INTEGER_OR_STRING =
      List.of(
          Schema.builder().type(Schema.Type.INTEGER).build(),
          Schema.builder().type(Schema.Type.STRING).build());

  private PublishedSchemas() {}

  /**
   * For version 3: an int-or-string says that it is one or the other, an embedded object requires
   * what every object has.
   *
   * @param head {@code apiVersion}, {@code kind} and {@code metadata} of an embedded object
   */
  public static Schema v3(Schema schema, Map<String, Schema> head) {
    if (schema.reference() != null || schema.isUnspecified()) {
      return schema;
    }
    SchemaBuilder builder = nested(schema, inner -> v3(inner, head));
    Constraints constraints = schema.constraints();
    if (schema.intOrString() && !saysSo(constraints)) {
      builder.constraints(
          constraints.anyOf().isEmpty()
              ? constraints.withAnyOf(INTEGER_OR_STRING)
              : constraints.withFirstOfAll(
                  Schema.builder()
                      .constraints(Constraints.NONE.withAnyOf(INTEGER_OR_STRING))
                      .build()));
    }
    if (schema.embeddedResource()) {
      Set<String> required = new LinkedHashSet<>(schema.required());
      required.add("kind");
      required.add("apiVersion");
      Map<String, Schema> properties = new LinkedHashMap<>();
      schema.properties().forEach((name, property) -> properties.put(name, v3(property, head)));
      properties.putAll(head);
      builder.required(required).properties(properties);
    }
    return builder.build();
  }

  private static boolean saysSo(Constraints constraints) {
    return isIntegerOrString(constraints.anyOf())
        || !constraints.allOf().isEmpty()
            && isIntegerOrString(constraints.allOf().getFirst().constraints().anyOf());
  }

  private static boolean isIntegerOrString(List<Schema> anyOf) {
    return anyOf.size() == 2
        && anyOf.get(0).type() == Schema.Type.INTEGER
        && anyOf.get(1).type() == Schema.Type.STRING;
  }

  /**
   * For version 2, which knows no alternatives and no null: kubectl of old takes a field without a
   * type for one that may hold anything.
   */
  public static Schema v2(Schema schema) {
    if (schema.reference() != null || schema.isUnspecified()) {
      return schema;
    }
    SchemaBuilder builder = nested(schema, PublishedSchemas::v2);
    builder.constraints(schema.constraints().withoutCombinations());
    boolean bare = schema.nullable() || schema.preserveUnknownFields();
    if (bare) {
      builder.items(null).properties(Map.of());
    }
    boolean object = schema.type() == Schema.Type.OBJECT;
    boolean array = schema.type() == Schema.Type.ARRAY;
    if (schema.nullable() || array && bare || object && schema.preserveUnknownFields()) {
      builder.type(Schema.Type.ANY).nullable(false);
    }
    if (schema.additionalProperties() instanceof Schema values && values.nullable()) {
      builder.required(Set.of());
    } else if (!bare) {
      Set<String> required = new LinkedHashSet<>(schema.required());
      schema
          .properties()
          .forEach((name, property) -> {
            if (property.nullable()) {
              required.remove(name);
            }
          });
      builder.required(required);
    }
    return builder.build();
  }

  private static SchemaBuilder nested(
      Schema schema, java.util.function.UnaryOperator<Schema> change) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    schema.properties().forEach((name, property) -> properties.put(name, change.apply(property)));
    SchemaBuilder builder = schema.toBuilder().properties(properties);
    @Nullable Schema items = schema.items();
    if (items != null) {
      builder.items(change.apply(items));
    }
    @Nullable Schema values = schema.additionalProperties();
    if (values != null) {
      builder.additionalProperties(change.apply(values));
    }
    return builder;
  }
}
