package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerPort;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodIP;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.core.v1.ServicePort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How Services see pods: which address, which port. Shared by Endpoints and EndpointSlices. */
public final class ServicePods {
  private ServicePods() {}

  /** A Service that selects pods; ExternalName and selector-less ones are somebody else's. */
  public static boolean selects(Service service) {
    return !service.spec().selector().isEmpty() && !service.spec().type().equals("ExternalName");
  }

  public static boolean headless(Service service) {
    return service.spec().clusterIP().equals("None");
  }

  /** {@code IPv4} or {@code IPv6}. */
  public static String family(String address) {
    return address.indexOf(':') >= 0 ? "IPv6" : "IPv4";
  }

  /** The pod's address of a family, or {@code ""}. */
  public static String address(Pod pod, String family) {
    for (PodIP ip : pod.status().podIPs()) {
      if (family(ip.ip()).equals(family)) {
        return ip.ip();
      }
    }
    String only = pod.status().podIP();
    return !only.isEmpty() && family(only).equals(family) ? only : "";
  }

  /** The number that a Service's port stands for in this pod; null if the pod does not have it. */
  public static @Nullable Integer port(Pod pod, ServicePort port) {
    IntOrString target = port.targetPort();
    return switch (target) {
      case null -> port.port();
      case IntOrString.OfInt(int number) -> number == 0 ? port.port() : (Integer) number;
      case IntOrString.OfString(String name) -> named(pod, name, protocol(port.protocol()));
    };
  }

  public static String protocol(String protocol) {
    return protocol.isEmpty() ? "TCP" : protocol;
  }

  private static @Nullable Integer named(Pod pod, String name, String protocol) {
    for (Container container : pod.spec().containers()) {
      Integer found = named(container.ports(), name, protocol);
      if (found != null) {
        return found;
      }
    }
    for (Container container : pod.spec().initContainers()) {
      if (container.restartPolicy().equals("Always")) { // a sidecar: KEP-753
        Integer found = named(container.ports(), name, protocol);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static @Nullable Integer named(List<ContainerPort> ports, String name, String protocol) {
    for (ContainerPort port : ports) {
      if (port.name().equals(name) && protocol(port.protocol()).equals(protocol)) {
        return port.containerPort();
      }
    }
    return null;
  }
}
