package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a pod may learn of itself: {@code metadata.labels['app']}, {@code status.podIP}, {@code
 * limits.memory}. Pure; what it needs beside the pod comes in {@link Facts}.
 */
public final class DownwardApi {

  /** What is known of the pod's place only on the node. */
  public record Facts(
      List<String> podIps,
      List<String> hostIps,
      long allocatableMilliCpu,
      long allocatableMemory,
      long allocatableStorage) {
    public Facts {
      podIps = List.copyOf(podIps);
      hostIps = List.copyOf(hostIps);
    }
  }

  private DownwardApi() {}

  public static String field(Pod pod, String path, Facts facts) throws ContainerConfigException {
    int bracket = path.indexOf("['");
    if (bracket > 0 && path.endsWith("']")) {
      String key = path.substring(bracket + 2, path.length() - 2);
      Map<String, String> map =
          switch (path.substring(0, bracket)) {
            case "metadata.labels" -> pod.metadata().labels();
            case "metadata.annotations" -> pod.metadata().annotations();
            default -> throw unsupported(path);
          };
      return map.getOrDefault(key, "");
    }
    return switch (path) {
      case "metadata.name" -> pod.metadata().name();
      case "metadata.namespace" -> pod.metadata().namespace();
      case "metadata.uid" -> pod.metadata().uid();
      case "metadata.labels" -> lines(pod.metadata().labels());
      case "metadata.annotations" -> lines(pod.metadata().annotations());
      case "spec.nodeName" -> pod.spec().nodeName();
      case "spec.serviceAccountName" -> pod.spec().serviceAccountName();
      case "status.hostIP" -> first(facts.hostIps());
      case "status.hostIPs" -> String.join(",", facts.hostIps());
      case "status.podIP" -> first(facts.podIps());
      case "status.podIPs" -> String.join(",", facts.podIps());
      default -> throw unsupported(path);
    };
  }

  /** Whether the value is known only once the sandbox has an address. */
  public static boolean needsIp(String path) {
    return path.equals("status.podIP") || path.equals("status.podIPs");
  }

  /** A limit or request divided by the divisor, rounded up. */
  public static String resource(Container container, ResourceFieldSelector selector, Facts facts)
      throws ContainerConfigException {
    String path = selector.resource();
    Quantity divisor = selector.divisor();
    BigDecimal unit = divisor == null ? BigDecimal.ONE : divisor.amount();
    if (unit.signum() == 0) {
      unit = BigDecimal.ONE;
    }
    BigDecimal amount =
        switch (path) {
          case "limits.cpu" ->
              milli(orElse(Resources.milliCpuLimit(container), facts.allocatableMilliCpu()));
          case "requests.cpu" -> milli(Resources.milliCpuRequest(container));
          case "limits.memory" ->
              whole(orElse(Resources.memoryLimit(container), facts.allocatableMemory()));
          case "requests.memory" -> whole(Resources.memoryRequest(container));
          case "limits.ephemeral-storage" ->
              whole(
                  orElse(
                      Resources.amount(Resources.limits(container), Resources.EPHEMERAL_STORAGE),
                      facts.allocatableStorage()));
          case "requests.ephemeral-storage" ->
              whole(Resources.amount(Resources.requests(container), Resources.EPHEMERAL_STORAGE));
          default -> hugePages(container, path);
        };
    return amount.divide(unit, 0, RoundingMode.CEILING).toBigInteger().toString();
  }

  private static BigDecimal hugePages(Container container, String path)
      throws ContainerConfigException {
    if (path.startsWith("limits.hugepages-")) {
      return whole(
          Resources.amount(Resources.limits(container), path.substring("limits.".length())));
    }
    if (path.startsWith("requests.hugepages-")) {
      return whole(
          Resources.amount(Resources.requests(container), path.substring("requests.".length())));
    }
    throw new ContainerConfigException("unsupported container resource : " + path);
  }

  /** {@code key="value"} per line, sorted, as upstream writes maps into files. */
  static String lines(Map<String, String> map) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(map)
        .forEach((key, value) -> {
          if (!text.isEmpty()) {
            text.append('\n');
          }
          text.append(key).append('=').append(GoQuote.quote(value));
        });
    return text.toString();
  }

  private static long orElse(long amount, long fallback) {
    return amount == 0 ? fallback : amount;
  }

  private static BigDecimal milli(long amount) {
    return BigDecimal.valueOf(amount, 3);
  }

  private static BigDecimal whole(long amount) {
    return BigDecimal.valueOf(amount);
  }

  private static String first(List<String> list) {
    return list.isEmpty() ? "" : list.getFirst();
  }

  private static ContainerConfigException unsupported(@Nullable String path) {
    return new ContainerConfigException("unsupported fieldPath: " + path);
  }
}
