package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionResource;

/** The printer columns of the built-in kinds. */
@FunctionalInterface
public interface ColumnCatalog {

  /** {@link TableColumns#NAME_AND_AGE} for a kind without columns of its own. */
  TableColumns columns(GroupVersionResource resource);
}
