package dev.javernetes.api.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link Schema} is made of; used once, by the one who reads a generated catalogue
 * or a custom resource definition.
 */
public final class SchemaBuilder {
  @Nullable String reference;
  @Nullable Supplier<Schema> target;
  Supplier<String> description = () -> "";
  Schema.Type type = Schema.Type.ANY;
  String format = "";
  Schema.WireType wireType = Schema.WireType.NATURAL;
  Map<String, Schema> properties = Map.of();
  @Nullable Schema items;
  @Nullable Schema additionalProperties;
  boolean closed;
  Set<String> required = Set.of();
  @Nullable Object defaultValue;
  int protoNumber;
  List<Integer> protoParents = List.of();
  boolean byValue;
  List<String> enumeration = List.of();
  boolean omitEmpty = true;
  boolean nullable;
  Set<Schema.PatchStrategy> patchStrategies = Set.of();
  @Nullable String patchMergeKey;
  Schema.@Nullable ListType listType;
  List<String> listMapKeys = List.of();
  Schema.@Nullable MapType mapType;
  boolean preserveUnknownFields;
  boolean embeddedResource;
  boolean intOrString;
  Constraints constraints = Constraints.NONE;

  SchemaBuilder() {}

  SchemaBuilder(SchemaBuilder other) {
    reference = other.reference;
    target = other.target;
    description = other.description;
    type = other.type;
    format = other.format;
    wireType = other.wireType;
    properties = other.properties;
    items = other.items;
    additionalProperties = other.additionalProperties;
    closed = other.closed;
    required = other.required;
    defaultValue = other.defaultValue;
    protoNumber = other.protoNumber;
    protoParents = other.protoParents;
    byValue = other.byValue;
    enumeration = other.enumeration;
    omitEmpty = other.omitEmpty;
    nullable = other.nullable;
    patchStrategies = other.patchStrategies;
    patchMergeKey = other.patchMergeKey;
    listType = other.listType;
    listMapKeys = other.listMapKeys;
    mapType = other.mapType;
    preserveUnknownFields = other.preserveUnknownFields;
    embeddedResource = other.embeddedResource;
    intOrString = other.intOrString;
    constraints = other.constraints;
  }

  /** Refers to a named type, found through {@code target} when first needed. */
  public SchemaBuilder reference(String name, Supplier<Schema> target) {
    this.reference = name;
    this.target = target;
    return this;
  }

  public SchemaBuilder description(String description) {
    this.description = () -> description;
    return this;
  }

  /** For descriptions that stay on disk until somebody reads them. */
  public SchemaBuilder description(Supplier<String> description) {
    this.description = description;
    return this;
  }

  public SchemaBuilder type(Schema.Type type) {
    this.type = type;
    return this;
  }

  public SchemaBuilder format(String format) {
    this.format = format;
    return this;
  }

  public SchemaBuilder wireType(Schema.WireType wireType) {
    this.wireType = wireType;
    return this;
  }

  /** Kept in the given order. */
  public SchemaBuilder properties(Map<String, Schema> properties) {
    this.properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    return this;
  }

  public SchemaBuilder items(@Nullable Schema items) {
    this.items = items;
    return this;
  }

  public SchemaBuilder additionalProperties(Schema values) {
    this.additionalProperties = values;
    return this;
  }

  /** No members but the properties: {@code additionalProperties: false}. */
  public SchemaBuilder closed(boolean closed) {
    this.closed = closed;
    return this;
  }

  /** Kept in the given order. */
  public SchemaBuilder required(Set<String> required) {
    this.required = Collections.unmodifiableSet(new LinkedHashSet<>(required));
    return this;
  }

  public SchemaBuilder defaultValue(@Nullable Object defaultValue) {
    this.defaultValue = defaultValue;
    return this;
  }

  public SchemaBuilder protoNumber(int protoNumber) {
    this.protoNumber = protoNumber;
    return this;
  }

  public SchemaBuilder protoParents(List<Integer> numbers) {
    this.protoParents = List.copyOf(numbers);
    return this;
  }

  public SchemaBuilder byValue(boolean byValue) {
    this.byValue = byValue;
    return this;
  }

  public SchemaBuilder enumeration(List<String> values) {
    this.enumeration = List.copyOf(values);
    return this;
  }

  public SchemaBuilder omitEmpty(boolean omitEmpty) {
    this.omitEmpty = omitEmpty;
    return this;
  }

  public SchemaBuilder nullable(boolean nullable) {
    this.nullable = nullable;
    return this;
  }

  public SchemaBuilder patchStrategies(Set<Schema.PatchStrategy> strategies) {
    this.patchStrategies = Set.copyOf(strategies);
    return this;
  }

  public SchemaBuilder patchMergeKey(@Nullable String key) {
    this.patchMergeKey = key;
    return this;
  }

  public SchemaBuilder listType(Schema.@Nullable ListType listType) {
    this.listType = listType;
    return this;
  }

  public SchemaBuilder listMapKeys(List<String> keys) {
    this.listMapKeys = List.copyOf(keys);
    return this;
  }

  public SchemaBuilder mapType(Schema.@Nullable MapType mapType) {
    this.mapType = mapType;
    return this;
  }

  public SchemaBuilder preserveUnknownFields(boolean preserve) {
    this.preserveUnknownFields = preserve;
    return this;
  }

  public SchemaBuilder embeddedResource(boolean embedded) {
    this.embeddedResource = embedded;
    return this;
  }

  public SchemaBuilder intOrString(boolean intOrString) {
    this.intOrString = intOrString;
    return this;
  }

  public SchemaBuilder constraints(Constraints constraints) {
    this.constraints = constraints;
    return this;
  }

  public Schema build() {
    return new Schema(this, target);
  }
}
