package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupResource;
import java.util.Set;

/** The kinds whose deletion answers with the object instead of a Status. */
public final class ReturnsDeleted {
  private static final Set<String> RESOURCES =
      Set.of(
          "resourceclaimtemplates.resource.k8s.io",
          "resourceslices.resource.k8s.io",
          "resourceclaims.resource.k8s.io",
          "deviceclasses.resource.k8s.io",
          "csidrivers.storage.k8s.io",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "volumeattributesclasses.storage.k8s.io",
          "resourcequotas",
          "persistentvolumes",
          "serviceaccounts",
          "persistentvolumeclaims",
          "namespaces",
          "pods",
          "services",
          "podtemplates");

  private ReturnsDeleted() {}

  public static boolean object(GroupResource resource) {
    return RESOURCES.contains(resource.toString());
  }
}
