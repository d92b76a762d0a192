package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ReturnsDeleted;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.watchcache.CachedObject;
import dev.javernetes.apiserver.watchcache.ResourceCache;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** POST, PUT, PATCH and DELETE on objects: reads bodies and options, answers with objects. */
final class WriteHandlers {
  private final ObjectWrites writes;
  private final ObjectDeletion deletion;
  private final ObjectCodec codec;
  private final Responder responder;
  private final StoreFeed feed;

  WriteHandlers(
      ObjectWrites writes,
      ObjectDeletion deletion,
      ObjectCodec codec,
      Responder responder,
      StoreFeed feed) {
    this.writes = writes;
    this.deletion = deletion;
    this.codec = codec;
    this.responder = responder;
    this.feed = feed;
  }

  ApiResponse create(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.create(scope);
    JsonObject object = decode(scope, options, scope.requested());
    ObjectWrites.Written written = writes.create(ObjectWrites.Write.of(scope, "", options), object);
    return answer(201, written.object(), scope, format);
  }

  ApiResponse update(RequestScope scope, String subresource) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.update(scope);
    JsonObject object = decode(scope, options, scope.requested());
    ObjectWrites.matchNamespace(scope, object);
    checkName(scope, object);
    scope.definition().strategy().applyDefaults(object);
    OwnerReferences.dropDuplicates(object, scope::warn, false);
    ObjectWrites.Written written =
        writes.update(
            ObjectWrites.Write.of(scope, subresource, options),
            scope.name(),
            false,
            current -> object.deepCopy());
    return answer(written.created() ? 201 : 200, written.object(), scope, format);
  }

  ApiResponse patch(RequestScope scope, String subresource) {
    ObjectCodec.PatchType type = patchType(scope);
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.patch(scope, type);
    byte[] body = scope.request().body();
    ObjectWrites.Write write = ObjectWrites.Write.of(scope, subresource, options);
    boolean apply = type.isApply();
    ObjectWrites.Written written =
        writes.update(
            apply ? write.untracked() : write.asPatch(),
            scope.name(),
            apply && subresource.isEmpty(),
            current -> patched(scope, write, type, body, current));
    return answer(written.created() ? 201 : 200, written.object(), scope, format);
  }

  private @Nullable JsonObject patched(
      RequestScope scope,
      ObjectWrites.Write write,
      ObjectCodec.PatchType type,
      byte[] body,
      @Nullable JsonObject current) {
    if (current == null && !type.isApply()) {
      return null;
    }
    Patches patched =
        Patches.apply(
            codec,
            current,
            body,
            type,
            new Patches.Target(
                scope.requested(),
                ObjectCodec.versions(scope.definition()),
                scope.definition().custom()),
            ObjectWrites.manager(write),
            Boolean.TRUE.equals(write.options().force()));
    report(patched.strictErrors(), write.options(), scope, type.isApply() ? "" : "patch: ");
    JsonObject object = patched.patched();
    checkName(scope, object);
    scope.definition().strategy().applyDefaults(object);
    OwnerReferences.dropDuplicates(object, scope::warn, false);
    return object;
  }

  ObjectCodec.PatchType patchType(RequestScope scope) {
    String contentType = mediaType(scope.request().headers().get("Content-Type"));
    for (ObjectCodec.PatchType type : ObjectCodec.PatchType.values()) {
      if (type != ObjectCodec.PatchType.STRATEGIC || !scope.definition().custom()) {
        if (type.mediaType().equals(contentType)) {
          return type;
        }
      }
    }
    throw new ApiException(
        ApiException.status(
            StatusReason.UNSUPPORTED_MEDIA_TYPE, "415: Unsupported Media Type", new JsonObject()));
  }

  ApiResponse delete(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    DeleteOptions options = deleteOptions(scope);
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

  ApiResponse deleteCollection(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    ListOptions list = ListOptions.parse(scope, false);
    DeleteOptions options = deleteOptions(scope);
    ResourceCache cache = feed.cache(scope.definition());
    feed.catchUp(3_000);
    List<CachedObject> items =
        cache == null
            ? List.of()
            : cache.list(list.filter(), Math.toIntExact(Math.min(list.limit(), 1 << 30))).objects();
    List<Object> deleted = new ArrayList<>();
    for (CachedObject item : items) {
      RequestScope one = inNamespace(scope, item.namespace());
      try {
        JsonObject object =
            Responder.convert(deletion.delete(one, item.name(), options, true).object(), scope);
        if (!scope.definition().custom()) {
          object.remove("kind");
          object.remove("apiVersion");
        }
        deleted.add(object);
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.NOT_FOUND)) {
          throw problem;
        }
      }
    }
    JsonObject result =
        JsonObject.of(
            "kind",
            scope.requested().listKind(),
            "apiVersion",
            scope.requested().kind().apiVersion(),
            "metadata",
            JsonObject.of("resourceVersion", Long.toString(feed.revision())),
            "items",
            deleted);
    return responder.tree(
        200,
        result,
        new ResponseFormat(format.format(), ResponseFormat.Transform.NONE, format.pretty(), ""));
  }

  private static RequestScope inNamespace(RequestScope scope, String namespace) {
    if (scope.info().namespace().equals(namespace)) {
      return scope;
    }
    var info = scope.info();
    return new RequestScope(
        scope.request(),
        new dev.javernetes.apiserver.request.RequestInfo(
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
            info.parts()),
        scope.user(),
        scope.definition(),
        scope.requested(),
        scope.now(),
        scope.warnings());
  }

  DeleteOptions deleteOptions(RequestScope scope) {
    if (scope.request().body().length == 0) {
      return DeleteOptions.ofQuery(scope.query());
    }
    JsonObject tree =
        codec
            .decode(scope.request().body(), bodyFormat(scope), OptionKinds.DELETE_OPTIONS)
            .object();
    return DeleteOptions.of(tree);
  }

  // shared

  ApiResponse answer(int code, JsonObject working, RequestScope scope, ResponseFormat format) {
    JsonObject shown =
        Responder.convert(working, scope.definition(), scope.working(), scope.requested());
    return responder.object(code, shown, scope, format);
  }

  /** Reads the body as an object of {@code expected}, reporting what strict decoding found. */
  JsonObject decode(RequestScope scope, WriteOptions options, ServedVersion expected) {
    ObjectCodec.Format format = bodyFormat(scope);
    ObjectCodec.Decoded decoded = codec.decode(scope.request().body(), format, expected);
    if (options.strict() && !decoded.strictErrors().isEmpty()) {
      throw ApiException.badRequest(
          expected.kind().kind()
              + " in version "
              + GoQuote.quote(expected.kind().version())
              + " cannot be handled as a "
              + expected.kind().kind()
              + ": strict decoding error: "
              + String.join(", ", decoded.strictErrors()));
    }
    report(decoded.strictErrors(), options, scope, "");
    JsonObject object = decoded.object();
    String apiVersion = object.string("apiVersion");
    String kind = object.string("kind");
    if (!apiVersion.equals(expected.kind().apiVersion()) || !kind.equals(expected.kind().kind())) {
      if (!apiVersion.equals(expected.kind().apiVersion())) {
        throw ApiException.badRequest(
            "the API version in the data ("
                + apiVersion
                + ") does not match the expected API version ("
                + expected.kind().apiVersion()
                + ")");
      }
      throw ApiException.badRequest(
          kind
              + " in version "
              + GoQuote.quote(expected.kind().version())
              + " cannot be handled as a "
              + expected.kind().kind()
              + ": converting ("
              + kind
              + ") to ("
              + expected.kind().kind()
              + "): unknown conversion");
    }
    return object;
  }

  private static void report(
      List<String> strictErrors, WriteOptions options, RequestScope scope, String prefix) {
    if (strictErrors.isEmpty()) {
      return;
    }
    if (options.strict()) {
      throw ApiException.badRequest(
          prefix + "strict decoding error: " + String.join(", ", strictErrors));
    }
    if (options.warn()) {
      strictErrors.forEach(scope::warn);
    }
  }

  ObjectCodec.Format bodyFormat(RequestScope scope) {
    String contentType = scope.request().headers().get("Content-Type");
    String type = contentType.isEmpty() ? "application/json" : mediaType(contentType);
    for (ObjectCodec.Format format : ObjectCodec.Format.values()) {
      if (format.mediaType().equals(type) && codec.supports(format, scope.requested())) {
        return format;
      }
    }
    throw ApiException.of(
        StatusReason.UNSUPPORTED_MEDIA_TYPE,
        "the body of the request was in an unknown format - accepted media types include: "
            + String.join(", ", ResponseFormat.supported(codec, scope.requested())));
  }

  private static String mediaType(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static void checkName(RequestScope scope, JsonObject object) {
    JsonObject metadata = object.ensureObject("metadata");
    String name = metadata.string("name");
    if (name.isEmpty()) {
      metadata.put("name", scope.name()); // as upstream: an unnamed body takes the URL's name
    } else if (!name.equals(scope.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + scope.name()
              + ")");
    }
  }
}
