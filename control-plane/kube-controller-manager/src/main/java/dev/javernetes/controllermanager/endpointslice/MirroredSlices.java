package dev.javernetes.controllermanager.endpointslice;

import dev.javernetes.api.model.core.v1.EndpointAddress;
import dev.javernetes.api.model.core.v1.EndpointSubset;
import dev.javernetes.api.model.core.v1.Endpoints;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.discovery.v1.Endpoint;
import dev.javernetes.api.model.discovery.v1.EndpointConditions;
import dev.javernetes.api.model.discovery.v1.EndpointPort;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.controllermanager.endpointslice.SlicePlan.Group;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.ServicePods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user's Endpoints look like as slices. Pure. */
final class MirroredSlices {
  static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
  private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
  private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

  private MirroredSlices() {}

  static boolean mirrors(@Nullable Service service, @Nullable Endpoints endpoints) {
    return service != null
        && endpoints != null
        && service.spec().selector().isEmpty()
        && !"true".equals(endpoints.metadata().labels().get(SKIP))
        && !endpoints.metadata().annotations().containsKey(LEADER);
  }

  static ObjectMeta template(Endpoints endpoints) {
    Map<String, String> labels = new LinkedHashMap<>(endpoints.metadata().labels());
    labels.remove("endpoints.kubernetes.io/managed-by");
    labels.put(ServiceSlices.SERVICE_NAME, endpoints.metadata().name());
    labels.put(ServiceSlices.MANAGED_BY, MANAGER);
    Map<String, String> annotations = new LinkedHashMap<>(endpoints.metadata().annotations());
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    annotations.remove("endpoints.kubernetes.io/last-change-trigger-time");
    return ObjectMeta.builder()
        .generateName(endpoints.metadata().name() + "-")
        .namespace(endpoints.metadata().namespace())
        .labels(labels)
        .annotations(annotations)
        .ownerReferences(List.of(Meta.controllerReference(endpoints)))
        .build();
  }

  /** Each subset's addresses of a family, at most {@code limit} of a subset. */
  static List<Group> groups(Endpoints endpoints, String family, int limit) {
    Map<List<EndpointPort>, List<Endpoint>> groups = new LinkedHashMap<>();
    for (EndpointSubset subset : endpoints.subsets()) {
      List<EndpointPort> ports = new ArrayList<>();
      for (dev.javernetes.api.model.core.v1.EndpointPort port : subset.ports()) {
        ports.add(
            new EndpointPort(
                port.name(),
                ServicePods.protocol(port.protocol()),
                port.port(),
                port.appProtocol().isEmpty() ? null : port.appProtocol()));
      }
      List<Endpoint> of = groups.computeIfAbsent(ports, k -> new ArrayList<>());
      int left = limit;
      left -= add(of, subset.addresses(), family, true, left);
      add(of, subset.notReadyAddresses(), family, false, left);
    }
    List<Group> list = new ArrayList<>();
    groups.forEach((ports, of) -> {
      if (!of.isEmpty()) {
        list.add(new Group(ports, of));
      }
    });
    return list;
  }

  private static int add(
      List<Endpoint> to, List<EndpointAddress> addresses, String family, boolean ready, int limit) {
    int added = 0;
    for (EndpointAddress address : addresses) {
      if (ServicePods.family(address.ip()).equals(family) && added < limit) {
        added++;
        to.add(
            Endpoint.builder()
                .addresses(List.of(address.ip()))
                .conditions(new EndpointConditions(ready, null, null))
                .hostname(address.hostname().isEmpty() ? null : address.hostname())
                .nodeName(address.nodeName())
                .targetRef(address.targetRef())
                .build());
      }
    }
    return added;
  }
}
