package dev.javernetes.apiserver.server;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.pipeline.SystemObjects;
import dev.javernetes.apiserver.registry.BuiltInResources;
import dev.javernetes.apiserver.services.AddressRange;
import dev.javernetes.apiserver.strategy.flowcontrol.EveryCluster;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The objects that every cluster has from its start: written if they are not there. The namespaces
 * come first; the steps after them may run in any order, or at once, so that they share the store's
 * syncs.
 */
final class BootstrapObjects {
  private static final GroupVersionResource NAMESPACES =
      new GroupVersionResource("", "v1", "namespaces");
  private static final GroupVersionResource API_SERVICES =
      new GroupVersionResource("apiregistration.k8s.io", "v1", "apiservices");

  /** How groups rank in discovery, as upstream registers them. */
  private static final Map<String, Integer> GROUP_PRIORITIES =
      Map.ofEntries(
          Map.entry("", 18_000),
          Map.entry("apps", 17_800),
          Map.entry("events.k8s.io", 17_750),
          Map.entry("authentication.k8s.io", 17_700),
          Map.entry("authorization.k8s.io", 17_600),
          Map.entry("autoscaling", 17_500),
          Map.entry("batch", 17_400),
          Map.entry("certificates.k8s.io", 17_300),
          Map.entry("networking.k8s.io", 17_200),
          Map.entry("policy", 17_100),
          Map.entry("rbac.authorization.k8s.io", 17_000),
          Map.entry("storage.k8s.io", 16_800),
          Map.entry("apiextensions.k8s.io", 16_700),
          Map.entry("admissionregistration.k8s.io", 16_700),
          Map.entry("scheduling.k8s.io", 16_600),
          Map.entry("coordination.k8s.io", 16_500),
          Map.entry("node.k8s.io", 16_300),
          Map.entry("discovery.k8s.io", 16_200),
          Map.entry("resource.k8s.io", 16_200),
          Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

  private static final GroupVersionResource PRIORITY_CLASSES =
      new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses");

  private static final GroupVersionResource SERVICE_CIDRS =
      new GroupVersionResource("networking.k8s.io", "v1", "servicecidrs");
  private static final GroupVersionResource LEVELS =
      new GroupVersionResource("flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations");
  private static final GroupVersionResource SCHEMAS =
      new GroupVersionResource("flowcontrol.apiserver.k8s.io", "v1", "flowschemas");

  private final SystemObjects objects;
  private final KubeApiServerOptions.Network network;
  private final Clock clock;

  BootstrapObjects(SystemObjects objects, KubeApiServerOptions.Network network, Clock clock) {
    this.objects = objects;
    this.network = network;
    this.clock = clock;
  }

  void writeNamespaces() {
    for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
      ensure(
          NAMESPACES,
          "",
          JsonObject.of(
              "kind",
              "Namespace",
              "apiVersion",
              "v1",
              "metadata",
              JsonObject.of(
                  "name", name, "labels", JsonObject.of("kubernetes.io/metadata.name", name)),
              "spec",
              JsonObject.of("finalizers", new ArrayList<Object>(List.of("kubernetes"))),
              "status",
              JsonObject.of("phase", "Active")));
    }
  }

  List<Runnable> steps() {
    List<Runnable> steps = new ArrayList<>();
    steps.add(() ->
        priorityClass(
            "system-node-critical",
            2_000_001_000L,
            "Used for system critical pods that must not be moved from their current node."));
    steps.add(() ->
        priorityClass(
            "system-cluster-critical",
            2_000_000_000L,
            "Used for system critical pods that must run in the cluster, but can be moved to"
                + " another node if necessary."));
    steps.add(() -> {
      serviceCidr(); // the service's address is one of its
      kubernetesService();
    });
    EveryCluster.priorityLevels().forEach(level -> steps.add(() -> ensure(LEVELS, "", level)));
    EveryCluster.flowSchemas().forEach(schema -> steps.add(() -> ensure(SCHEMAS, "", schema)));
    BuiltInResources.groupVersions().forEach(served -> steps.add(() -> localApi(served)));
    return steps;
  }

  /** A group that this server answers itself, as an APIService without a service. */
  private void localApi(String apiVersion) {
    GroupVersion served = GroupVersion.parse(apiVersion);
    JsonObject spec = new JsonObject();
    if (!served.group().isEmpty()) {
      spec.put("group", served.group());
    }
    spec.put("version", served.version());
    spec.put("groupPriorityMinimum", (long) GROUP_PRIORITIES.getOrDefault(served.group(), 15_000));
    long versionPriority =
        served.group().isEmpty() ? 1 : apiVersion.equals("autoscaling/v2") ? 30 : 15;
    spec.put("versionPriority", versionPriority);
    String name = served.version() + "." + served.group();
    ensure(
        API_SERVICES,
        "",
        JsonObject.of(
            "kind",
            "APIService",
            "apiVersion",
            "apiregistration.k8s.io/v1",
            "metadata",
            JsonObject.of(
                "name",
                name,
                "labels",
                JsonObject.of("kube-aggregator.kubernetes.io/automanaged", "onstart")),
            "spec",
            spec));
  }

  private void serviceCidr() {
    ensure(
        SERVICE_CIDRS,
        "",
        JsonObject.of(
            "kind",
            "ServiceCIDR",
            "apiVersion",
            "networking.k8s.io/v1",
            "metadata",
            JsonObject.of("name", "kubernetes"),
            "spec",
            JsonObject.of("cidrs", new ArrayList<Object>(network.serviceCidrs()))));
    JsonObject range = objects.get(SERVICE_CIDRS.groupResource(), "", "kubernetes");
    if (range != null
        && range.objectOrEmpty("spec").strings("cidrs").equals(network.serviceCidrs())
        && !range.objectOrEmpty("status").has("conditions")) {
      range.put("status", JsonObject.of("conditions", list(ready())));
      objects.update(SERVICE_CIDRS, "", range, "status");
    }
  }

  private JsonObject ready() {
    return JsonObject.of(
        "type",
        "Ready",
        "status",
        "True",
        "lastTransitionTime",
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
        "reason",
        "",
        "message",
        "Kubernetes default Service CIDR is ready");
  }

  /** The API server as pods see it: the range's first address, this server behind it. */
  private void kubernetesService() {
    String address = AddressRange.parse(network.serviceCidrs().getFirst()).address(0);
    ensure(
        new GroupVersionResource("", "v1", "services"),
        "default",
        JsonObject.of(
            "kind",
            "Service",
            "apiVersion",
            "v1",
            "metadata",
            JsonObject.of(
                "name",
                "kubernetes",
                "namespace",
                "default",
                "labels",
                JsonObject.of("component", "apiserver", "provider", "kubernetes")),
            "spec",
            JsonObject.of(
                "type",
                "ClusterIP",
                "clusterIP",
                address,
                "clusterIPs",
                list(address),
                "ipFamilies",
                list(address.indexOf(':') >= 0 ? "IPv6" : "IPv4"),
                "ipFamilyPolicy",
                "SingleStack",
                "internalTrafficPolicy",
                "Cluster",
                "sessionAffinity",
                "None",
                "ports",
                list(
                    JsonObject.of(
                        "name",
                        "https",
                        "protocol",
                        "TCP",
                        "port",
                        443L,
                        "targetPort",
                        (long) network.securePort())))));
    endpoints();
  }

  private void endpoints() {
    String address = network.advertiseAddress();
    if (address.startsWith("127.") || address.equals("::1")) {
      return; // no pod could reach it there
    }
    JsonObject port =
        JsonObject.of("name", "https", "port", (long) network.securePort(), "protocol", "TCP");
    reconcile(
        new GroupVersionResource("", "v1", "endpoints"),
        JsonObject.of(
            "kind",
            "Endpoints",
            "apiVersion",
            "v1",
            "metadata",
            JsonObject.of(
                "name",
                "kubernetes",
                "namespace",
                "default",
                "labels",
                JsonObject.of("endpointslice.kubernetes.io/skip-mirror", "true")),
            "subsets",
            list(
                JsonObject.of(
                    "addresses",
                    list(JsonObject.of("ip", address)),
                    "ports",
                    list(port.deepCopy())))),
        "subsets");
    reconcile(
        new GroupVersionResource("discovery.k8s.io", "v1", "endpointslices"),
        JsonObject.of(
            "kind",
            "EndpointSlice",
            "apiVersion",
            "discovery.k8s.io/v1",
            "metadata",
            JsonObject.of(
                "name",
                "kubernetes",
                "namespace",
                "default",
                "labels",
                JsonObject.of("kubernetes.io/service-name", "kubernetes")),
            "addressType",
            address.indexOf(':') >= 0 ? "IPv6" : "IPv4",
            "endpoints",
            list(
                JsonObject.of(
                    "addresses",
                    list(address),
                    "conditions",
                    JsonObject.of("ready", true, "serving", true, "terminating", false))),
            "ports",
            list(port)),
        "endpoints",
        "ports");
  }

  /** Written if it is not there, and its {@code parts} put right if they are not so. */
  private void reconcile(GroupVersionResource resource, JsonObject wanted, String... parts) {
    JsonObject present = objects.get(resource.groupResource(), "default", "kubernetes");
    if (present == null) {
      ensure(resource, "default", wanted);
      return;
    }
    boolean changed = false;
    for (String part : parts) {
      if (!Objects.equals(wanted.get(part), present.get(part))) {
        present.put(part, wanted.get(part));
        changed = true;
      }
    }
    if (changed) {
      objects.update(resource, "default", present, "");
    }
  }

  private static List<Object> list(Object element) {
    return new ArrayList<>(List.of(element));
  }

  private void priorityClass(String name, long value, String description) {
    ensure(
        PRIORITY_CLASSES,
        "",
        JsonObject.of(
            "kind",
            "PriorityClass",
            "apiVersion",
            "scheduling.k8s.io/v1",
            "metadata",
            JsonObject.of("name", name),
            "value",
            value,
            "description",
            description,
            "preemptionPolicy",
            "PreemptLowerPriority"));
  }

  private void ensure(GroupVersionResource resource, String namespace, JsonObject object) {
    String name = object.objectOrEmpty("metadata").string("name");
    if (objects.get(resource.groupResource(), namespace, name) != null) {
      return;
    }
    try {
      objects.create(resource, namespace, object);
    } catch (ApiException problem) {
      if (!problem.is(StatusReason.ALREADY_EXISTS)) {
        throw problem;
      }
    }
  }
}
