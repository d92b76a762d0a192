package dev.javernetes.api.cel.types;

import dev.javernetes.api.cel.types.DeclaredType.Field;
import java.util.LinkedHashMap;
import java.util.Map;

/** Object types written by hand, for variables that no schema describes. */
public final class ObjectShapes {
  private final String name;
  private final Map<String, Field> fields = new LinkedHashMap<>();

  private ObjectShapes(String name) {
    this.name = name;
  }

  public static ObjectShapes object(String name) {
    return new ObjectShapes(name);
  }

  public ObjectShapes strings(String... names) {
    for (String field : names) {
      with(field, DeclaredType.STRING);
    }
    return this;
  }

  public ObjectShapes with(String field, DeclaredType type) {
    fields.put(field, new Field(type, true));
    return this;
  }

  public DeclaredType make() {
    return DeclaredType.object(name, fields, 2);
  }

  public static DeclaredType listOf(DeclaredType element) {
    return DeclaredType.list(element, Integer.MAX_VALUE);
  }

  public static DeclaredType mapOf(DeclaredType element) {
    return DeclaredType.map(element, Integer.MAX_VALUE);
  }

  public static DeclaredType string() {
    return DeclaredType.STRING;
  }

  public static DeclaredType integer() {
    return DeclaredType.INT;
  }

  public static DeclaredType bool() {
    return DeclaredType.BOOL;
  }

  public static DeclaredType timestamp() {
    return DeclaredType.TIMESTAMP;
  }

  public static DeclaredType dyn() {
    return DeclaredType.DYN;
  }

  /** A field of a type that an expression was found to have. */
  public static DeclaredType of(dev.cel.common.types.CelType type) {
    return DeclaredType.simple(type, 0, 1);
  }
}
