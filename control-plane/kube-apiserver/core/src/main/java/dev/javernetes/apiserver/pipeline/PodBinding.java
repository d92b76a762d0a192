package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import dev.javernetes.apiserver.request.ApiResponse;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Puts a pod on a node: {@code POST pods/web/binding} with a Binding that names the node. */
final class PodBinding {
  private static final GroupVersionKind KIND = new GroupVersionKind("", "v1", "Binding");

  private final ObjectWrites writes;
  private final RequestBodies bodies;
  private final ObjectCodec codec;
  private final Responder responder;
  private final Admission admission;
  private final ServedVersion version;
  private final Supplier<ResourceDefinition> pods;

  PodBinding(
      ObjectWrites writes,
      RequestBodies bodies,
      ObjectCodec codec,
      Responder responder,
      Admission admission,
      SchemaCatalog schemas,
      Supplier<ResourceDefinition> pods) {
    this.writes = writes;
    this.bodies = bodies;
    this.codec = codec;
    this.responder = responder;
    this.admission = admission;
    this.version = OptionKinds.of(KIND, schemas.type(TypeNames.of(KIND)));
    this.pods = pods;
  }

  /** {@code podName} from the URL; {@code ""} on {@code bindings} itself: then from the body. */
  ApiResponse create(RequestScope scope, String podName) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.create(scope);
    JsonObject binding = bodies.object(scope, options, version);
    BeforeWrite.matchNamespace(scope, binding);
    String named = binding.objectOrEmpty("metadata").string("name");
    String name = podName.isEmpty() ? named : podName;
    if (!named.equals(name)) {
      throw ApiException.badRequest("name in URL does not match name in Binding object");
    }
    AdmissionRequest attributes = attributes(scope, binding, name, options);
    admission.mutate(attributes);
    validate(binding);
    admission.validate(attributes);
    RequestScope pod = onPod(scope);
    writes.update(
        Write.of(pod, "binding", options)
            .rawly()
            .onlyUid(binding.objectOrEmpty("metadata").string("uid")),
        name,
        false,
        current -> {
          JsonObject present = Objects.requireNonNull(current);
          checkRevision(pod, name, binding, present);
          return bound(present, binding, name, scope.now());
        });
    return responder.tree(
        201,
        JsonObject.of(
            "kind",
            "Status",
            "apiVersion",
            "v1",
            "metadata",
            new JsonObject(),
            "status",
            "Success",
            "code",
            201L),
        new ResponseFormat(format.format(), ResponseFormat.Transform.NONE, format.pretty(), ""));
  }

  private RequestScope onPod(RequestScope scope) {
    ResourceDefinition definition = pods.get();
    return new RequestScope(
        scope.request(),
        scope.info(),
        scope.user(),
        definition,
        definition.storageVersion(),
        scope.now(),
        scope.warnings());
  }

  private static void validate(JsonObject binding) {
    JsonObject target = binding.objectOrEmpty("target");
    ErrorList errors = new ErrorList();
    String kind = target.string("kind");
    if (!kind.isEmpty() && !kind.equals("Node")) {
      errors.notSupportedInOrder(FieldPath.of("target", "kind"), kind, List.of("Node", "<empty>"));
    }
    if (target.string("name").isEmpty()) {
      errors.required(FieldPath.of("target", "name"), "");
    }
    if (!errors.isEmpty()) {
      // upstream hands the bare errors on, which no status stands for
      List<String> texts = errors.asList().stream().map(String::valueOf).toList();
      throw ApiException.unclassified(
          texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]");
    }
  }

  private static void checkRevision(
      RequestScope scope, String name, JsonObject binding, JsonObject pod) {
    String asked = binding.objectOrEmpty("metadata").string("resourceVersion");
    String present = pod.objectOrEmpty("metadata").string("resourceVersion");
    if (!asked.isEmpty() && !asked.equals(present)) {
      throw Preconditions.storageConflict(
          scope, name, Preconditions.revisionMismatch(asked, present));
    }
  }

  private static JsonObject bound(JsonObject pod, JsonObject binding, String name, Instant now) {
    JsonObject metadata = pod.ensureObject("metadata");
    JsonObject spec = pod.ensureObject("spec");
    if (metadata.has("deletionTimestamp")) {
      throw conflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
    }
    if (!spec.string("nodeName").isEmpty()) {
      throw conflict(
          name, "pod " + name + " is already assigned to node \"" + spec.string("nodeName") + "\"");
    }
    if (!spec.objects("schedulingGates").isEmpty()) {
      throw conflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
    }
    spec.put("nodeName", binding.objectOrEmpty("target").string("name"));
    JsonObject annotations = binding.objectOrEmpty("metadata").objectOrEmpty("annotations");
    if (!annotations.isEmpty()) {
      metadata.ensureObject("annotations").putAll(annotations);
    }
    JsonObject labels = binding.objectOrEmpty("metadata").objectOrEmpty("labels");
    if (!labels.isEmpty()) {
      metadata.ensureObject("labels").putAll(labels);
    }
    pod.ensureObject("status").remove("nominatedNodeName");
    PodConditions.set(pod, "PodScheduled", "", "", now);
    return pod;
  }

  private static ApiException conflict(String name, String why) {
    return ApiException.conflict(new GroupResource("", "pods/binding"), name, why);
  }

  private AdmissionRequest attributes(
      RequestScope scope, JsonObject binding, String name, WriteOptions options) {
    return new AdmissionRequest(
        Operation.CREATE,
        pods.get(),
        pods.get().storageVersion().resource(),
        KIND,
        "binding",
        scope.namespace(),
        name,
        binding,
        null,
        options.tree(true),
        options.dryRun(),
        scope.user(),
        scope::warn);
  }
}
