package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.selector.LabelSelector;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.schema.SchemaCatalog;
import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.TypeNames;
import dev.javernetes.apiserver.request.ApiResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * {@code POST pods/web/eviction}: deletes a pod unless a PodDisruptionBudget that selects it
 * forbids it now; then 429, to be tried again.
 */
final class PodEviction {
  private static final GroupVersionKind KIND = new GroupVersionKind("policy", "v1", "Eviction");
  private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");
  private static final GroupVersionResource BUDGETS_V1 =
      new GroupVersionResource("policy", "v1", "poddisruptionbudgets");
  private static final Set<String> NOT_GUARDED = Set.of("Succeeded", "Failed", "Pending");
  private static final int ATTEMPTS = 20;
  private static final int MAX_DISRUPTED_PODS = 2_000;

  private final ObjectReader objects;
  private final ObjectWriter writer;
  private final ObjectWrites writes;
  private final ObjectDeletion deletion;
  private final RequestBodies bodies;
  private final ObjectCodec codec;
  private final Responder responder;
  private final Admission admission;
  private final ServedVersion version;

  PodEviction(
      ObjectReader objects,
      ObjectWriter writer,
      ObjectWrites writes,
      ObjectDeletion deletion,
      RequestBodies bodies,
      ObjectCodec codec,
      Responder responder,
      Admission admission,
      SchemaCatalog schemas) {
    this.objects = objects;
    this.writer = writer;
    this.writes = writes;
    this.deletion = deletion;
    this.bodies = bodies;
    this.codec = codec;
    this.responder = responder;
    this.admission = admission;
    this.version = OptionKinds.of(KIND, schemas.type(TypeNames.of(KIND)));
  }

  ApiResponse create(RequestScope scope) {
    ResponseFormat format = ResponseFormat.negotiate(scope, codec);
    WriteOptions options = WriteOptions.create(scope);
    JsonObject eviction = bodies.object(scope, options, version);
    BeforeWrite.matchNamespace(scope, eviction);
    if (!eviction.objectOrEmpty("metadata").string("name").equals(scope.name())) {
      throw ApiException.badRequest("name in URL does not match name in Eviction object");
    }
    AdmissionRequest attributes =
        new AdmissionRequest(
            Operation.CREATE,
            scope.definition(),
            scope.requested().resource(),
            KIND,
            "eviction",
            scope.namespace(),
            scope.name(),
            eviction,
            null,
            options.tree(true),
            options.dryRun(),
            scope.user(),
            scope::warn);
    admission.mutate(attributes);
    JsonObject deleteTree = eviction.objectOrEmpty("deleteOptions").deepCopy();
    if (options.dryRun() && !deleteTree.has("dryRun")) {
      deleteTree.put("dryRun", new ArrayList<Object>(List.of("All")));
    }
    DeleteOptions deleteOptions = DeleteOptions.of(deleteTree);
    admission.validate(attributes);
    evict(scope, options, deleteOptions);
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

  private void evict(RequestScope scope, WriteOptions options, DeleteOptions deleteOptions) {
    JsonObject pod = objects.get(scope.groupResource(), scope.namespace(), scope.name());
    if (pod == null) {
      throw ApiException.notFound(scope.groupResource(), scope.name());
    }
    boolean guarded =
        !NOT_GUARDED.contains(pod.objectOrEmpty("status").string("phase"))
            && !pod.objectOrEmpty("metadata").has("deletionTimestamp");
    if (guarded) {
      askBudgets(scope, pod, deleteOptions.dryRun());
    }
    if (!deleteOptions.dryRun()) {
      writes.update(
          Write.of(scope, "status", options).rawly(),
          scope.name(),
          false,
          current -> {
            JsonObject changed = Objects.requireNonNull(current);
            PodConditions.set(
                changed,
                "DisruptionTarget",
                "EvictionByEvictionAPI",
                "Eviction API: evicting",
                scope.now());
            return changed;
          });
    }
    deletion.delete(scope, scope.name(), deleteOptions, false);
  }

  private void askBudgets(RequestScope scope, JsonObject pod, boolean dryRun) {
    for (int attempt = 1; ; attempt++) {
      List<JsonObject> budgets = budgetsOf(scope, pod);
      if (budgets.isEmpty()) {
        return;
      }
      if (budgets.size() > 1) {
        throw new ApiException(
            ApiException.status(
                StatusReason.UNKNOWN,
                "This pod has more than one PodDisruptionBudget, which the eviction subresource"
                    + " does not support.",
                null));
      }
      JsonObject budget = budgets.getFirst();
      if (unhealthyMayGo(pod, budget)) {
        return;
      }
      decrement(budget, scope);
      if (dryRun) {
        return;
      }
      try {
        writer.update(BUDGETS_V1, scope.namespace(), budget, "status");
        return;
      } catch (ApiException problem) {
        if (!problem.is(StatusReason.CONFLICT) || attempt >= ATTEMPTS) {
          throw problem;
        }
        Contention.pause(attempt);
      }
    }
  }

  private List<JsonObject> budgetsOf(RequestScope scope, JsonObject pod) {
    var labels = pod.objectOrEmpty("metadata").stringMap("labels");
    return objects.list(BUDGETS, scope.namespace()).stream()
        .filter(budget ->
            LabelSelector.of(budget.objectOrEmpty("spec").object("selector")).matches(labels))
        .toList();
  }

  private static boolean unhealthyMayGo(JsonObject pod, JsonObject budget) {
    if (PodConditions.isTrue(pod, "Ready")) {
      return false;
    }
    JsonObject status = budget.objectOrEmpty("status");
    return budget.objectOrEmpty("spec").string("unhealthyPodEvictionPolicy").equals("AlwaysAllow")
        || (status.integer("currentHealthy") >= status.integer("desiredHealthy")
            && status.integer("desiredHealthy") > 0);
  }

  private static void decrement(JsonObject budget, RequestScope scope) {
    JsonObject metadata = budget.objectOrEmpty("metadata");
    String name = metadata.string("name");
    JsonObject status = budget.ensureObject("status");
    if (status.integer("observedGeneration") < metadata.integer("generation")) {
      throw tooMany(
          "The disruption budget " + name + " is still being processed by the server.", 10);
    }
    long allowed = status.integer("disruptionsAllowed");
    if (allowed < 0) {
      throw ApiException.forbidden(
          new GroupResource("policy", "poddisruptionbudget"),
          name,
          "pdb disruptions allowed is negative");
    }
    if (status.objectOrEmpty("disruptedPods").size() > MAX_DISRUPTED_PODS) {
      throw ApiException.forbidden(
          new GroupResource("policy", "poddisruptionbudget"),
          name,
          "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    if (allowed == 0) {
      throw tooMany(why(name, status), 0);
    }
    status.put("disruptionsAllowed", allowed - 1);
    status.ensureObject("disruptedPods").put(scope.name(), ObjectNames.time(scope.now()));
  }

  private static String why(String name, JsonObject status) {
    String budget = "The disruption budget " + name;
    JsonObject condition =
        status.objects("conditions").stream()
            .filter(c -> c.string("type").equals("DisruptionAllowed"))
            .findFirst()
            .orElseGet(JsonObject::new);
    boolean refused =
        condition.string("status").equals("False") && !condition.string("message").isEmpty();
    if (refused && condition.string("reason").equals("SyncFailed")) {
      return budget
          + " does not allow evicting pods currently because it failed sync: "
          + condition.string("message");
    }
    if (status.integer("currentHealthy") <= status.integer("desiredHealthy")) {
      return budget
          + " needs "
          + status.integer("desiredHealthy")
          + " healthy pods and has "
          + status.integer("currentHealthy")
          + " currently";
    }
    if (refused) {
      return budget
          + " does not allow evicting pods currently ("
          + condition.string("reason")
          + "): "
          + condition.string("message");
    }
    return budget + " does not allow evicting pods currently";
  }

  private static ApiException tooMany(String cause, int retryAfterSeconds) {
    JsonObject details =
        JsonObject.of(
            "causes",
            new ArrayList<Object>(
                List.of(JsonObject.of("reason", "DisruptionBudget", "message", cause))));
    if (retryAfterSeconds > 0) {
      details.put("retryAfterSeconds", (long) retryAfterSeconds);
    }
    return new ApiException(
        ApiException.status(
            StatusReason.TOO_MANY_REQUESTS,
            "Cannot evict pod as it would violate the pod's disruption budget.",
            details));
  }
}
