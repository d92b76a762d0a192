package dev.javernetes.api.cel.value;

import org.jspecify.annotations.Nullable;

/** An object with named fields: {@code self.spec}, {@code has(self.spec)}. */
public interface Fields {
  /** The type's name, as in {@code type(x)}. */
  String typeName();

  /** {@code null} if it is not set. */
  @Nullable Object field(String name);

  /** The number of fields that are set. */
  int count();

  /** The object as JSON would have it, for comparison and for what leaves the language. */
  java.util.Map<String, Object> asMap();
}
