package dev.javernetes.controllermanager.admissionpolicy;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.Patch;
import dev.javernetes.client.RequestOptions.WriteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;

/** Writes into a policy's status what is wrong with its expressions' types; nothing hangs on it. */
public final class PolicyStatusController implements Controller {
  private static final String NAME = "validatingadmissionpolicy-status";

  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<ValidatingAdmissionPolicy> policies;

  public PolicyStatusController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of(NAME, context, workers);
    this.policies = loop.informer(ValidatingAdmissionPolicy.TYPE);
    loop.on(policies, EventHandler.each(policy -> loop.queue().add(Meta.key(policy))));
  }

  @Override
  public void start() {
    loop.start(this::reconcile);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(ObjectKey key) {
    ValidatingAdmissionPolicy policy = policies.get(key).orElse(null);
    if (policy == null) {
      return;
    }
    JsonObject json = policy.toJson();
    long generation = json.objectOrEmpty("metadata").integer("generation");
    if (generation <= json.objectOrEmpty("status").integer("observedGeneration")) {
      return;
    }
    TypeChecker checker =
        new TypeChecker(
            json.objectOrEmpty("spec"), new PublishedSchemas(context.client()::getJson));
    JsonObject typeChecking = new JsonObject();
    var warnings = checker.warnings();
    if (!warnings.isEmpty()) {
      typeChecking.put("expressionWarnings", warnings);
    }
    JsonObject status =
        JsonObject.of("observedGeneration", generation, "typeChecking", typeChecking);
    JsonObject applied =
        JsonObject.of(
            "apiVersion", ValidatingAdmissionPolicy.TYPE.kind().apiVersion(),
            "kind", ValidatingAdmissionPolicy.TYPE.kind().kind(),
            "metadata", JsonObject.of("name", key.name()),
            "status", status);
    context
        .client()
        .patch(
            ValidatingAdmissionPolicy.TYPE,
            "",
            key.name(),
            "status",
            Patch.apply(applied),
            new WriteOptions(NAME, "", false, true));
  }
}
