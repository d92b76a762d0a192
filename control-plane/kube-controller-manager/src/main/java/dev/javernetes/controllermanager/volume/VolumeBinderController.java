package dev.javernetes.controllermanager.volume;

import dev.javernetes.api.model.core.v1.ObjectReference;
import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaimStatus;
import dev.javernetes.api.model.core.v1.PersistentVolumeStatus;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.storage.v1.StorageClass;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Deletions;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings claims and volumes together in four writes, each of which a restart can repeat: the
 * volume's claimRef, its phase, the claim's volumeName, its phase. A claim without a fitting volume
 * is handed to its class's provisioner by annotation; a class that waits for a consumer first waits
 * for the scheduler to select a node.
 *
 * <p>A volume whose claim is gone is Released; with reclaim policy Delete its provisioner takes it
 * away.
 */
public final class VolumeBinderController implements Controller {
  private static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
  private static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
  private static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
  private static final String BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
  private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

  private final ControllerContext context;

  /** Keys of claims have a namespace, those of volumes none. */
  private final Loop<ObjectKey> loop;

  private final Informer<PersistentVolumeClaim> claims;
  private final Informer<PersistentVolume> volumes;
  private final Informer<StorageClass> classes;

  public VolumeBinderController(ControllerContext context) {
    this.context = context;
    this.loop = Loop.of("persistentvolume_binder", context, 1); // one at a time: no volume twice
    this.claims = loop.informer(PersistentVolumeClaim.TYPE);
    this.volumes = loop.informer(PersistentVolume.TYPE);
    this.classes = loop.informer(StorageClass.TYPE);
    loop.on(
        claims,
        EventHandler.each(claim -> {
          loop.queue().add(Meta.key(claim));
          if (!claim.spec().volumeName().isEmpty()) {
            loop.queue().add(new ObjectKey("", claim.spec().volumeName()));
          }
        }));
    loop.on(
        volumes,
        EventHandler.each(volume -> {
          loop.queue().add(Meta.key(volume));
          ObjectReference reference = volume.spec().claimRef();
          if (reference != null) {
            loop.queue().add(new ObjectKey(reference.namespace(), reference.name()));
          } else {
            pendingClaims();
          }
        }));
    loop.on(classes, EventHandler.each(storageClass -> pendingClaims()));
  }

  @Override
  public void start() {
    loop.start(key -> {
      if (key.namespace().isEmpty()) {
        volume(key);
      } else {
        claim(key);
      }
    });
  }

  @Override
  public void close() {
    loop.close();
  }

  private void pendingClaims() {
    for (PersistentVolumeClaim claim : claims.list()) {
      if (claim.spec().volumeName().isEmpty()) {
        loop.queue().add(Meta.key(claim));
      }
    }
  }

  private void claim(ObjectKey key) {
    PersistentVolumeClaim claim = claims.get(key).orElse(null);
    if (claim == null || Meta.deleting(claim)) {
      return;
    }
    boolean completed = claim.metadata().annotations().containsKey(BIND_COMPLETED);
    PersistentVolume volume =
        claim.spec().volumeName().isEmpty()
            ? completed ? null : VolumeMatch.best(claim, volumes.list())
            : volumes.get("", claim.spec().volumeName()).orElse(null);
    if (completed && (volume == null || !VolumeMatch.boundTo(volume, claim))) {
      phase(claim, "Lost");
      context
          .events()
          .warning(
              ObjectRef.of(claim),
              "ClaimLost",
              "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
      return;
    }
    if (volume == null) {
      phase(claim, "Pending");
      if (claim.spec().volumeName().isEmpty()) {
        provision(claim);
      }
      return;
    }
    ObjectReference reference = volume.spec().claimRef();
    if (reference != null && !VolumeMatch.boundTo(volume, claim)) {
      phase(claim, "Pending");
      return;
    }
    boolean waits =
        reference == null
            && claim.spec().volumeName().isEmpty()
            && waitsForConsumer(claim)
            && Meta.annotation(claim, SELECTED_NODE).isEmpty();
    if (waits) {
      phase(claim, "Pending");
      return;
    }
    bind(claim, volume);
  }

  private void bind(PersistentVolumeClaim claim, PersistentVolume volume) {
    PersistentVolume bound = volume;
    ObjectReference reference = volume.spec().claimRef();
    if (reference == null || reference.uid().isEmpty()) {
      ObjectMeta metadata = volume.metadata();
      if (reference == null) {
        metadata = Meta.annotated(metadata, BY_CONTROLLER, "yes");
      }
      bound =
          context
              .client()
              .update(
                  PersistentVolume.TYPE,
                  volume.toBuilder()
                      .metadata(metadata)
                      .spec(volume.spec().toBuilder().claimRef(reference(claim)).build())
                      .build());
    }
    phase(bound, "Bound");
    PersistentVolumeClaim ours = claim;
    boolean completed = claim.metadata().annotations().containsKey(BIND_COMPLETED);
    if (!completed || claim.spec().volumeName().isEmpty()) {
      Map<String, String> annotations = new LinkedHashMap<>(claim.metadata().annotations());
      annotations.put(BIND_COMPLETED, "yes");
      if (claim.spec().volumeName().isEmpty()) {
        annotations.put(BY_CONTROLLER, "yes");
      }
      ours =
          context
              .client()
              .update(
                  PersistentVolumeClaim.TYPE,
                  claim.toBuilder()
                      .metadata(claim.metadata().toBuilder().annotations(annotations).build())
                      .spec(claim.spec().toBuilder().volumeName(volume.metadata().name()).build())
                      .build());
    }
    PersistentVolumeClaimStatus status =
        ours.status().toBuilder()
            .phase("Bound")
            .accessModes(volume.spec().accessModes())
            .capacity(
                ours.status().capacity().isEmpty()
                    ? volume.spec().capacity()
                    : ours.status().capacity())
            .build();
    if (!status.equals(ours.status())) {
      context
          .client()
          .updateStatus(PersistentVolumeClaim.TYPE, ours.toBuilder().status(status).build());
    }
  }

  private static ObjectReference reference(PersistentVolumeClaim claim) {
    return ObjectReference.builder()
        .apiVersion("v1")
        .kind("PersistentVolumeClaim")
        .namespace(claim.metadata().namespace())
        .name(claim.metadata().name())
        .uid(Meta.uid(claim))
        .resourceVersion(claim.metadata().resourceVersion())
        .build();
  }

  private boolean waitsForConsumer(PersistentVolumeClaim claim) {
    return classes
        .get("", VolumeMatch.storageClass(claim))
        .filter(found -> found.volumeBindingMode().equals("WaitForFirstConsumer"))
        .isPresent();
  }

  /** Tells the class's external provisioner; its volume comes with a claimRef. */
  private void provision(PersistentVolumeClaim claim) {
    String name = VolumeMatch.storageClass(claim);
    if (name.isEmpty()) {
      context
          .events()
          .normal(
              ObjectRef.of(claim),
              "FailedBinding",
              "no persistent volumes available for this claim and no storage class is set");
      return;
    }
    StorageClass storageClass = classes.get("", name).orElse(null);
    if (storageClass == null) {
      context
          .events()
          .warning(
              ObjectRef.of(claim),
              "ProvisioningFailed",
              "storageclass.storage.k8s.io \"" + name + "\" not found");
      return;
    }
    if (waitsForConsumer(claim) && Meta.annotation(claim, SELECTED_NODE).isEmpty()) {
      context
          .events()
          .normal(
              ObjectRef.of(claim),
              "WaitForFirstConsumer",
              "waiting for first consumer to be created before binding");
      return;
    }
    String provisioner = storageClass.provisioner();
    if (provisioner.equals("kubernetes.io/no-provisioner")) {
      return;
    }
    if (!Meta.annotation(claim, PROVISIONER).equals(provisioner)) {
      Map<String, String> annotations = new LinkedHashMap<>(claim.metadata().annotations());
      annotations.put(PROVISIONER, provisioner);
      annotations.put(BETA_PROVISIONER, provisioner);
      context
          .client()
          .update(
              PersistentVolumeClaim.TYPE,
              claim.toBuilder()
                  .metadata(claim.metadata().toBuilder().annotations(annotations).build())
                  .build());
    }
    context
        .events()
        .normal(
            ObjectRef.of(claim),
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner '%s' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
                .formatted(provisioner));
  }

  private void volume(ObjectKey key) {
    PersistentVolume volume = volumes.get(key).orElse(null);
    if (volume == null) {
      return;
    }
    ObjectReference reference = volume.spec().claimRef();
    if (reference == null || reference.uid().isEmpty()) {
      phase(volume, "Available");
      return;
    }
    PersistentVolumeClaim claim =
        claims
            .get(reference.namespace(), reference.name())
            .or(() ->
                context
                    .client()
                    .find(PersistentVolumeClaim.TYPE, reference.namespace(), reference.name()))
            .orElse(null);
    if (claim != null && Meta.uid(claim).equals(reference.uid())) {
      if (claim.spec().volumeName().equals(key.name())) {
        phase(volume, "Bound");
      }
      return;
    }
    phase(volume, "Released");
    boolean inTree = volume.spec().hostPath() != null;
    if (volume.spec().persistentVolumeReclaimPolicy().equals("Delete")
        && inTree
        && Meta.annotation(volume, "pv.kubernetes.io/provisioned-by").isEmpty()) {
      // no provisioner made it: there is nothing but the object to delete
      Deletions.ifPresent(
          context.client(), PersistentVolume.TYPE, volume, DeleteOptions.uid(Meta.uid(volume)));
    }
  }

  private void phase(PersistentVolume volume, String phase) {
    if (!volume.status().phase().equals(phase)) {
      PersistentVolumeStatus status =
          volume.status().toBuilder()
              .phase(phase)
              .lastPhaseTransitionTime(context.timers().instant().truncatedTo(ChronoUnit.SECONDS))
              .build();
      context
          .client()
          .updateStatus(PersistentVolume.TYPE, volume.toBuilder().status(status).build());
    }
  }

  private void phase(PersistentVolumeClaim claim, String phase) {
    if (!claim.status().phase().equals(phase)) {
      PersistentVolumeClaimStatus status = claim.status().toBuilder().phase(phase).build();
      context
          .client()
          .updateStatus(PersistentVolumeClaim.TYPE, claim.toBuilder().status(status).build());
    }
  }
}
