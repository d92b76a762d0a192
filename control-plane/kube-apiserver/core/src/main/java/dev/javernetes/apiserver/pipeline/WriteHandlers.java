package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.request.ApiResponse;
import org.jspecify.annotations.Nullable;

/** POST, PUT and PATCH on objects: reads bodies and options, answers with objects. */
final class WriteHandlers {
  private final ObjectWrites writes;
  private final RequestBodies bodies;
  private final ObjectCodec codec;
  private final Responder responder;

  WriteHandlers(ObjectWrites writes, RequestBodies bodies, ObjectCodec codec, Responder responder) {
    this.writes = writes;
    this.bodies = bodies;
    this.codec = codec;
    this.responder = responder;
  }

  ApiResponse create(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.create(scope);
    JsonObject object = bodies.object(scope, options, scope.requested());
    Write.Written written = writes.create(Write.of(scope, "", options), object);
    return answer(201, written.object(), scope, format);
  }

  ApiResponse update(RequestScope scope, String subresource) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.update(scope);
    JsonObject object = bodies.object(scope, options, scope.requested());
    BeforeWrite.matchNamespace(scope, object);
    RequestBodies.checkName(scope, object);
    scope.definition().strategy().applyDefaults(object);
    OwnerReferences.dropDuplicates(object, scope::warn, false);
    String uid = object.objectOrEmpty("metadata").string("uid");
    Write.Written written =
        writes.update(
            Write.of(scope, subresource, options).onlyUid(uid),
            scope.name(),
            false,
            current -> object.deepCopy());
    return answer(written.created() ? 201 : 200, written.object(), scope, format);
  }

  ApiResponse patch(RequestScope scope, String subresource) {
    ObjectCodec.PatchType type = bodies.patchType(scope);
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.patch(scope, type);
    Write write = Write.of(scope, subresource, options);
    boolean apply = type.isApply();
    // apply creates through subresources too, as far as upstream's storage goes: not at all
    Write.Written written =
        writes.update(
            apply ? write.untracked() : write,
            scope.name(),
            apply && subresource.isEmpty(),
            current -> patched(write, type, current));
    return answer(written.created() ? 201 : 200, written.object(), scope, format);
  }

  private JsonObject patched(
      Write write, ObjectCodec.PatchType type, @Nullable JsonObject current) {
    RequestScope scope = write.scope();
    if (current == null && !type.isApply()) {
      throw ApiException.notFound(scope.groupResource(), scope.name());
    }
    JsonObject object =
        Patches.of(codec, scope, write.options())
            .apply(
                current,
                type,
                new Patches.Target(
                    scope.requested(),
                    ObjectCodec.versions(scope.definition()),
                    scope.definition().custom()),
                write.manager());
    scope.definition().strategy().applyDefaults(object);
    if (current == null && !object.objectOrEmpty("metadata").string("uid").isEmpty()) {
      throw ApiException.conflict(
          scope.groupResource(),
          scope.name(),
          "uid mismatch: the provided object specified uid "
              + object.objectOrEmpty("metadata").string("uid")
              + ", and no existing object was found");
    }
    BeforeWrite.matchNamespace(scope, object);
    RequestBodies.checkName(scope, object);
    return object;
  }

  private ApiResponse answer(
      int code, JsonObject working, RequestScope scope, ResponseFormat format) {
    JsonObject shown =
        Responder.convert(working, scope.definition(), scope.working(), scope.requested());
    return responder.object(code, shown, scope, format);
  }
}
