package dev.javernetes.apiserver.server;

import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.apiserver.admission.expression.StoredExpressions;
import dev.javernetes.apiserver.customresources.DefinitionStrategy;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;
import dev.javernetes.apiserver.strategy.ClusterStrategies;
import dev.javernetes.apiserver.strategy.WorkloadStrategies;
import dev.javernetes.apiserver.strategy.resource.AdminAccess;
import dev.javernetes.apiserver.strategy.resource.CompiledSelectors;
import dev.javernetes.apiserver.strategy.resource.ResourceStrategies;
import dev.javernetes.apiserver.strategy.service.ServiceNetwork;
import java.util.List;
import java.util.function.Supplier;

/** Chooses each built-in kind's strategy; kinds without one get what all have in common. */
final class BuiltInStrategies implements StrategyCatalog {
  private static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final List<StrategyCatalog> catalogs;

  /** {@code objects} is asked when there is something to read. */
  BuiltInStrategies(ServiceNetwork network, Supplier<ObjectReader> objects) {
    AdminAccess adminAccess =
        new AdminAccess(namespace -> {
          JsonObject found = objects.get().get(NAMESPACES, "", namespace);
          return found == null ? null : found.objectOrEmpty("metadata").stringMap("labels");
        });
    catalogs =
        List.of(
            new WorkloadStrategies(network),
            new ClusterStrategies(new StoredExpressions()),
            new ResourceStrategies(new CompiledSelectors(), adminAccess));
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    if (resource.equals(DEFINITIONS)) {
      return new DefinitionStrategy(new EmbeddedObjects(new GoShapes(BuiltInSchemas.get())));
    }
    for (StrategyCatalog catalog : catalogs) {
      Strategy particular = catalog.strategy(resource);
      if (particular != Strategy.SCHEMA_ONLY) {
        return particular;
      }
    }
    return new CommonStrategy(resource);
  }
}
