package dev.javernetes.controllermanager.volume;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaimTemplate;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Volume;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.List;

/** Makes the claim of each generic ephemeral volume: pod {@code web}'s {@code tmp} is web-tmp. */
public final class EphemeralVolumeController implements Controller {
  private final ControllerContext context;
  private final Loop<ObjectKey> loop;
  private final Informer<Pod> pods;
  private final Informer<PersistentVolumeClaim> claims;

  public EphemeralVolumeController(ControllerContext context, int workers) {
    this.context = context;
    this.loop = Loop.of("ephemeral_volume", context, workers);
    this.pods = loop.informer(Pod.TYPE);
    this.claims = loop.informer(PersistentVolumeClaim.TYPE);
    loop.on(
        pods,
        EventHandler.each(pod -> {
          if (!Meta.deleting(pod)
              && pod.spec().volumes().stream().anyMatch(v -> v.ephemeral() != null)) {
            loop.queue().add(Meta.key(pod));
          }
        }));
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
    Pod pod = pods.get(key).orElse(null);
    if (pod == null || Meta.deleting(pod)) {
      return;
    }
    for (Volume volume : pod.spec().volumes()) {
      PersistentVolumeClaimTemplate template =
          volume.ephemeral() == null ? null : volume.ephemeral().volumeClaimTemplate();
      if (template != null) {
        ensure(pod, pod.metadata().name() + "-" + volume.name(), template);
      }
    }
  }

  private void ensure(Pod pod, String name, PersistentVolumeClaimTemplate template) {
    PersistentVolumeClaim present = claims.get(pod.metadata().namespace(), name).orElse(null);
    if (present != null) {
      if (!Meta.controlledBy(present, pod)) {
        throw ApiException.of(
            StatusReason.CONFLICT,
            "PVC %s was not created for pod %s".formatted(Meta.key(present), Meta.key(pod)));
      }
      return;
    }
    PersistentVolumeClaim claim =
        PersistentVolumeClaim.builder()
            .metadata(
                ObjectMeta.builder()
                    .name(name)
                    .namespace(pod.metadata().namespace())
                    .labels(template.metadata().labels())
                    .annotations(template.metadata().annotations())
                    .ownerReferences(List.of(Meta.controllerReference(pod)))
                    .build())
            .spec(template.spec())
            .build();
    try {
      context.client().create(PersistentVolumeClaim.TYPE, claim);
    } catch (ApiException refusal) {
      context
          .events()
          .warning(
              ObjectRef.of(pod),
              "FailedBinding",
              "ephemeral volume controller failed to create PVC: " + refusal.getMessage());
      throw refusal;
    }
  }
}
