package dev.javernetes.scheduler.framework;

import dev.javernetes.api.model.core.v1.Affinity;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerPort;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodAffinityTerm;
import dev.javernetes.api.model.core.v1.PodSpec;
import dev.javernetes.api.model.core.v1.WeightedPodAffinityTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A pod and what scheduling computes from it once: its requests, host ports and affinity terms.
 *
 * @param rated the requests with a stand-in for containers that state none, for scores only
 */
public record PodInfo(
    Pod pod,
    Resources requested,
    Resources rated,
    List<HostPort> hostPorts,
    List<AffinityTerm> requiredAffinity,
    List<AffinityTerm> requiredAntiAffinity,
    List<AffinityTerm> preferredAffinity,
    List<AffinityTerm> preferredAntiAffinity) {

  public static PodInfo of(Pod pod) {
    PodSpec spec = pod.spec();
    Affinity affinity = spec.affinity();
    var attract = affinity == null ? null : affinity.podAffinity();
    var repel = affinity == null ? null : affinity.podAntiAffinity();
    return new PodInfo(
        pod,
        Resources.requestedBy(spec, Resources.NONE),
        Resources.requestedBy(spec, Resources.UNSTATED),
        hostPorts(spec),
        attract == null
            ? List.of()
            : required(pod, attract.requiredDuringSchedulingIgnoredDuringExecution()),
        repel == null
            ? List.of()
            : required(pod, repel.requiredDuringSchedulingIgnoredDuringExecution()),
        attract == null
            ? List.of()
            : preferred(pod, attract.preferredDuringSchedulingIgnoredDuringExecution()),
        repel == null
            ? List.of()
            : preferred(pod, repel.preferredDuringSchedulingIgnoredDuringExecution()));
  }

  public String uid() {
    return pod.metadata().uid();
  }

  public String namespace() {
    return pod.metadata().namespace();
  }

  public String name() {
    return pod.metadata().name();
  }

  /** {@code namespace/name}. */
  public String key() {
    return namespace() + "/" + name();
  }

  public Map<String, String> labels() {
    return pod.metadata().labels();
  }

  public PodSpec spec() {
    return pod.spec();
  }

  public int priority() {
    Integer priority = pod.spec().priority();
    return priority == null ? 0 : priority;
  }

  public boolean terminating() {
    return pod.metadata().deletionTimestamp() != null;
  }

  public boolean hasRequiredAntiAffinity() {
    return !requiredAntiAffinity.isEmpty();
  }

  public boolean hasAffinity() {
    return !requiredAffinity.isEmpty()
        || !requiredAntiAffinity.isEmpty()
        || !preferredAffinity.isEmpty()
        || !preferredAntiAffinity.isEmpty();
  }

  private static List<HostPort> hostPorts(PodSpec spec) {
    List<HostPort> ports = new ArrayList<>();
    for (Container container : spec.containers()) {
      addHostPorts(container, ports);
    }
    for (Container container : spec.initContainers()) {
      if (container.restartPolicy().equals("Always")) {
        addHostPorts(container, ports);
      }
    }
    return List.copyOf(ports);
  }

  private static void addHostPorts(Container container, List<HostPort> ports) {
    for (ContainerPort port : container.ports()) {
      Integer number = port.hostPort();
      if (number != null && number > 0) {
        ports.add(HostPort.of(port.hostIP(), port.protocol(), number));
      }
    }
  }

  private static List<AffinityTerm> required(Pod owner, List<PodAffinityTerm> terms) {
    return terms.stream().map(term -> AffinityTerm.of(owner, term, 0)).toList();
  }

  private static List<AffinityTerm> preferred(Pod owner, List<WeightedPodAffinityTerm> terms) {
    List<AffinityTerm> made = new ArrayList<>(terms.size());
    for (WeightedPodAffinityTerm term : terms) {
      if (term.podAffinityTerm() != null) {
        made.add(
            AffinityTerm.of(
                owner, term.podAffinityTerm(), term.weight() == null ? 0 : term.weight()));
      }
    }
    return List.copyOf(made);
  }
}
