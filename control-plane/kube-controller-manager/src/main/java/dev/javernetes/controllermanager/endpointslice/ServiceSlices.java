package dev.javernetes.controllermanager.endpointslice;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.ObjectReference;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServicePort;
import dev.javernetes.api.model.discovery.v1.Endpoint;
import dev.javernetes.api.model.discovery.v1.EndpointConditions;
import dev.javernetes.api.model.discovery.v1.EndpointHints;
import dev.javernetes.api.model.discovery.v1.EndpointPort;
import dev.javernetes.api.model.discovery.v1.ForNode;
import dev.javernetes.api.model.discovery.v1.ForZone;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.controllermanager.endpointslice.SlicePlan.Group;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.ServicePods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a Service's pods look like as endpoints. Pure. */
final class ServiceSlices {
  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  static final String MANAGER = "endpointslice-controller.k8s.io";
  private static final String HEADLESS = "service.kubernetes.io/headless";
  private static final String ZONE = "topology.kubernetes.io/zone";

  private ServiceSlices() {}

  static ObjectMeta template(Service service) {
    Map<String, String> labels = new LinkedHashMap<>(service.metadata().labels());
    labels.remove(HEADLESS);
    if (ServicePods.headless(service)) {
      labels.put(HEADLESS, "");
    }
    labels.put(SERVICE_NAME, service.metadata().name());
    labels.put(MANAGED_BY, MANAGER);
    return ObjectMeta.builder()
        .generateName(service.metadata().name() + "-")
        .namespace(service.metadata().namespace())
        .labels(labels)
        .ownerReferences(List.of(Meta.controllerReference(service)))
        .build();
  }

  /** The families for which slices are kept. */
  static List<String> addressTypes(Service service) {
    return service.spec().ipFamilies().isEmpty() ? List.of("IPv4") : service.spec().ipFamilies();
  }

  /** Pods with an address of the family, by the ports that they have. */
  static List<Group> groups(
      Service service, String family, List<Pod> pods, Function<String, @Nullable Node> nodes) {
    Map<List<EndpointPort>, List<Endpoint>> groups = new LinkedHashMap<>();
    List<Pod> sorted = new ArrayList<>(pods);
    sorted.sort(Comparator.comparing(pod -> pod.metadata().name()));
    for (Pod pod : sorted) {
      String ip = ServicePods.address(pod, family);
      if (!ip.isEmpty() && !PodStates.finished(pod)) {
        groups
            .computeIfAbsent(ports(service, pod), k -> new ArrayList<>())
            .add(endpoint(service, pod, ip, nodes.apply(pod.spec().nodeName())));
      }
    }
    List<Group> list = new ArrayList<>();
    groups.forEach((ports, endpoints) -> list.add(new Group(ports, hinted(service, endpoints))));
    return list;
  }

  private static List<EndpointPort> ports(Service service, Pod pod) {
    List<EndpointPort> ports = new ArrayList<>();
    for (ServicePort port : service.spec().ports()) {
      Integer number = ServicePods.port(pod, port);
      if (number != null) {
        ports.add(
            new EndpointPort(
                port.name(),
                ServicePods.protocol(port.protocol()),
                number,
                port.appProtocol().isEmpty() ? null : port.appProtocol()));
      }
    }
    return ports;
  }

  private static Endpoint endpoint(Service service, Pod pod, String ip, @Nullable Node node) {
    boolean serving = PodStates.ready(pod);
    boolean terminating = Meta.deleting(pod);
    boolean ready =
        Boolean.TRUE.equals(service.spec().publishNotReadyAddresses()) || (serving && !terminating);
    boolean named =
        !pod.spec().hostname().isEmpty()
            && pod.spec().subdomain().equals(service.metadata().name());
    return Endpoint.builder()
        .addresses(List.of(ip))
        .conditions(new EndpointConditions(ready, serving, terminating))
        .hostname(named ? pod.spec().hostname() : null)
        .targetRef(
            ObjectReference.builder()
                .kind("Pod")
                .namespace(pod.metadata().namespace())
                .name(pod.metadata().name())
                .uid(pod.metadata().uid())
                .build())
        .nodeName(pod.spec().nodeName())
        .zone(node == null ? "" : node.metadata().labels().getOrDefault(ZONE, ""))
        .build();
  }

  /** For traffic that should stay near: KEP-4444, KEP-3015. */
  private static List<Endpoint> hinted(Service service, List<Endpoint> endpoints) {
    String distribution = service.spec().trafficDistribution();
    if (distribution.isEmpty()) {
      return endpoints;
    }
    boolean sameNode = distribution.equals("PreferSameNode");
    List<Endpoint> hinted = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      EndpointConditions conditions = endpoint.conditions();
      boolean ready = conditions != null && Boolean.TRUE.equals(conditions.ready());
      if (!ready || endpoint.zone().isEmpty()) {
        hinted.add(endpoint);
        continue;
      }
      hinted.add(
          endpoint.toBuilder()
              .hints(
                  new EndpointHints(
                      List.of(new ForZone(endpoint.zone())),
                      sameNode ? List.of(new ForNode(endpoint.nodeName())) : List.of()))
              .build());
    }
    return hinted;
  }
}
