package dev.javernetes.controllermanager.volume;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.core.v1.PersistentVolume;
import dev.javernetes.api.model.core.v1.PersistentVolumeClaim;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Volume;
import dev.javernetes.api.model.storage.v1.VolumeAttributesClass;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.ObjectKey;
import dev.javernetes.controllermanager.loop.Controller;
import dev.javernetes.controllermanager.loop.ControllerContext;
import dev.javernetes.controllermanager.loop.Loop;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A finalizer that stays while the object is used: a claim by a pod, a volume by a claim, an
 * attributes class by either.
 */
public final class ProtectionController<T extends KubernetesObject> implements Controller {
  private static final String CLAIM = "kubernetes.io/pvc-protection";
  private static final String VOLUME = "kubernetes.io/pv-protection";
  private static final String ATTRIBUTES_CLASS = "kubernetes.io/vac-protection";

  private final ControllerContext context;
  private final ResourceType<T> type;
  private final String finalizer;
  private final Loop<ObjectKey> loop;
  private final Informer<T> objects;
  private Predicate<T> used = object -> true;

  private ProtectionController(
      ControllerContext context, String queue, ResourceType<T> type, String finalizer) {
    this.context = context;
    this.type = type;
    this.finalizer = finalizer;
    this.loop = Loop.of(queue, context, 2);
    this.objects = loop.informer(type);
    loop.on(objects, EventHandler.each(object -> loop.queue().add(Meta.key(object))));
  }

  public static Controller claims(ControllerContext context) {
    ProtectionController<PersistentVolumeClaim> protection =
        new ProtectionController<>(context, "pvcprotection", PersistentVolumeClaim.TYPE, CLAIM);
    Informer<Pod> pods = protection.loop.informer(Pod.TYPE);
    Informer.Index<Pod> byClaim = pods.index("claim", ProtectionController::claimsOf);
    protection.used =
        claim ->
            byClaim.get(Meta.key(claim).toString()).stream()
                .anyMatch(pod ->
                    !PodStates.finished(pod) && !pod.spec().nodeName().isEmpty()
                        || PodStates.active(pod));
    protection.loop.on(
        pods,
        EventHandler.each(pod -> {
          if (PodStates.finished(pod) || Meta.deleting(pod)) {
            for (String claim : claimsOf(pod)) {
              protection
                  .loop
                  .queue()
                  .add(
                      new ObjectKey(
                          pod.metadata().namespace(), claim.substring(claim.indexOf('/') + 1)));
            }
          }
        }));
    return protection;
  }

  public static Controller volumes(ControllerContext context) {
    ProtectionController<PersistentVolume> protection =
        new ProtectionController<>(context, "pvprotection", PersistentVolume.TYPE, VOLUME);
    protection.used = volume -> volume.status().phase().equals("Bound");
    return protection;
  }

  /** A class stays while a claim or a volume has it, or is to get it. */
  public static Controller attributesClasses(ControllerContext context) {
    ProtectionController<VolumeAttributesClass> protection =
        new ProtectionController<>(
            context, "vacprotection", VolumeAttributesClass.TYPE, ATTRIBUTES_CLASS);
    Loop<ObjectKey> loop = protection.loop;
    Informer<PersistentVolumeClaim> claims = loop.informer(PersistentVolumeClaim.TYPE);
    Informer<PersistentVolume> volumes = loop.informer(PersistentVolume.TYPE);
    protection.used =
        one ->
            claims.list().stream()
                    .anyMatch(claim -> classesOf(claim).contains(one.metadata().name()))
                || volumes.list().stream()
                    .anyMatch(volume ->
                        one.metadata().name().equals(volume.spec().volumeAttributesClassName()));
    Runnable lookAgain =
        () ->
            protection.objects.list().stream()
                .filter(Meta::deleting)
                .forEach(one -> loop.queue().add(Meta.key(one)));
    loop.on(claims, EventHandler.each(claim -> lookAgain.run()));
    loop.on(volumes, EventHandler.each(volume -> lookAgain.run()));
    return protection;
  }

  private static List<String> classesOf(PersistentVolumeClaim claim) {
    List<String> classes = new ArrayList<>();
    classes.add(String.valueOf(claim.spec().volumeAttributesClassName()));
    classes.add(String.valueOf(claim.status().currentVolumeAttributesClassName()));
    if (claim.status().modifyVolumeStatus() != null) {
      classes.add(
          String.valueOf(claim.status().modifyVolumeStatus().targetVolumeAttributesClassName()));
    }
    return classes;
  }

  /** The claims that a pod names, those of its ephemeral volumes too. */
  static List<String> claimsOf(Pod pod) {
    List<String> claims = new ArrayList<>();
    for (Volume volume : pod.spec().volumes()) {
      String name =
          volume.persistentVolumeClaim() != null
              ? volume.persistentVolumeClaim().claimName()
              : volume.ephemeral() != null ? pod.metadata().name() + "-" + volume.name() : "";
      if (!name.isEmpty()) {
        claims.add(pod.metadata().namespace() + "/" + name);
      }
    }
    return claims;
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
    T object = objects.get(key).orElse(null);
    if (object == null) {
      return;
    }
    List<String> finalizers = object.metadata().finalizers();
    if (!Meta.deleting(object)) {
      if (!finalizers.contains(finalizer)) {
        List<Object> more = new ArrayList<>(finalizers);
        more.add(finalizer);
        write(object, more);
      }
    } else if (finalizers.contains(finalizer) && !used.test(object)) {
      List<Object> less = new ArrayList<>(finalizers);
      less.removeIf(finalizer::equals);
      write(object, less);
    }
  }

  /** By an update: the controller's role allows no patch. */
  private void write(T object, List<Object> finalizers) {
    JsonObject changed = object.toJson();
    changed.ensureObject("metadata").put("finalizers", finalizers);
    try {
      context.client().update(type, type.fromJson().apply(changed));
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
    }
  }
}
