package dev.javernetes.kubelet.admission;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerPort;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.core.v1.Toleration;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.container.Resources;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks, in order; the first that fails names the reason.
 *
 * <p>A pod asking 2 CPUs on a node of 4 with 3 in use: {@code OutOfcpu}, {@code Pod was rejected:
 * Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000}.
 */
public final class NodeAdmission {
  private NodeAdmission() {}

  /** Null if it may run. {@code node} null: not registered yet, only resources are checked. */
  public static @Nullable Verdict check(
      Pod pod,
      List<Pod> active,
      @Nullable Node node,
      Map<String, Quantity> allocatable,
      boolean underPressure) {
    if (pod.spec().os() != null
        && !pod.spec().os().name().isEmpty()
        && !pod.spec().os().name().equals("linux")) {
      return rejected(
          "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
    }
    if (node != null && !NodeAffinity.fits(pod, node)) {
      return rejected(
          "NodeAffinity",
          "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
    }
    if (node != null && !isStatic(pod)) {
      for (Taint taint : node.spec().taints()) {
        if (taint.effect().equals("NoExecute") && !tolerated(taint, pod.spec().tolerations())) {
          return rejected(
              "TaintToleration",
              "Predicate TaintToleration failed: node(s) had untolerated taint(s)");
        }
      }
    }
    if (underPressure && !critical(pod)) {
      return new Verdict(
          "Evicted", "Pod was rejected: The node had condition: [MemoryPressure]. ", null);
    }
    Verdict ports = hostPorts(pod, active);
    return ports != null ? ports : room(pod, active, allocatable);
  }

  /** Whether there is room for the pod beside the others: null if there is. */
  public static @Nullable Verdict room(
      Pod pod, List<Pod> active, Map<String, Quantity> allocatable) {
    long maxPods = Resources.amount(allocatable, "pods");
    if (maxPods > 0 && active.size() + 1 > maxPods) {
      return outOf("pods", 1, active.size(), maxPods);
    }
    Set<String> names = new TreeSet<>();
    for (Container container : PodContainers.all(pod)) {
      names.addAll(Resources.requests(container).keySet());
    }
    names.addAll(pod.spec().overhead().keySet());
    for (String name : names) {
      long requested = Resources.podRequest(pod, name);
      if (requested == 0) {
        continue;
      }
      long capacity = Resources.amount(allocatable, name);
      long used = 0;
      for (Pod other : active) {
        used += Resources.podRequest(other, name);
      }
      if (requested > capacity - used) {
        return outOf(name, requested, used, capacity);
      }
    }
    return null;
  }

  private static @Nullable Verdict hostPorts(Pod pod, List<Pod> active) {
    Set<String> wanted = ports(pod);
    if (wanted.isEmpty()) {
      return null;
    }
    for (Pod other : active) {
      for (String taken : ports(other)) {
        for (String port : wanted) {
          if (conflict(port, taken)) {
            return rejected(
                "NodePorts",
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
          }
        }
      }
    }
    return null;
  }

  /** {@code TCP/80/127.0.0.1}. */
  private static Set<String> ports(Pod pod) {
    Set<String> ports = new HashSet<>();
    for (Container container : PodContainers.all(pod)) {
      for (ContainerPort port : container.ports()) {
        if (port.hostPort() != null && port.hostPort() > 0) {
          String protocol = port.protocol().isEmpty() ? "TCP" : port.protocol();
          String ip = port.hostIP().isEmpty() ? "0.0.0.0" : port.hostIP();
          ports.add(protocol + "/" + port.hostPort() + "/" + ip);
        }
      }
    }
    return ports;
  }

  private static boolean conflict(String one, String other) {
    int a = one.lastIndexOf('/');
    int b = other.lastIndexOf('/');
    if (!one.substring(0, a).equals(other.substring(0, b))) {
      return false;
    }
    String ipA = one.substring(a + 1);
    String ipB = other.substring(b + 1);
    return ipA.equals(ipB) || ipA.equals("0.0.0.0") || ipB.equals("0.0.0.0");
  }

  private static boolean tolerated(Taint taint, List<Toleration> tolerations) {
    for (Toleration toleration : tolerations) {
      boolean effect = toleration.effect().isEmpty() || toleration.effect().equals(taint.effect());
      boolean key = toleration.key().isEmpty() || toleration.key().equals(taint.key());
      boolean value =
          toleration.operator().equals("Exists") || toleration.value().equals(taint.value());
      if (effect && key && value) {
        return true;
      }
    }
    return false;
  }

  private static boolean critical(Pod pod) {
    return isStatic(pod)
        || (pod.spec().priority() != null && pod.spec().priority() >= 2_000_000_000)
        || Resources.qos(pod) != dev.javernetes.kubelet.container.QosClass.BEST_EFFORT;
  }

  private static boolean isStatic(Pod pod) {
    return !pod.metadata()
        .annotations()
        .getOrDefault("kubernetes.io/config.source", "api")
        .equals("api");
  }

  private static Verdict outOf(String resource, long requested, long used, long capacity) {
    return rejected(
        "OutOf" + resource,
        "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
            .formatted(resource, requested, used, capacity));
  }

  private static Verdict rejected(String reason, String message) {
    return new Verdict(reason, "Pod was rejected: " + message, null);
  }
}
