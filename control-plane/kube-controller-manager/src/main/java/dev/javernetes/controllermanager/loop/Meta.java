package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.ObjectKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Questions that every controller asks of an object's metadata. */
public final class Meta {
  private Meta() {}

  public static ObjectKey key(KubernetesObject object) {
    return new ObjectKey(object.metadata().namespace(), object.metadata().name());
  }

  public static String uid(KubernetesObject object) {
    return object.metadata().uid();
  }

  public static boolean deleting(KubernetesObject object) {
    return object.metadata().deletionTimestamp() != null;
  }

  public static Instant created(KubernetesObject object) {
    return Objects.requireNonNullElse(object.metadata().creationTimestamp(), Instant.EPOCH);
  }

  public static long generation(KubernetesObject object) {
    return Objects.requireNonNullElse(object.metadata().generation(), 0L);
  }

  /** The owner that manages the object, if any. */
  public static @Nullable OwnerReference controllerOf(KubernetesObject object) {
    for (OwnerReference owner : object.metadata().ownerReferences()) {
      if (Boolean.TRUE.equals(owner.controller())) {
        return owner;
      }
    }
    return null;
  }

  public static boolean controlledBy(KubernetesObject object, KubernetesObject owner) {
    OwnerReference controller = controllerOf(object);
    return controller != null && controller.uid().equals(owner.metadata().uid());
  }

  /** The uid of the managing owner as an index's value; nothing for an orphan. */
  public static List<String> controllerUid(KubernetesObject object) {
    OwnerReference controller = controllerOf(object);
    return controller == null ? List.of() : List.of(controller.uid());
  }

  public static OwnerReference controllerReference(KubernetesObject owner) {
    GroupVersionKind kind = owner.groupVersionKind();
    return OwnerReference.builder()
        .apiVersion(kind.apiVersion())
        .kind(kind.kind())
        .name(owner.metadata().name())
        .uid(owner.metadata().uid())
        .controller(true)
        .blockOwnerDeletion(true)
        .build();
  }

  public static String annotation(KubernetesObject object, String name) {
    return object.metadata().annotations().getOrDefault(name, "");
  }

  public static ObjectMeta annotated(ObjectMeta metadata, String name, String value) {
    return metadata.toBuilder().annotations(with(metadata.annotations(), name, value)).build();
  }

  public static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> copy = new LinkedHashMap<>(map);
    copy.put(name, value);
    return copy;
  }

  /** A count as upstream writes it: its zero is left out. */
  public static @Nullable Integer omitZero(int count) {
    return count == 0 ? null : count;
  }

  public static int or(@Nullable Integer value, int absent) {
    return value == null ? absent : value;
  }
}
