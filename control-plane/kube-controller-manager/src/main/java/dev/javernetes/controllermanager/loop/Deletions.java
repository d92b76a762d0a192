package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;

/** Deleting what may be gone already. */
public final class Deletions {
  private Deletions() {}

  /** Whether it was there. An object of another uid by the same name is left alone. */
  public static boolean ifPresent(
      Client client, ResourceType<?> type, KubernetesObject object, DeleteOptions options) {
    try {
      client.delete(type, object.metadata().namespace(), object.metadata().name(), options);
      return true;
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND)
          || (refusal.is(StatusReason.CONFLICT) && !options.uid().isEmpty())) {
        return false;
      }
      throw refusal;
    }
  }
}
