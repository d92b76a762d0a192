package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.access.ReviewCatalog;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import dev.javernetes.apiserver.request.ApiResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the resources that are asked and never stored. */
final class Reviews {
  private final ReviewCatalog catalog;
  private final RequestBodies bodies;
  private final ObjectCodec codec;
  private final Responder responder;
  private final WriteAdmission admission;
  private final SchemaCatalog schemas;

  Reviews(
      ReviewCatalog catalog,
      RequestBodies bodies,
      ObjectCodec codec,
      Responder responder,
      WriteAdmission admission,
      SchemaCatalog schemas) {
    this.catalog = catalog;
    this.bodies = bodies;
    this.codec = codec;
    this.responder = responder;
    this.admission = admission;
    this.schemas = schemas;
  }

  @Nullable Review find(RequestScope scope, String subresource) {
    return catalog.review(scope.groupResource(), subresource);
  }

  ApiResponse answer(RequestScope scope, Review review, String subresource, GroupVersionKind kind) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.create(scope);
    ServedVersion version =
        subresource.isEmpty()
            ? scope.requested()
            : OptionKinds.of(kind, schemas.type(TypeNames.of(kind)));
    JsonObject object = bodies.object(scope, options, version);
    if (subresource.isEmpty()) { // a TokenRequest's uid is a precondition
      BeforeWrite.wipeSystemFields(object.ensureObject("metadata"));
    }
    BeforeWrite.matchNamespace(scope, object);
    OwnerReferences.dropDuplicates(object, scope::warn, false);
    review.applyDefaults(object);
    Write write = Write.of(scope, subresource, options);
    ObjectCodec.Manager manager =
        new ObjectCodec.Manager(options.fieldManager(), subresource, List.of(), scope.now());
    JsonObject asked =
        admission.mutated(write, kind, codec.trackSingle(null, object, version, manager), null);
    Review.Request request =
        new Review.Request(
            scope.user(),
            scope.namespace(),
            scope.name(),
            asked,
            scope::warn,
            () -> admission.validate(write, kind, asked, null));
    return responder.tree(
        201,
        review.answer(request),
        new ResponseFormat(format.format(), ResponseFormat.Transform.NONE, format.pretty(), ""));
  }
}
