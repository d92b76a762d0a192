package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ReturnsDeleted;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.watchcache.CachedObject;

/** DELETE on an object and on a collection. */
final class DeleteHandlers {
  private final ObjectDeletion deletion;
  private final ObjectReads reads;
  private final RequestBodies bodies;
  private final ObjectCodec codec;
  private final Responder responder;

  DeleteHandlers(
      ObjectDeletion deletion,
      ObjectReads reads,
      RequestBodies bodies,
      ObjectCodec codec,
      Responder responder) {
    this.deletion = deletion;
    this.reads = reads;
    this.bodies = bodies;
    this.codec = codec;
    this.responder = responder;
  }

  ApiResponse delete(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    DeleteOptions options = bodies.deleteOptions(scope);
    ObjectDeletion.Deleted deleted = deletion.delete(scope, scope.name(), options, true);
    int code = !deleted.gone() && Boolean.FALSE.equals(options.orphanDependents()) ? 202 : 200;
    if (deleted.gone() && !ReturnsDeleted.object(scope.definition().groupResource())) {
      return responder.status(deletedStatus(scope, deleted.object()), format);
    }
    return responder.object(code, Responder.convert(deleted.object(), scope), scope, format);
  }

  private static JsonObject deletedStatus(RequestScope scope, JsonObject object) {
    JsonObject details = new JsonObject();
    details.put("name", scope.name());
    if (!scope.groupResource().group().isEmpty()) {
      details.put("group", scope.groupResource().group());
    }
    details.put("kind", scope.groupResource().resource());
    details.put("uid", object.objectOrEmpty("metadata").string("uid"));
    return JsonObject.of(
        "kind",
        "Status",
        "apiVersion",
        "v1",
        "metadata",
        new JsonObject(),
        "status",
        "Success",
        "details",
        details);
  }

  /** Deletes one by one what a list shows, and answers with that list. */
  ApiResponse deleteCollection(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    ListOptions list = ListOptions.parse(scope, false);
    DeleteOptions options = bodies.deleteOptions(scope);
    ObjectReads.Page page = reads.page(scope, list);
    for (CachedObject item : page.objects()) {
      try {
        deletion.delete(scope.inNamespace(item.namespace()), item.name(), options, true);
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.NOT_FOUND)) {
          throw problem;
        }
      }
    }
    return responder.list(page.objects(), page.metadata(), scope, format);
  }
}
