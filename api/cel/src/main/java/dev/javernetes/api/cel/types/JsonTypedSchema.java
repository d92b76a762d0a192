package dev.javernetes.api.cel.types;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schema as it stands in a CustomResourceDefinition: {@code openAPIV3Schema}. */
public final class JsonTypedSchema implements TypedSchema {
  private final JsonObject json;
  private final @Nullable TypedSchema items;
  private final @Nullable TypedSchema additional;
  private final Map<String, TypedSchema> properties;

  public JsonTypedSchema(JsonObject json) {
    this.json = json;
    this.items = of(json.object("items"));
    this.additional = of(json.object("additionalProperties"));
    Map<String, TypedSchema> inner = new LinkedHashMap<>();
    json.objectOrEmpty("properties")
        .forEach((name, schema) -> {
          if (schema instanceof JsonObject object) {
            inner.put(name, new JsonTypedSchema(object));
          }
        });
    this.properties = Collections.unmodifiableMap(inner);
  }

  private static @Nullable TypedSchema of(@Nullable JsonObject json) {
    return json == null ? null : new JsonTypedSchema(json);
  }

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
  public boolean embeddedResource() {
    return json.bool("x-kubernetes-embedded-resource");
  }

  @Override
  public @Nullable TypedSchema items() {
    return items;
  }

  @Override
  public Map<String, TypedSchema> properties() {
    return properties;
  }

  @Override
  public @Nullable TypedSchema additionalProperties() {
    return additional;
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
