package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.meta.v1.OwnerReference;
import dev.javernetes.client.Client;
import dev.javernetes.client.Patch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which objects belong to an owner: those that it controls and its selector matches stay, orphans
 * that match are adopted, and what it controls without matching is released.
 *
 * @param keep owned already
 * @param adopt orphans to take
 * @param release owned, but the labels no longer match
 */
public record Claims<T extends KubernetesObject>(List<T> keep, List<T> adopt, List<T> release) {

  public static <T extends KubernetesObject> Claims<T> plan(
      KubernetesObject owner, Predicate<Map<String, String>> selector, Iterable<T> candidates) {
    List<T> keep = new ArrayList<>();
    List<T> adopt = new ArrayList<>();
    List<T> release = new ArrayList<>();
    for (T object : candidates) {
      OwnerReference controller = Meta.controllerOf(object);
      boolean matches = selector.test(object.metadata().labels());
      if (controller != null) {
        if (controller.uid().equals(owner.metadata().uid())) {
          if (matches) {
            keep.add(object);
          } else if (!Meta.deleting(owner)) {
            release.add(object);
          }
        }
      } else if (matches && !Meta.deleting(owner) && !Meta.deleting(object)) {
        adopt.add(object);
      }
    }
    return new Claims<>(keep, adopt, release);
  }

  /** Adopts and releases; what the owner has afterwards. */
  public <O extends KubernetesObject> List<T> apply(
      Client client, ResourceType<O> ownerType, O owner, ResourceType<T> type) {
    List<T> owned = new ArrayList<>(keep);
    if (!adopt.isEmpty() && stillThere(client, ownerType, owner)) {
      for (T orphan : adopt) {
        List<Object> owners = owners(orphan, null);
        owners.add(Meta.controllerReference(owner).toJson());
        T adopted = patch(client, type, orphan, owners);
        if (adopted != null) {
          owned.add(adopted);
        }
      }
    }
    for (T stranger : release) {
      patch(client, type, stranger, owners(stranger, owner.metadata().uid()));
    }
    return owned;
  }

  /** Asks the server: our cache may not know yet that the owner is gone. */
  private static <O extends KubernetesObject> boolean stillThere(
      Client client, ResourceType<O> type, O owner) {
    return client
        .find(type, owner.metadata().namespace(), owner.metadata().name())
        .filter(now -> now.metadata().uid().equals(owner.metadata().uid()))
        .filter(now -> !Meta.deleting(now))
        .isPresent();
  }

  private static List<Object> owners(KubernetesObject object, @Nullable String without) {
    List<Object> owners = new ArrayList<>();
    for (OwnerReference reference : object.metadata().ownerReferences()) {
      if (!reference.uid().equals(without)) {
        owners.add(reference.toJson());
      }
    }
    return owners;
  }

  /** With the version that we decided on; an object that is gone or changed meanwhile is left. */
  private static <T extends KubernetesObject> @Nullable T patch(
      Client client, ResourceType<T> type, T object, List<Object> owners) {
    JsonObject metadata =
        JsonObject.of(
            "uid", object.metadata().uid(),
            "resourceVersion", object.metadata().resourceVersion(),
            "ownerReferences", owners);
    try {
      return client.patch(
          type,
          object.metadata().namespace(),
          object.metadata().name(),
          Patch.merge(JsonObject.of("metadata", metadata)));
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND) || refusal.is(StatusReason.INVALID)) {
        return null;
      }
      throw refusal;
    }
  }
}
