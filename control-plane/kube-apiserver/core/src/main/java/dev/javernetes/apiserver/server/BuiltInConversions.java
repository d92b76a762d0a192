package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.apiserver.registry.Conversion;
import java.util.function.Function;

/** The conversions of the few built-in kinds that are served in more than one version. */
final class BuiltInConversions implements Function<GroupResource, Conversion> {
  @Override
  public Conversion apply(GroupResource resource) {
    return switch (resource.resource()) {
      case "events" -> new EventConversion();
      case "horizontalpodautoscalers" -> new AutoscalerConversion();
      default -> Conversion.RENAME;
    };
  }
}
