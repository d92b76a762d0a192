package dev.javernetes.api.schema;

import java.util.Set;

/**
 * Named types, as upstream's OpenAPI v3 names them ({@code io.k8s.api.core.v1.Pod}). The generated
 * one is {@code BuiltInSchemas}.
 */
public interface SchemaCatalog {

  /** {@code IllegalArgumentException} for a name that is not there. */
  Schema type(String name);

  Set<String> names();
}
