package dev.javernetes.scheduler.framework;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.PodSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * An amount of each resource: CPU in millicores, memory and ephemeral storage in bytes, extended
 * resources by name.
 *
 * <p>A pod asks for the larger of what its containers need together and what its init containers
 * need one after the other, sidecars (init containers that restart always) counting into both, plus
 * the overhead; requests on the pod itself go first (KEP-753, KEP-2837).
 */
public record Resources(
    long milliCpu, long memory, long ephemeralStorage, Map<String, Long> extended) {
  public static final Resources NONE = new Resources(0, 0, 0, Map.of());

  /**
   * What a container without a request counts as when nodes are rated (not when they are filtered):
   * 100m and 200 MB.
   */
  public static final Resources UNSTATED = new Resources(100, 200L << 20, 0, Map.of());

  public Resources {
    extended = Map.copyOf(extended);
  }

  public static Resources of(Map<String, Quantity> quantities) {
    if (quantities.isEmpty()) {
      return NONE;
    }
    long milliCpu = 0;
    long memory = 0;
    long ephemeralStorage = 0;
    Map<String, Long> extended = new HashMap<>();
    for (Map.Entry<String, Quantity> entry : quantities.entrySet()) {
      switch (entry.getKey()) {
        case "cpu" -> milliCpu = entry.getValue().milliValue();
        case "memory" -> memory = entry.getValue().value();
        case "ephemeral-storage" -> ephemeralStorage = entry.getValue().value();
        case "pods" -> {} // a count of its own, not a resource that containers ask for
        default -> extended.put(entry.getKey(), entry.getValue().value());
      }
    }
    return new Resources(milliCpu, memory, ephemeralStorage, extended);
  }

  /**
   * What the pod asks for; {@code unstated} stands in for the CPU and memory of a container that
   * states none.
   */
  public static Resources requestedBy(PodSpec spec, Resources unstated) {
    Resources together = NONE;
    for (Container container : spec.containers()) {
      together = together.plus(request(container, unstated));
    }
    Resources sidecars = NONE;
    Resources initial = NONE;
    for (Container container : spec.initContainers()) {
      Resources request = request(container, unstated);
      if (container.restartPolicy().equals("Always")) {
        together = together.plus(request);
        sidecars = sidecars.plus(request);
        initial = initial.max(sidecars);
      } else {
        initial = initial.max(request.plus(sidecars));
      }
    }
    Resources all = together.max(initial);
    if (spec.resources() != null && !spec.resources().requests().isEmpty()) {
      all = all.overriddenBy(spec.resources().requests());
    }
    return all.plus(of(spec.overhead()));
  }

  private static Resources request(Container container, Resources unstated) {
    Map<String, Quantity> requests =
        container.resources() == null ? Map.of() : container.resources().requests();
    Resources stated = of(requests);
    return new Resources(
        requests.containsKey("cpu") ? stated.milliCpu : unstated.milliCpu,
        requests.containsKey("memory") ? stated.memory : unstated.memory,
        stated.ephemeralStorage,
        stated.extended);
  }

  private Resources overriddenBy(Map<String, Quantity> requests) {
    Resources own = of(requests);
    return new Resources(
        requests.containsKey("cpu") ? own.milliCpu : milliCpu,
        requests.containsKey("memory") ? own.memory : memory,
        requests.containsKey("ephemeral-storage") ? own.ephemeralStorage : ephemeralStorage,
        extended);
  }

  public Resources plus(Resources other) {
    return combine(other, 1);
  }

  public Resources minus(Resources other) {
    return combine(other, -1);
  }

  private Resources combine(Resources other, int sign) {
    Map<String, Long> sum = extended;
    if (!other.extended.isEmpty()) {
      sum = new HashMap<>(extended);
      for (Map.Entry<String, Long> entry : other.extended.entrySet()) {
        sum.merge(entry.getKey(), sign * entry.getValue(), Long::sum);
      }
    }
    return new Resources(
        milliCpu + sign * other.milliCpu,
        memory + sign * other.memory,
        ephemeralStorage + sign * other.ephemeralStorage,
        sum);
  }

  public Resources max(Resources other) {
    Map<String, Long> larger = extended;
    if (!other.extended.isEmpty()) {
      larger = new HashMap<>(extended);
      for (Map.Entry<String, Long> entry : other.extended.entrySet()) {
        larger.merge(entry.getKey(), entry.getValue(), Math::max);
      }
    }
    return new Resources(
        Math.max(milliCpu, other.milliCpu),
        Math.max(memory, other.memory),
        Math.max(ephemeralStorage, other.ephemeralStorage),
        larger);
  }
}
