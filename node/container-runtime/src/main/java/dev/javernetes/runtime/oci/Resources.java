package dev.javernetes.runtime.oci;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.cri.v1.HugepageLimit;
import dev.javernetes.cri.v1.LinuxContainerResources;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code linux.resources} of the OCI specification from CRI's. The values are cgroup v1's; crun and
 * runc translate for v2 (512 shares become weight 20), and {@code unified} speaks v2 itself.
 */
public final class Resources {
  private Resources() {}

  /** {@code hasSwapLimit}: the kernel counts swap (v2, or v1 with swap accounting). */
  public static JsonObject of(LinuxContainerResources resources, boolean hasSwapLimit) {
    var cpu = new JsonObject();
    put(cpu, "shares", resources.getCpuShares());
    put(cpu, "quota", resources.getCpuQuota());
    put(cpu, "period", resources.getCpuPeriod());
    if (!resources.getCpusetCpus().isEmpty()) {
      cpu.put("cpus", resources.getCpusetCpus());
    }
    if (!resources.getCpusetMems().isEmpty()) {
      cpu.put("mems", resources.getCpusetMems());
    }
    var memory = new JsonObject();
    long limit = resources.getMemoryLimitInBytes();
    put(memory, "limit", limit);
    if (hasSwapLimit && limit > 0) {
      // as much as the memory limit: no swap at all, which is what a kubelet expects where it says
      // nothing
      long swap = resources.getMemorySwapLimitInBytes();
      memory.put("swap", swap == 0 ? limit : swap);
    }
    var json = new JsonObject();
    if (!cpu.isEmpty()) {
      json.put("cpu", cpu);
    }
    if (!memory.isEmpty()) {
      json.put("memory", memory);
    }
    List<Object> pages = new ArrayList<>();
    for (HugepageLimit page : resources.getHugepageLimitsList()) {
      if (page.getLimit() > 0) {
        pages.add(JsonObject.of("pageSize", page.getPageSize(), "limit", page.getLimit()));
      }
    }
    if (!pages.isEmpty()) {
      json.put("hugepageLimits", pages);
    }
    if (!resources.getUnifiedMap().isEmpty()) {
      json.put("unified", new JsonObject(resources.getUnifiedMap()));
    }
    return json;
  }

  /** What a container has after an update that leaves zero where nothing changes. */
  public static LinuxContainerResources merge(
      LinuxContainerResources old, LinuxContainerResources update) {
    LinuxContainerResources.Builder merged = old.toBuilder();
    for (var field : update.getAllFields().entrySet()) {
      merged.setField(field.getKey(), field.getValue());
    }
    return merged.build();
  }

  private static void put(JsonObject json, String name, long value) {
    if (value != 0) {
      json.put(name, value);
    }
  }
}
