package dev.javernetes.api.cel.types;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the types of expressions need to know of a schema, whatever it is written in. */
public interface TypedSchema {
  /** {@code object}, {@code array}, {@code string} …; empty if it has none. */
  String type();

  String format();

  boolean intOrString();

  /** Whether it is a whole object with {@code kind}, {@code apiVersion} and {@code metadata}. */
  boolean embeddedResource();

  @Nullable TypedSchema items();

  Map<String, TypedSchema> properties();

  /** {@code null} if other members are not described by a schema. */
  @Nullable TypedSchema additionalProperties();

  boolean hasDefault();

  /** {@code maxItems}, {@code maxLength} or {@code maxProperties}; {@code null} if unlimited. */
  @Nullable Long max(String limit);

  List<String> required();

  List<?> enumeration();

  /** {@code set}, {@code map} or {@code atomic}; empty if not said. */
  String listType();

  List<String> listMapKeys();
}
