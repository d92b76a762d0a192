package dev.javernetes.api.cel.types;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object seen through its schema; its fields go by their escaped names. */
final class TypedMap extends AbstractMap<Object, Object> {
  private static final TypedSchema TEXT =
      new JsonTypedSchema(dev.javernetes.api.machinery.json.JsonObject.of("type", "string"));

  private final Map<?, ?> json;
  private final TypedSchema schema;
  private final Map<String, TypedSchema> properties;
  private final @Nullable TypedSchema additional;

  TypedMap(Map<?, ?> json, TypedSchema schema) {
    this.json = json;
    this.schema = schema;
    this.additional = schema.additionalProperties();
    this.properties = schema.properties();
  }

  private @Nullable String name(Object key) {
    if (!(key instanceof String text)) {
      return null;
    }
    if (additional != null) {
      return text;
    }
    if (json.containsKey(text)) {
      boolean plain = !text.contains("__") || text.equals(FieldNames.escape(text));
      return plain ? text : null;
    }
    for (Object name : json.keySet()) {
      if (name instanceof String own && text.equals(FieldNames.escape(own))) {
        return own;
      }
    }
    return null;
  }

  private Object view(String name) {
    Object value = json.get(name);
    TypedSchema of = properties.get(name);
    if (of == null) {
      of = additional;
    }
    if (of == null && (name.equals("kind") || name.equals("apiVersion"))) {
      of = TEXT;
    }
    return of == null ? dev.javernetes.api.cel.value.Values.of(value) : TypedValues.of(value, of);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    String name = key == null ? null : name(key);
    if (name == null || !json.containsKey(name)) {
      return null;
    }
    boolean absent = json.get(name) == null && !properties.isEmpty(); // a field that is null
    return absent ? null : view(name);
  }

  @Override
  public int size() {
    return json.size();
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    Map<Object, Object> all = new LinkedHashMap<>();
    for (Object key : json.keySet()) {
      if (key instanceof String name) {
        String shown = schema.additionalProperties() == null ? FieldNames.escape(name) : name;
        all.put(shown == null ? name : shown, view(name));
      }
    }
    return all.entrySet();
  }
}
