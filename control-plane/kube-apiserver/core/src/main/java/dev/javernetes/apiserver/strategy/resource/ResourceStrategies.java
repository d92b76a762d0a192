package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyCatalog;

/** The strategies of {@code resource.k8s.io}. */
public final class ResourceStrategies implements StrategyCatalog {
  private final Strategy deviceClass;
  private final Strategy claim;
  private final Strategy template;
  private final Strategy slice = new ResourceSliceStrategy();

  public ResourceStrategies(
      SelectorCheck expressions, AdminAccess adminAccess, StatusRights rights) {
    deviceClass = new DeviceClassStrategy(expressions);
    claim = new ResourceClaimStrategy(expressions, adminAccess, rights);
    template = new ResourceClaimTemplateStrategy(expressions, adminAccess);
  }

  @Override
  public Strategy strategy(GroupResource resource) {
    if (!resource.group().equals("resource.k8s.io")) {
      return Strategy.SCHEMA_ONLY;
    }
    return switch (resource.resource()) {
      case "deviceclasses" -> deviceClass;
      case "resourceclaims" -> claim;
      case "resourceclaimtemplates" -> template;
      case "resourceslices" -> slice;
      default -> Strategy.SCHEMA_ONLY;
    };
  }
}
