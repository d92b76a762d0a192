package dev.javernetes.api.generator;

import java.util.List;

/**
 * How Go holds a field, which decides what upstream writes when a field is zero: a pointer or a
 * value, left out when empty or not. No artifact states it.
 */
final class GoFacts {

  /**
   * @param byValue the Go field is the value itself, not a pointer to it
   * @param omitEmpty tagged {@code omitempty} (or {@code omitzero} for a struct)
   */
  record Shape(boolean byValue, boolean omitEmpty) {}

  Shape shape(TypeModel type, FieldModel field) {
    return new Shape(false, !field.required());
  }

  List<String> enumeration(TypeModel type, FieldModel field) {
    return List.of();
  }
}
