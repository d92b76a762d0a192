package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.ObjectVersions;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.selector.LabelSelector;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.registry.ScalePaths;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.watchcache.CachedObject;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * {@code autoscaling/v1 Scale}: an object's replica count in a form that is the same for all kinds.
 * A write is an update of the object with nothing but its replicas changed.
 */
final class ScaleSubresource {
  private static final GroupVersionKind KIND = new GroupVersionKind("autoscaling", "v1", "Scale");

  private final StoreFeed feed;
  private final ObjectWrites writes;
  private final WriteHandlers handlers;
  private final ObjectCodec codec;
  private final Responder responder;
  private final ServedVersion version;

  ScaleSubresource(
      StoreFeed feed,
      ObjectWrites writes,
      WriteHandlers handlers,
      ObjectCodec codec,
      Responder responder,
      SchemaCatalog schemas) {
    this.feed = feed;
    this.writes = writes;
    this.handlers = handlers;
    this.codec = codec;
    this.responder = responder;
    this.version = OptionKinds.of(KIND, schemas.type(TypeNames.of(KIND)));
  }

  ApiResponse get(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    feed.catchUp(3_000);
    CachedObject object =
        Objects.requireNonNull(feed.cache(scope.definition())).get(scope.namespace(), scope.name());
    if (object == null) {
      throw ApiException.notFound(scope.groupResource(), scope.name());
    }
    JsonObject tree = Responder.convert(object.tree(), scope);
    return answer(scope, tree, format);
  }

  ApiResponse update(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.update(scope);
    JsonObject wanted = handlers.decode(scope, options, version);
    String name = wanted.objectOrEmpty("metadata").string("name");
    if (!name.equals(scope.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + scope.name()
              + ")");
    }
    return write(scope, options, format, scale -> wanted);
  }

  ApiResponse patch(RequestScope scope) {
    ObjectCodec.PatchType type = handlers.patchType(scope);
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.patch(scope, type);
    byte[] body = scope.request().body();
    return write(
        scope,
        options,
        format,
        scale ->
            Patches.apply(
                    codec,
                    scale,
                    body,
                    type,
                    new Patches.Target(
                        version, ObjectVersions.single(KIND.apiVersion(), version.schema()), false),
                    new ObjectCodec.Manager(
                        options.fieldManager(), "scale", List.of(), scope.now()),
                    Boolean.TRUE.equals(options.force()))
                .patched());
  }

  private ApiResponse write(
      RequestScope scope,
      WriteOptions options,
      ResponseFormat format,
      UnaryOperator<JsonObject> change) {
    ScalePaths where = scope.requested().scalePaths();
    ObjectWrites.Written written =
        writes.update(
            ObjectWrites.Write.of(scope, "scale", options),
            scope.name(),
            false,
            current -> {
              JsonObject object = Objects.requireNonNull(current);
              JsonObject scale = change.apply(scale(object, where));
              long replicas = scale.objectOrEmpty("spec").integer("replicas");
              refuseNegative(scale, replicas);
              where.setReplicas(object, replicas);
              String revision = scale.objectOrEmpty("metadata").string("resourceVersion");
              JsonObject metadata = object.ensureObject("metadata");
              if (revision.isEmpty()) {
                metadata.remove("resourceVersion");
              } else {
                metadata.put("resourceVersion", revision);
              }
              String uid = scale.objectOrEmpty("metadata").string("uid");
              if (!uid.isEmpty()) {
                metadata.put("uid", uid);
              }
              return object;
            });
    JsonObject shown =
        Responder.convert(written.object(), scope.definition(), scope.working(), scope.requested());
    return answer(scope, shown, format);
  }

  private static void refuseNegative(JsonObject scale, long replicas) {
    if (replicas < 0) {
      ErrorList errors = new ErrorList();
      errors.invalid(
          FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0");
      throw ApiException.invalid(
          "autoscaling", "Scale", scale.objectOrEmpty("metadata").string("name"), errors);
    }
  }

  private ApiResponse answer(RequestScope scope, JsonObject object, ResponseFormat format) {
    JsonObject scale = scale(object, scope.requested().scalePaths());
    return responder.tree(
        200,
        scale,
        new ResponseFormat(format.format(), ResponseFormat.Transform.NONE, format.pretty(), ""));
  }

  private static JsonObject scale(JsonObject object, ScalePaths where) {
    JsonObject metadata = object.objectOrEmpty("metadata");
    JsonObject scaleMetadata = new JsonObject();
    for (String name :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      if (metadata.has(name)) {
        scaleMetadata.put(name, metadata.get(name));
      }
    }
    JsonObject spec = new JsonObject();
    if (where.replicas(object) != 0) {
      spec.put("replicas", where.replicas(object));
    }
    JsonObject status = JsonObject.of("replicas", where.statusReplicas(object));
    String selector = selector(object, where);
    if (!selector.isEmpty()) {
      status.put("selector", selector);
    }
    return JsonObject.of(
        "kind",
        "Scale",
        "apiVersion",
        "autoscaling/v1",
        "metadata",
        scaleMetadata,
        "spec",
        spec,
        "status",
        status);
  }

  private static String selector(JsonObject object, ScalePaths where) {
    return switch (where.selector(object)) {
      case String text -> text;
      case JsonObject tree when tree.has("matchLabels") || tree.has("matchExpressions") ->
          LabelSelector.of(tree).toString();
      case JsonObject labels -> {
        Map<String, String> plain = new TreeMap<>();
        labels.forEach((key, value) -> plain.put(key, String.valueOf(value)));
        yield LabelSelector.ofLabels(plain).toString();
      }
      case null, default -> "";
    };
  }
}
