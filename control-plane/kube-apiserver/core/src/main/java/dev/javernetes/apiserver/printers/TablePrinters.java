package dev.javernetes.apiserver.printers;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ColumnCatalog;
import dev.javernetes.apiserver.registry.TableColumns;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The columns of every built-in kind, as upstream's server prints them; made when first asked for.
 *
 * <pre>{@code
 * TableColumns pods = TablePrinters.forKind("", "pods");
 * pods.columns();                   // Name, Ready, Status, Restarts, Age, IP, …
 * pods.cells(pod, now);             // web, 1/1, Running, 0, 5m, 10.0.0.7, …
 * }</pre>
 */
public final class TablePrinters implements ColumnCatalog {
  private static final Map<String, Supplier<Printer>> MAKERS =
      Map.ofEntries(
          Map.entry("/componentstatuses", ClusterPrinters::componentStatuses),
          Map.entry("/configmaps", ClusterPrinters::configMaps),
          Map.entry("/endpoints", NetworkPrinters::endpoints),
          Map.entry("/events", ClusterPrinters::events),
          Map.entry("/namespaces", ClusterPrinters::namespaces),
          Map.entry("/nodes", ClusterPrinters::nodes),
          Map.entry("/persistentvolumeclaims", StoragePrinters::persistentVolumeClaims),
          Map.entry("/persistentvolumes", StoragePrinters::persistentVolumes),
          Map.entry("/pods", WorkloadPrinters::pods),
          Map.entry("/podtemplates", WorkloadPrinters::podTemplates),
          Map.entry("/replicationcontrollers", WorkloadPrinters::replicationControllers),
          Map.entry("/resourcequotas", ClusterPrinters::resourceQuotas),
          Map.entry("/secrets", ClusterPrinters::secrets),
          Map.entry("/serviceaccounts", ClusterPrinters::nameAndAge),
          Map.entry("/services", NetworkPrinters::services),
          Map.entry("apiregistration.k8s.io/apiservices", ClusterPrinters::apiServices),
          Map.entry("apps/controllerrevisions", WorkloadPrinters::controllerRevisions),
          Map.entry("apps/daemonsets", WorkloadPrinters::daemonSets),
          Map.entry("apps/deployments", WorkloadPrinters::deployments),
          Map.entry("apps/replicasets", WorkloadPrinters::replicaSets),
          Map.entry("apps/statefulsets", WorkloadPrinters::statefulSets),
          Map.entry("events.k8s.io/events", ClusterPrinters::events),
          Map.entry(
              "autoscaling/horizontalpodautoscalers", PolicyPrinters::horizontalPodAutoscalers),
          Map.entry("autoscaling/scales", WorkloadPrinters::scales),
          Map.entry("batch/cronjobs", WorkloadPrinters::cronJobs),
          Map.entry("batch/jobs", WorkloadPrinters::jobs),
          Map.entry(
              "certificates.k8s.io/certificatesigningrequests",
              ClusterPrinters::certificateSigningRequests),
          Map.entry("networking.k8s.io/ingressclasses", NetworkPrinters::ingressClasses),
          Map.entry("networking.k8s.io/ingresses", NetworkPrinters::ingresses),
          Map.entry("networking.k8s.io/ipaddresses", NetworkPrinters::ipAddresses),
          Map.entry("networking.k8s.io/networkpolicies", NetworkPrinters::networkPolicies),
          Map.entry("networking.k8s.io/servicecidrs", NetworkPrinters::serviceCidrs),
          Map.entry("policy/poddisruptionbudgets", WorkloadPrinters::disruptionBudgets),
          Map.entry(
              "rbac.authorization.k8s.io/clusterrolebindings",
              () -> PolicyPrinters.roleBindings("clusterRoleBinding")),
          Map.entry(
              "rbac.authorization.k8s.io/rolebindings",
              () -> PolicyPrinters.roleBindings("roleBinding")),
          Map.entry("storage.k8s.io/csidrivers", StoragePrinters::csiDrivers),
          Map.entry("storage.k8s.io/csinodes", StoragePrinters::csiNodes),
          Map.entry("storage.k8s.io/storageclasses", StoragePrinters::storageClasses),
          Map.entry("storage.k8s.io/volumeattachments", StoragePrinters::volumeAttachments),
          Map.entry(
              "storage.k8s.io/volumeattributesclasses", StoragePrinters::volumeAttributesClasses),
          Map.entry(
              "admissionregistration.k8s.io/mutatingadmissionpolicies",
              PolicyPrinters::mutatingPolicies),
          Map.entry(
              "admissionregistration.k8s.io/mutatingadmissionpolicybindings",
              PolicyPrinters::policyBindings),
          Map.entry(
              "admissionregistration.k8s.io/mutatingwebhookconfigurations",
              PolicyPrinters::webhooks),
          Map.entry(
              "admissionregistration.k8s.io/validatingadmissionpolicies",
              PolicyPrinters::validatingPolicies),
          Map.entry(
              "admissionregistration.k8s.io/validatingadmissionpolicybindings",
              PolicyPrinters::policyBindings),
          Map.entry(
              "admissionregistration.k8s.io/validatingwebhookconfigurations",
              PolicyPrinters::webhooks),
          Map.entry("scheduling.k8s.io/priorityclasses", ClusterPrinters::priorityClasses),
          Map.entry("coordination.k8s.io/leases", ClusterPrinters::leases),
          Map.entry("node.k8s.io/runtimeclasses", ClusterPrinters::runtimeClasses),
          Map.entry("discovery.k8s.io/endpointslices", NetworkPrinters::endpointSlices),
          Map.entry("resource.k8s.io/deviceclasses", ClusterPrinters::nameAndAge),
          Map.entry("resource.k8s.io/resourceclaims", StoragePrinters::resourceClaims),
          Map.entry("resource.k8s.io/resourceclaimtemplates", ClusterPrinters::nameAndAge),
          Map.entry("resource.k8s.io/resourceslices", StoragePrinters::resourceSlices),
          Map.entry("flowcontrol.apiserver.k8s.io/flowschemas", PolicyPrinters::flowSchemas),
          Map.entry(
              "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
              PolicyPrinters::priorityLevels));

  private static final Map<String, Printer> MADE = new ConcurrentHashMap<>();

  @Override
  public TableColumns columns(GroupVersionResource resource) {
    return forKind(resource.group(), resource.resource());
  }

  /** Of a built-in resource; name and creation time for one without columns of its own. */
  public static TableColumns forKind(String group, String plural) {
    return MADE.computeIfAbsent(
        group + "/" + plural,
        key -> MAKERS.getOrDefault(key, ClusterPrinters::nameAndCreation).get());
  }

  /**
   * Of a custom resource: its definition's {@code additionalPrinterColumns}, or name and age if
   * there are none. {@code IllegalArgumentException} for a path that cannot be read.
   */
  public static TableColumns forCustomResource(List<JsonObject> additionalPrinterColumns) {
    return CustomColumns.of(additionalPrinterColumns);
  }
}
