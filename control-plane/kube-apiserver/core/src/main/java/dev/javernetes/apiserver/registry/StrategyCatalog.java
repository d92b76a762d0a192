package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupResource;

/** The strategies of the built-in kinds. */
@FunctionalInterface
public interface StrategyCatalog {

  /** {@link Strategy#SCHEMA_ONLY} for a kind with nothing particular. */
  Strategy strategy(GroupResource resource);
}
