package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.access.ReviewCatalog;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import dev.javernetes.apiserver.request.ApiResponse;
import org.jspecify.annotations.Nullable;

/** Answers the resources that are asked and never stored. */
final class Reviews {
  private final ReviewCatalog catalog;
  private final WriteHandlers handlers;
  private final ObjectCodec codec;
  private final Responder responder;
  private final Admission admission;
  private final SchemaCatalog schemas;

  Reviews(
      ReviewCatalog catalog,
      WriteHandlers handlers,
      ObjectCodec codec,
      Responder responder,
      Admission admission,
      SchemaCatalog schemas) {
    this.catalog = catalog;
    this.handlers = handlers;
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
    JsonObject object = handlers.decode(scope, options, version);
    JsonObject answer =
        review.answer(
            new Review.Request(
                scope.user(),
                scope.namespace(),
                scope.name(),
                object,
                scope::warn,
                () -> ask(scope, subresource, kind, object, options)));
    return responder.tree(
        201,
        answer,
        new ResponseFormat(format.format(), ResponseFormat.Transform.NONE, format.pretty(), ""));
  }

  private void ask(
      RequestScope scope,
      String subresource,
      GroupVersionKind kind,
      JsonObject object,
      WriteOptions options) {
    AdmissionRequest request =
        new AdmissionRequest(
            Operation.CREATE,
            scope.definition(),
            scope.requested().resource(),
            kind,
            subresource,
            scope.namespace(),
            scope.name(),
            object,
            null,
            options.tree(),
            options.dryRun(),
            scope.user(),
            scope::warn);
    admission.mutate(request);
    admission.validate(request);
  }
}
