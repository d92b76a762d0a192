package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.discovery.NotHere;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import dev.javernetes.apiserver.request.ApiResponse;
import org.jspecify.annotations.Nullable;

/** Sends a request on a subresource to what serves it. */
final class Subresources {

  private final ObjectReads reads;
  private final WriteHandlers handlers;
  private final Reviews reviews;
  private final ScaleSubresource scale;
  private final PodBinding binding;
  private final PodEviction eviction;
  private final WriteAdmission admission;
  private final @Nullable Connector connector;

  Subresources(
      ObjectReads reads,
      WriteHandlers handlers,
      Reviews reviews,
      ScaleSubresource scale,
      PodBinding binding,
      PodEviction eviction,
      WriteAdmission admission,
      @Nullable Connector connector) {
    this.reads = reads;
    this.handlers = handlers;
    this.reviews = reviews;
    this.scale = scale;
    this.binding = binding;
    this.eviction = eviction;
    this.admission = admission;
    this.connector = connector;
  }

  ApiResponse handle(RequestScope scope, SubresourceDefinition subresource) {
    String verb = scope.info().verb();
    boolean path =
        subresource.behaviour() == SubresourceDefinition.Behaviour.PROXY
            || scope.info().parts().size() == 3;
    if (!path) {
      throw NotHere.notServed();
    }
    boolean get = verb.equals("get") || verb.equals("watch") || verb.equals("list");
    if (!subresource.verbs().contains(get ? "get" : verb)
        || scope.request().method().equals("HEAD")
            && subresource.behaviour() != SubresourceDefinition.Behaviour.PROXY) {
      throw NotHere.methodNotAllowed();
    }
    return switch (subresource.behaviour()) {
      case PART_OF_OBJECT ->
          switch (verb) {
            case "update" -> handlers.update(scope, subresource.name());
            case "patch" -> handlers.patch(scope, subresource.name());
            default -> reads.get(scope);
          };
      case SCALE ->
          switch (verb) {
            case "update" -> scale.update(scope);
            case "patch" -> scale.patch(scope);
            default -> scale.get(scope);
          };
      case BINDING -> binding.create(scope, scope.name());
      case EVICTION -> eviction.create(scope);
      case TOKEN -> {
        Review review = reviews.find(scope, subresource.name());
        if (review == null) {
          throw ApiException.of(
              StatusReason.NOT_FOUND, "the server could not find the requested resource");
        }
        yield reviews.answer(scope, review, subresource.name(), subresource.kind());
      }
      case KUBELET, PROXY -> {
        if (connector == null) {
          throw ApiException.of(
              StatusReason.SERVICE_UNAVAILABLE,
              "this server has no connection to nodes: " + subresource.name());
        }
        if (!subresource.name().equals("log")) { // a log is read, not connected to
          admission.connect(scope, subresource);
        }
        yield connector.connect(scope.request(), scope.info(), scope.user(), subresource);
      }
    };
  }
}
