package dev.javernetes.api.cel.types;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A type that a schema describes: a list, a map, an object with fields or a simple type, with the
 * bounds from which the cost of expressions is estimated (upstream's {@code DeclType}).
 *
 * @param fields by escaped name; {@code null} if it is not an object
 * @param maxElements the most elements, entries or characters that a request can hold
 * @param minSerializedSize the fewest bytes as JSON
 */
public record DeclaredType(
    String name,
    CelType celType,
    @Nullable Map<String, Field> fields,
    @Nullable DeclaredType key,
    @Nullable DeclaredType element,
    long maxElements,
    long minSerializedSize) {

  static final DeclaredType STRING = simple(SimpleType.STRING, 0, 2);
  static final DeclaredType BOOL = simple(SimpleType.BOOL, 0, 4);
  static final DeclaredType DOUBLE = simple(SimpleType.DOUBLE, 0, 1);
  static final DeclaredType INT = simple(SimpleType.INT, 0, 1);
  static final DeclaredType DYN = simple(SimpleType.DYN, 0, 1);
  static final DeclaredType TIMESTAMP = simple(SimpleType.TIMESTAMP, 0, 12);

  /** An object's field. */
  public record Field(DeclaredType type, boolean required) {}

  static DeclaredType simple(CelType type, long maxElements, long minSerializedSize) {
    return new DeclaredType(type.name(), type, null, null, null, maxElements, minSerializedSize);
  }

  static DeclaredType list(DeclaredType element, long maxItems) {
    return new DeclaredType(
        "list", ListType.create(element.celType), null, null, element, maxItems, 2);
  }

  static DeclaredType map(DeclaredType element, long maxProperties) {
    return new DeclaredType(
        "map",
        MapType.create(SimpleType.STRING, element.celType),
        null,
        STRING,
        element,
        maxProperties,
        2);
  }

  static DeclaredType object(String name, Map<String, Field> fields, long minSerializedSize) {
    return new DeclaredType(
        name,
        StructTypeReference.create(name),
        new TreeMap<>(fields),
        null,
        null,
        0,
        minSerializedSize);
  }

  /** The same with objects named by where they stand: {@code name.spec}, {@code name.@idx}. */
  public DeclaredType named(String wanted) {
    if (fields != null) {
      String own = name.equals("object") ? wanted : name;
      Map<String, Field> renamed = new LinkedHashMap<>();
      fields.forEach((fieldName, field) ->
          renamed.put(
              fieldName, new Field(field.type.named(own + "." + fieldName), field.required)));
      return object(own, renamed, minSerializedSize);
    }
    if (element == null) {
      return this;
    }
    return key == null
        ? list(element.named(wanted + ".@idx"), maxElements)
        : map(element.named(wanted + ".@elem"), maxElements);
  }

  /** All objects in it, itself included, by name. */
  public Map<String, DeclaredType> objects() {
    Map<String, DeclaredType> found = new LinkedHashMap<>();
    gather(found);
    return found;
  }

  private void gather(Map<String, DeclaredType> found) {
    if (fields != null && found.putIfAbsent(name, this) == null) {
      fields.values().forEach(field -> field.type.gather(found));
    }
    if (element != null) {
      element.gather(found);
    }
  }
}
