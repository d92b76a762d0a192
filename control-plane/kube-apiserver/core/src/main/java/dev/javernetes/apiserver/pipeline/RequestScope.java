package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.QueryParameters;
import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One request on a resource, with what was found out about it on the way.
 *
 * @param requested the version the client speaks
 * @param warnings to be sent as Warning headers, each once
 */
record RequestScope(
    ApiRequest request,
    RequestInfo info,
    UserInfo user,
    ResourceDefinition definition,
    ServedVersion requested,
    Instant now,
    Set<String> warnings) {

  static RequestScope of(
      ApiRequest request,
      RequestInfo info,
      UserInfo user,
      ResourceDefinition definition,
      ServedVersion requested,
      Instant now) {
    return new RequestScope(request, info, user, definition, requested, now, new LinkedHashSet<>());
  }

  QueryParameters query() {
    return request.query();
  }

  String namespace() {
    return definition.namespaced() ? info.namespace() : "";
  }

  String name() {
    return info.name();
  }

  GroupResource groupResource() {
    return requested.resource().groupResource();
  }

  ServedVersion working() {
    return definition.workingVersion(requested);
  }

  /** The group that Invalid errors name: that of the kind as it is worked on. */
  String kindGroup() {
    return working().kind().group();
  }

  String key(String name) {
    return definition.key(namespace(), name);
  }

  /** The same request, about an object of one namespace. */
  RequestScope inNamespace(String namespace) {
    if (info.namespace().equals(namespace)) {
      return this;
    }
    RequestInfo there =
        new RequestInfo(
            true,
            info.path(),
            info.verb(),
            info.apiPrefix(),
            info.apiGroup(),
            info.apiVersion(),
            namespace,
            info.resource(),
            info.subresource(),
            info.name(),
            info.parts());
    return new RequestScope(request, there, user, definition, requested, now, warnings);
  }

  /** The strategy of the resource, or of its subresource. */
  Strategy strategy(String subresource) {
    if (subresource.isEmpty()) {
      return definition.strategy();
    }
    Strategy strategy = definition.strategy().subresource(subresource);
    return strategy == null ? definition.strategy() : strategy;
  }

  StrategyContext context(String subresource, boolean dryRun) {
    return new StrategyContext(
        user, requested.kind(), namespace(), subresource, info.verb(), dryRun, now);
  }

  void warn(String warning) {
    warnings.add(warning);
  }
}
