package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.apply.ObjectVersions;
import dev.javernetes.api.codec.apply.ScaleOwnership;
import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.selector.LabelSelector;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.printers.TablePrinters;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.ScalePaths;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.watchcache.CachedObject;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code autoscaling/v1 Scale}: an object's replica count in a form that is the same for all kinds.
 * A write is an update of the object with nothing but its replicas changed.
 */
final class ScaleSubresource {
  private static final GroupVersionKind KIND = new GroupVersionKind("autoscaling", "v1", "Scale");

  /** What a scale says that shows an object without replicas. */
  private static final long NO_REPLICAS = Integer.MIN_VALUE;

  private final StoreFeed feed;
  private final ObjectWrites writes;
  private final RequestBodies bodies;
  private final ObjectCodec codec;
  private final Responder responder;
  private final WriteAdmission admission;
  private final ServedVersion version;

  ScaleSubresource(
      StoreFeed feed,
      ObjectWrites writes,
      RequestBodies bodies,
      ObjectCodec codec,
      Responder responder,
      WriteAdmission admission,
      SchemaCatalog schemas) {
    this.feed = feed;
    this.writes = writes;
    this.bodies = bodies;
    this.codec = codec;
    this.responder = responder;
    this.admission = admission;
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
    ScalePaths where = scope.requested().scalePaths();
    if (scope.definition().custom() && !where.hasReplicas(tree)) {
      throw ApiException.internal("the spec replicas field " + quoted(where) + " does not exist");
    }
    return answer(scope, tree, format);
  }

  ApiResponse update(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.update(scope);
    JsonObject wanted = bodies.object(scope, options, version);
    BeforeWrite.matchNamespace(scope, wanted);
    RequestBodies.checkName(scope, wanted);
    Write write =
        Write.of(scope, "scale", options).onlyUid(wanted.objectOrEmpty("metadata").string("uid"));
    return write(write, format, scale -> tracked(write, scale, wanted.deepCopy()));
  }

  ApiResponse patch(RequestScope scope) {
    ObjectCodec.PatchType type = bodies.patchType(scope);
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.patch(scope, type);
    Write write = Write.of(scope, "scale", options);
    Patches.Target target =
        new Patches.Target(
            version, ObjectVersions.single(KIND.apiVersion(), version.schema()), false);
    return write(
        write,
        format,
        scale -> {
          JsonObject patched =
              Patches.of(codec, scope, options)
                  .apply(scale.deepCopy(), type, target, manager(write));
          BeforeWrite.matchNamespace(scope, patched);
          RequestBodies.checkName(scope, patched);
          return type.isApply() ? patched : tracked(write, scale, patched);
        });
  }

  private JsonObject tracked(Write write, JsonObject live, JsonObject scale) {
    return codec.trackSingle(live, scale, version, manager(write));
  }

  private static ObjectCodec.Manager manager(Write write) {
    return new ObjectCodec.Manager(
        write.options().fieldManager(), "scale", List.of(), write.scope().now());
  }

  private ApiResponse write(Write write, ResponseFormat format, UnaryOperator<JsonObject> change) {
    RequestScope scope = write.scope();
    ScalePaths where = scope.requested().scalePaths();
    Write.Written written =
        writes.update(
            write.untracked().seenAs(new Write.View(KIND, object -> scale(object, where))),
            scope.name(),
            false,
            current -> scaled(write, Objects.requireNonNull(current), where, change));
    JsonObject shown =
        Responder.convert(written.object(), scope.definition(), scope.working(), scope.requested());
    return answer(scope, shown, format);
  }

  /** The object with the replicas, and the owners of the replicas, that its scale is given. */
  private JsonObject scaled(
      Write write, JsonObject object, ScalePaths where, UnaryOperator<JsonObject> change) {
    RequestScope scope = write.scope();
    JsonObject metadata = object.ensureObject("metadata");
    ScaleOwnership ownership = ownership(scope, metadata);
    JsonObject old = scale(object, where);
    boolean custom = scope.definition().custom();
    if (custom && !where.hasReplicas(object)) {
      old.ensureObject("spec").put("replicas", NO_REPLICAS);
    }
    putUnlessEmpty(old.ensureObject("metadata"), ownership.inScale());
    JsonObject scale = admission.mutated(write, KIND, change.apply(old.deepCopy()), old);
    JsonObject scaleMetadata = scale.ensureObject("metadata");
    if (!custom) {
      validate(scope, scale); // a custom object is to be valid as a whole
    } else if (scale.objectOrEmpty("spec").integer("replicas") == NO_REPLICAS) {
      throw ApiException.badRequest(
          "the spec replicas field " + quoted(where) + " cannot be empty");
    }
    String uid = scaleMetadata.string("uid");
    if (!uid.isEmpty() && !uid.equals(metadata.string("uid"))) {
      GroupResource resource =
          new GroupResource(
              scope.groupResource().group(), scope.groupResource().resource() + "/scale");
      throw ApiException.conflict(
          resource, scope.name(), Preconditions.uidMismatch(uid, metadata.string("uid")));
    }
    where.setReplicas(object, scale.objectOrEmpty("spec").integer("replicas"));
    String revision = scaleMetadata.string("resourceVersion");
    if (!revision.isEmpty()) {
      metadata.put("resourceVersion", revision);
    } else if (!custom) {
      metadata.remove("resourceVersion");
    }
    putUnlessEmpty(metadata, ownership.inParent(scaleMetadata.objects("managedFields")));
    return object;
  }

  private static String quoted(ScalePaths where) {
    return GoQuote.quote("." + String.join(".", where.specReplicas()));
  }

  private static ScaleOwnership ownership(RequestScope scope, JsonObject metadata) {
    Map<String, List<String>> replicas = new HashMap<>();
    for (ServedVersion one : scope.definition().versions()) {
      replicas.put(one.kind().apiVersion(), one.scalePaths().specReplicas());
    }
    return new ScaleOwnership(
        metadata.objects("managedFields"), scope.requested().kind().apiVersion(), replicas);
  }

  private static void putUnlessEmpty(JsonObject metadata, List<@Nullable Object> managedFields) {
    if (managedFields.isEmpty()) {
      metadata.remove("managedFields");
    } else {
      metadata.put("managedFields", managedFields);
    }
  }

  private static void validate(RequestScope scope, JsonObject scale) {
    ErrorList errors = new ErrorList();
    ObjectMetaRules.check(
        MetadataCheck.CREATE,
        scale.ensureObject("metadata"),
        new JsonObject(),
        true,
        ObjectMetaRules.NameRule.DNS_SUBDOMAIN,
        FieldPath.of("metadata"),
        errors);
    long replicas = scale.objectOrEmpty("spec").integer("replicas");
    if (replicas < 0) {
      errors.invalid(
          FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0");
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("autoscaling", "Scale", scope.name(), errors);
    }
  }

  private ApiResponse answer(RequestScope scope, JsonObject object, ResponseFormat format) {
    JsonObject scale = scale(object, scope.requested().scalePaths());
    return switch (format.transform()) {
      case NONE -> responder.tree(200, scale, format);
      case PARTIAL, PARTIAL_LIST -> responder.tree(200, Responder.partial(scale), format);
      case TABLE ->
          responder.tree(
              200,
              Tables.table(
                  TablePrinters.forKind("autoscaling", "scales"),
                  List.of(scale),
                  JsonObject.of(
                      "resourceVersion", scale.objectOrEmpty("metadata").string("resourceVersion")),
                  format.includeObject(),
                  scope.now()),
              format);
    };
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
