package dev.javernetes.api.cel.value;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object that an expression made: {@code Object.spec{replicas: 3}}. */
public record Structure(String typeName, Map<String, Object> fields) implements Fields {
  public Structure {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  @Override
  public @Nullable Object field(String name) {
    return fields.get(name);
  }

  @Override
  public int count() {
    return fields.size();
  }

  @Override
  public Map<String, Object> asMap() {
    return fields;
  }
}
