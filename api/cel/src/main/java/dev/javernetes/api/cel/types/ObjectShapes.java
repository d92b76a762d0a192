package dev.javernetes.api.cel.types;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
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

  /** An object whose fields may still grow, such as a policy's variables while it is compiled. */
  public static DeclaredType growing(String name, Map<String, Field> fields) {
    return new DeclaredType(name, StructTypeReference.create(name), fields, null, null, 0, 2);
  }

  /** A field that a growing object gets. */
  public static Field field(CelType type) {
    return new Field(DeclaredType.simple(plain(type), 0, 1), true);
  }

  /** Lists, maps and simple types stay, others are known at run time only. */
  private static CelType plain(CelType type) {
    return switch (type.kind()) {
      case BOOL, BYTES, DOUBLE, DURATION, INT, NULL_TYPE, STRING, TIMESTAMP, UINT -> type;
      case LIST -> ListType.create(plain(type.parameters().getFirst()));
      case MAP -> MapType.create(plain(type.parameters().get(0)), plain(type.parameters().get(1)));
      default -> SimpleType.DYN;
    };
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
}
