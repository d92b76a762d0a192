package dev.javernetes.apiserver.server;

import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.BuiltInSchemas;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.admission.expression.StoredExpressions;
import dev.javernetes.apiserver.authorization.Refusals;
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
import dev.javernetes.apiserver.strategy.resource.StatusRights;
import dev.javernetes.apiserver.strategy.service.ServiceNetwork;
import java.util.List;
import java.util.function.Supplier;

/** Chooses each built-in kind's strategy; kinds without one get what all have in common. */
final class BuiltInStrategies implements StrategyCatalog {
  private static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final List<StrategyCatalog> catalogs;

  /** {@code objects} and {@code authorizer} are asked when there is something to ask. */
  BuiltInStrategies(
      ServiceNetwork network, Supplier<ObjectReader> objects, Supplier<Authorizer> authorizer) {
    AdminAccess adminAccess =
        new AdminAccess(namespace -> {
          JsonObject found = objects.get().get(NAMESPACES, "", namespace);
          return found == null ? null : found.objectOrEmpty("metadata").stringMap("labels");
        });
    catalogs =
        List.of(
            new WorkloadStrategies(network),
            new ClusterStrategies(new StoredExpressions()),
            new ResourceStrategies(
                new CompiledSelectors(),
                adminAccess,
                new StatusRights((user, verb, namespace, subresource, name) ->
                    refusal(
                        authorizer.get(),
                        RequestAttributes.resource(
                            user,
                            verb,
                            namespace,
                            "resource.k8s.io",
                            "resourceclaims",
                            subresource,
                            name)))));
  }

  private static String refusal(Authorizer authorizer, RequestAttributes request) {
    Authorizer.Decision decision = authorizer.authorize(request);
    return decision.allowed()
        ? ""
        : Refusals.forbidden(request, decision.reason()).status().string("message");
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
