package dev.javernetes.controllermanager.endpoint;

import dev.javernetes.api.model.core.v1.EndpointAddress;
import dev.javernetes.api.model.core.v1.EndpointPort;
import dev.javernetes.api.model.core.v1.EndpointSubset;
import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.ObjectReference;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServicePort;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.controllermanager.loop.PodStates;
import dev.javernetes.controllermanager.loop.ServicePods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The Endpoints that a Service should have.
 *
 * <p>Pods with the same set of ports share a subset: two pods whose port {@code http} is 8080 and
 * one where it is 9090 make two subsets. A pod that is not ready stands under notReadyAddresses.
 */
final class EndpointsPlan {
  static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
  static final String HEADLESS = "service.kubernetes.io/headless";
  private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

  /** More addresses than this do not fit: slices are the way to have more. */
  private static final int CAPACITY = 1000;

  private record Addresses(List<EndpointAddress> ready, List<EndpointAddress> notReady) {}

  private EndpointsPlan() {}

  /** The Endpoints to write; null if {@code present} is right as it is. */
  static @Nullable Endpoints of(Service service, List<Pod> pods, @Nullable Endpoints present) {
    List<EndpointSubset> subsets = subsets(service, pods);
    boolean truncated = false;
    int total =
        subsets.stream().mapToInt(s -> s.addresses().size() + s.notReadyAddresses().size()).sum();
    if (total > CAPACITY) {
      subsets = truncate(subsets);
      truncated = true;
    }
    Map<String, String> labels = new LinkedHashMap<>(service.metadata().labels());
    labels.remove(HEADLESS);
    if (ServicePods.headless(service)) {
      labels.put(HEADLESS, "");
    }
    labels.put(MANAGED_BY, "endpoint-controller");
    ObjectMeta before = present == null ? ObjectMeta.EMPTY : present.metadata();
    Map<String, String> annotations = new LinkedHashMap<>(before.annotations());
    annotations.remove(OVER_CAPACITY);
    if (truncated) {
      annotations.put(OVER_CAPACITY, "truncated");
    }
    Endpoints wanted =
        Endpoints.builder()
            .metadata(
                before.toBuilder()
                    .name(service.metadata().name())
                    .namespace(service.metadata().namespace())
                    .labels(labels)
                    .annotations(annotations)
                    .build())
            .subsets(subsets)
            .build();
    return wanted.equals(present) ? null : wanted;
  }

  private static List<EndpointSubset> subsets(Service service, List<Pod> pods) {
    boolean unready = Boolean.TRUE.equals(service.spec().publishNotReadyAddresses());
    String family =
        service.spec().ipFamilies().isEmpty() ? "IPv4" : service.spec().ipFamilies().getFirst();
    Map<String, List<EndpointPort>> portSets = new TreeMap<>();
    Map<String, Addresses> addresses = new LinkedHashMap<>();
    List<Pod> sorted = new ArrayList<>(pods);
    sorted.sort(Comparator.comparing(pod -> pod.metadata().name()));
    for (Pod pod : sorted) {
      String ip = ServicePods.address(pod, family);
      if (ip.isEmpty()
          || PodStates.finished(pod)
          || (!unready && pod.metadata().deletionTimestamp() != null)) {
        continue;
      }
      List<EndpointPort> ports = ports(service, pod);
      if (ports == null) {
        continue;
      }
      String key = ports.toString();
      portSets.put(key, ports);
      Addresses of =
          addresses.computeIfAbsent(key, k -> new Addresses(new ArrayList<>(), new ArrayList<>()));
      (unready || PodStates.ready(pod) ? of.ready : of.notReady).add(address(service, pod, ip));
    }
    List<EndpointSubset> subsets = new ArrayList<>();
    Comparator<EndpointAddress> byIp = Comparator.comparing(EndpointAddress::ip);
    portSets.forEach((key, ports) -> {
      Addresses of = addresses.getOrDefault(key, new Addresses(List.of(), List.of()));
      of.ready.sort(byIp);
      of.notReady.sort(byIp);
      subsets.add(new EndpointSubset(of.ready, of.notReady, ports));
    });
    return subsets;
  }

  /** Null if the pod has none of the Service's ports. A headless Service may have no ports. */
  private static @Nullable List<EndpointPort> ports(Service service, Pod pod) {
    List<EndpointPort> ports = new ArrayList<>();
    for (ServicePort port : service.spec().ports()) {
      Integer number = ServicePods.port(pod, port);
      if (number != null) {
        ports.add(
            new EndpointPort(
                port.name(), number, ServicePods.protocol(port.protocol()), port.appProtocol()));
      }
    }
    if (ports.isEmpty() && !(service.spec().ports().isEmpty() && ServicePods.headless(service))) {
      return null;
    }
    ports.sort(Comparator.comparing(EndpointPort::name));
    return ports;
  }

  private static EndpointAddress address(Service service, Pod pod, String ip) {
    boolean named =
        !pod.spec().hostname().isEmpty()
            && pod.spec().subdomain().equals(service.metadata().name());
    return new EndpointAddress(
        ip,
        named ? pod.spec().hostname() : "",
        pod.spec().nodeName(),
        ObjectReference.builder()
            .kind("Pod")
            .namespace(pod.metadata().namespace())
            .name(pod.metadata().name())
            .uid(pod.metadata().uid())
            .build());
  }

  private static List<EndpointSubset> truncate(List<EndpointSubset> subsets) {
    List<EndpointSubset> kept = new ArrayList<>();
    int left = CAPACITY;
    for (EndpointSubset subset : subsets) {
      List<EndpointAddress> ready =
          subset.addresses().subList(0, Math.min(left, subset.addresses().size()));
      left -= ready.size();
      List<EndpointAddress> notReady =
          subset.notReadyAddresses().subList(0, Math.min(left, subset.notReadyAddresses().size()));
      left -= notReady.size();
      if (!ready.isEmpty() || !notReady.isEmpty()) {
        kept.add(new EndpointSubset(ready, notReady, subset.ports()));
      }
    }
    return kept;
  }
}
