package dev.javernetes.kubelet.container;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.cri.v1.HugepageLimit;
import dev.javernetes.cri.v1.LinuxContainerResources;

/**
 * From requests and limits to the kernel's units: pure arithmetic, upstream's numbers.
 *
 * <p>500m CPU are 512 shares as a request, and a quota of 50,000 µs per 100,000 µs as a limit.
 */
public final class LinuxResources {
  static final long MIN_SHARES = 2;
  static final long MAX_SHARES = 262_144;
  static final long PERIOD_MICROS = 100_000;
  static final long MIN_QUOTA_MICROS = 1_000;

  /** The kernel kills a process with -1000 never and one with 1000 first, see proc(5). */
  static final int OOM_GUARANTEED = -997;

  static final int OOM_BEST_EFFORT = 1000;

  private LinuxResources() {}

  public static long shares(long milliCpu) {
    if (milliCpu == 0) {
      return MIN_SHARES;
    }
    return Math.clamp(milliCpu * 1024 / 1000, MIN_SHARES, MAX_SHARES);
  }

  /** 0 for no limit. */
  public static long quota(long milliCpu, long periodMicros) {
    return milliCpu == 0 ? 0 : Math.max(MIN_QUOTA_MICROS, milliCpu * periodMicros / 1000);
  }

  /** cgroup v2's weight 1..10000 for v1's shares 2..262144, the runtimes' newer formula. */
  public static long weight(long shares) {
    if (shares <= MIN_SHARES) {
      return 1;
    }
    if (shares >= MAX_SHARES) {
      return 10_000;
    }
    double l = Math.log(shares) / Math.log(2);
    return (long) Math.ceil(Math.pow(10, (l * l + 125 * l) / 612.0 - 7.0 / 34.0));
  }

  /** Burstable containers are killed the sooner, the less memory they asked for. */
  public static int oomScoreAdj(Pod pod, Container container, long nodeMemoryBytes) {
    if ("system-node-critical".equals(pod.spec().priorityClassName())) {
      return OOM_GUARANTEED;
    }
    return switch (Resources.qos(pod)) {
      case GUARANTEED -> OOM_GUARANTEED;
      case BEST_EFFORT -> OOM_BEST_EFFORT;
      case BURSTABLE -> {
        long request = Resources.memoryRequest(container);
        long score = 1000 - 1000 * request / Math.max(1, nodeMemoryBytes);
        if (score < 1000 + OOM_GUARANTEED) {
          yield 1000 + OOM_GUARANTEED;
        }
        yield (int) (score == OOM_BEST_EFFORT ? score - 1 : score);
      }
    };
  }

  /** {@code enforceQuota} is the kubelet's cpuCFSQuota. */
  public static LinuxContainerResources of(
      Pod pod, Container container, long nodeMemoryBytes, boolean enforceQuota) {
    LinuxContainerResources.Builder resources =
        LinuxContainerResources.newBuilder()
            .setCpuShares(shares(Resources.milliCpuRequest(container)))
            .setMemoryLimitInBytes(Resources.memoryLimit(container))
            .setOomScoreAdj(oomScoreAdj(pod, container, nodeMemoryBytes));
    long milliLimit = Resources.milliCpuLimit(container);
    if (enforceQuota && milliLimit > 0) {
      resources.setCpuPeriod(PERIOD_MICROS).setCpuQuota(quota(milliLimit, PERIOD_MICROS));
    }
    Resources.limits(container)
        .forEach((name, quantity) -> {
          if (name.startsWith("hugepages-")) {
            resources.addHugepageLimits(
                HugepageLimit.newBuilder().setPageSize(pageSize(name)).setLimit(quantity.value()));
          }
        });
    return resources.build();
  }

  /** {@code hugepages-2Mi} is {@code 2MB} to the kernel. */
  private static String pageSize(String resource) {
    return resource.substring("hugepages-".length()).replace("i", "B");
  }
}
