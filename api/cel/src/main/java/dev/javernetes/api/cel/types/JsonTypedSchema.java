package dev.javernetes.api.cel.types;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schema as it stands in a CustomResourceDefinition: {@code openAPIV3Schema}. */
public record JsonTypedSchema(JsonObject json) implements TypedSchema {
  @Override
  public String type() {
    return json.string("type");
  }

  @Override
  public String format() {
    return json.string("format");
  }

  @Override
  public boolean intOrString() {
    return json.bool("x-kubernetes-int-or-string");
  }

  @Override
  public boolean preservesUnknownFields() {
    return json.bool("x-kubernetes-preserve-unknown-fields");
  }

  @Override
  public boolean embeddedResource() {
    return json.bool("x-kubernetes-embedded-resource");
  }

  @Override
  public boolean nullable() {
    return json.bool("nullable");
  }

  @Override
  public @Nullable TypedSchema items() {
    JsonObject items = json.object("items");
    return items == null ? null : new JsonTypedSchema(items);
  }

  @Override
  public Map<String, TypedSchema> properties() {
    Map<String, TypedSchema> properties = new LinkedHashMap<>();
    json.objectOrEmpty("properties")
        .forEach((name, schema) -> {
          if (schema instanceof JsonObject object) {
            properties.put(name, new JsonTypedSchema(object));
          }
        });
    return properties;
  }

  @Override
  public @Nullable TypedSchema additionalProperties() {
    JsonObject additional = json.object("additionalProperties");
    return additional == null ? null : new JsonTypedSchema(additional);
  }

  @Override
  public boolean hasDefault() {
    return json.has("default");
  }

  @Override
  public @Nullable Long max(String limit) {
    return json.integerOrNull(limit);
  }

  @Override
  public List<String> required() {
    return json.strings("required");
  }

  @Override
  public List<?> enumeration() {
    List<?> values = json.array("enum");
    return values == null ? List.of() : values;
  }

  @Override
  public String listType() {
    return json.string("x-kubernetes-list-type");
  }

  @Override
  public List<String> listMapKeys() {
    return json.strings("x-kubernetes-list-map-keys");
  }
}
