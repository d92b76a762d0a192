package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionResource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All resources served now, built in and custom. */
public interface ResourceTable {

  /** A resource in one of its versions. */
  record Served(ResourceDefinition definition, ServedVersion version) {}

  @Nullable Served find(GroupVersionResource resource);

  @Nullable ResourceDefinition find(GroupResource resource);

  List<ResourceDefinition> all();
}
