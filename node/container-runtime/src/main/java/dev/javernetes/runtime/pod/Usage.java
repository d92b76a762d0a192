package dev.javernetes.runtime.pod;

import dev.javernetes.cri.v1.ContainerAttributes;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.CpuUsage;
import dev.javernetes.cri.v1.FilesystemIdentifier;
import dev.javernetes.cri.v1.FilesystemUsage;
import dev.javernetes.cri.v1.LinuxPodSandboxStats;
import dev.javernetes.cri.v1.MemoryUsage;
import dev.javernetes.cri.v1.NetworkInterfaceUsage;
import dev.javernetes.cri.v1.NetworkUsage;
import dev.javernetes.cri.v1.PodSandboxAttributes;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.cri.v1.ProcessUsage;
import dev.javernetes.cri.v1.SwapUsage;
import dev.javernetes.cri.v1.UInt64Value;
import dev.javernetes.runtime.linux.Namespaces;
import dev.javernetes.runtime.record.ContainerRecord;
import dev.javernetes.runtime.record.SandboxRecord;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What containers and pods use: CPU and memory from their cgroups (v1 and v2), network from their
 * namespace, disk by counting what they wrote.
 *
 * <p>Counting files is dear, so a count serves for {@value #DISK_SECONDS} s. The rate of CPU is
 * taken between two readings at least a second apart; the first reading has none.
 */
final class Usage {
  private static final long DISK_SECONDS = 10;
  private static final long NANOS = 1_000_000_000L;

  private final RuntimePaths paths;
  private final boolean v2;
  private final Clock clock;
  private final ConcurrentHashMap<String, Sample> samples = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Disk> disks = new ConcurrentHashMap<>();

  private record Sample(long timestamp, long cpuNanos, long rate) {}

  private record Disk(long timestamp, long bytes, long inodes) {}

  Usage(RuntimePaths paths, boolean v2, Clock clock) {
    this.paths = paths;
    this.v2 = v2;
    this.clock = clock;
  }

  ContainerStats of(ContainerRecord container) throws IOException {
    long now = Nanos.now(clock);
    ContainerStats.Builder stats =
        ContainerStats.newBuilder()
            .setAttributes(
                ContainerAttributes.newBuilder()
                    .setId(container.getId())
                    .setMetadata(container.getConfig().getMetadata())
                    .putAllLabels(container.getConfig().getLabelsMap())
                    .putAllAnnotations(container.getConfig().getAnnotationsMap()));
    if (container.getState() == ContainerState.CONTAINER_RUNNING) {
      stats.setCpu(cpu(container.getId(), container.getCgroup(), now));
      stats.setMemory(memory(container.getCgroup(), now));
      stats.setSwap(swap(container.getCgroup(), now));
    }
    Disk disk = disk(container.getId(), now);
    return stats
        .setWritableLayer(
            FilesystemUsage.newBuilder()
                .setTimestamp(disk.timestamp)
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(paths.root().toString()))
                .setUsedBytes(value(disk.bytes))
                .setInodesUsed(value(disk.inodes)))
        .build();
  }

  PodSandboxStats of(SandboxRecord sandbox, List<ContainerRecord> containers) throws IOException {
    long now = Nanos.now(clock);
    LinuxPodSandboxStats.Builder linux = LinuxPodSandboxStats.newBuilder();
    for (ContainerRecord container : containers) {
      if (container.getState() == ContainerState.CONTAINER_RUNNING) {
        linux.addContainers(of(container));
      }
    }
    if (Files.isDirectory(Cgroups.directory("memory", sandbox.getCgroupParent(), v2))) {
      linux.setCpu(cpu(sandbox.getId(), sandbox.getCgroupParent(), now));
      linux.setMemory(memory(sandbox.getCgroupParent(), now));
      linux.setProcess(
          ProcessUsage.newBuilder()
              .setTimestamp(now)
              .setProcessCount(
                  value(
                      number(
                          Cgroups.directory("pids", sandbox.getCgroupParent(), v2)
                              .resolve("pids.current")))));
    }
    if (sandbox.getReady() && sandbox.getNamespacesList().contains("net")) {
      linux.setNetwork(network(sandbox.getId(), now));
    }
    return PodSandboxStats.newBuilder()
        .setAttributes(
            PodSandboxAttributes.newBuilder()
                .setId(sandbox.getId())
                .setMetadata(sandbox.getConfig().getMetadata())
                .putAllLabels(sandbox.getConfig().getLabelsMap())
                .putAllAnnotations(sandbox.getConfig().getAnnotationsMap()))
        .setLinux(linux)
        .build();
  }

  void forget(String id) {
    samples.remove(id);
    disks.remove(id);
  }

  private CpuUsage cpu(String id, String cgroup, long now) {
    long used;
    if (v2) {
      used =
          table(Cgroups.directory("", cgroup, true).resolve("cpu.stat"))
                  .getOrDefault("usage_usec", 0L)
              * 1000;
    } else {
      used = number(Cgroups.directory("cpuacct", cgroup, false).resolve("cpuacct.usage"));
    }
    Sample last = samples.get(id);
    long rate = last == null ? 0 : last.rate;
    if (last == null) {
      samples.put(id, new Sample(now, used, 0));
    } else if (now - last.timestamp >= NANOS) {
      rate = Math.round((double) (used - last.cpuNanos) * NANOS / (now - last.timestamp));
      samples.put(id, new Sample(now, used, Math.max(0, rate)));
    }
    CpuUsage.Builder cpu =
        CpuUsage.newBuilder().setTimestamp(now).setUsageCoreNanoSeconds(value(used));
    if (last != null) {
      cpu.setUsageNanoCores(value(Math.max(0, rate)));
    }
    return cpu.build();
  }

  private MemoryUsage memory(String cgroup, long now) {
    Path directory = Cgroups.directory("memory", cgroup, v2);
    Map<String, Long> stat = table(directory.resolve("memory.stat"));
    long usage = number(directory.resolve(v2 ? "memory.current" : "memory.usage_in_bytes"));
    long limit = number(directory.resolve(v2 ? "memory.max" : "memory.limit_in_bytes"));
    long inactive = stat.getOrDefault(v2 ? "inactive_file" : "total_inactive_file", 0L);
    long workingSet = Math.max(0, usage - inactive);
    MemoryUsage.Builder memory =
        MemoryUsage.newBuilder()
            .setTimestamp(now)
            .setUsageBytes(value(usage))
            .setWorkingSetBytes(value(workingSet))
            .setRssBytes(value(stat.getOrDefault(v2 ? "anon" : "total_rss", 0L)))
            .setPageFaults(value(stat.getOrDefault(v2 ? "pgfault" : "total_pgfault", 0L)))
            .setMajorPageFaults(
                value(stat.getOrDefault(v2 ? "pgmajfault" : "total_pgmajfault", 0L)));
    // v1 says "no limit" by a number near 2^63, v2 by a word that reads as 0
    if (limit > 0 && limit < (1L << 60)) {
      memory.setAvailableBytes(value(Math.max(0, limit - workingSet)));
    }
    return memory.build();
  }

  private SwapUsage swap(String cgroup, long now) {
    Path directory = Cgroups.directory("memory", cgroup, v2);
    long used;
    if (v2) {
      used = number(directory.resolve("memory.swap.current"));
    } else {
      long both = number(directory.resolve("memory.memsw.usage_in_bytes"));
      used = both == 0 ? 0 : Math.max(0, both - number(directory.resolve("memory.usage_in_bytes")));
    }
    return SwapUsage.newBuilder().setTimestamp(now).setSwapUsageBytes(value(used)).build();
  }

  private Disk disk(String id, long now) {
    return disks.compute(
        id,
        (key, known) -> {
          if (known != null && now - known.timestamp < DISK_SECONDS * NANOS) {
            return known;
          }
          long[] sums = new long[2];
          try {
            Files.walkFileTree(
                paths.container(id).resolve("upper"),
                new SimpleFileVisitor<>() {
                  @Override
                  public FileVisitResult preVisitDirectory(
                      Path path, BasicFileAttributes attributes) {
                    return visitFile(path, attributes);
                  }

                  @Override
                  public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    sums[0] +=
                        attributes.isDirectory() ? 4096 : (attributes.size() + 4095) / 4096 * 4096;
                    sums[1]++;
                    return FileVisitResult.CONTINUE;
                  }

                  @Override
                  public FileVisitResult visitFileFailed(Path path, IOException error) {
                    return FileVisitResult.CONTINUE;
                  }
                });
          } catch (IOException e) {
            // the container goes away under us: what was counted is good enough
          }
          return new Disk(now, sums[0], sums[1]);
        });
  }

  private NetworkUsage network(String sandboxId, long now) throws IOException {
    List<String> lines =
        Namespaces.inNetwork(
            paths.namespaces(sandboxId).resolve("net"),
            () -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")));
    NetworkUsage.Builder usage = NetworkUsage.newBuilder().setTimestamp(now);
    for (NetworkInterfaceUsage one : interfaces(lines)) {
      if (one.getName().equals("eth0")) {
        usage.setDefaultInterface(one);
      }
      usage.addInterfaces(one);
    }
    return usage.build();
  }

  /**
   * {@code eth0: 1126 13 0 0 …}: bytes, packets, errors, … received, then the same eight sent. See
   * proc(5).
   */
  static List<NetworkInterfaceUsage> interfaces(List<String> lines) {
    List<NetworkInterfaceUsage> found = new ArrayList<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (colon < 0 || name.equals("lo")) {
        continue;
      }
      String[] fields = line.substring(colon + 1).strip().split("\\s+");
      found.add(
          NetworkInterfaceUsage.newBuilder()
              .setName(name)
              .setRxBytes(value(Long.parseLong(fields[0])))
              .setRxErrors(value(Long.parseLong(fields[2])))
              .setTxBytes(value(Long.parseLong(fields[8])))
              .setTxErrors(value(Long.parseLong(fields[10])))
              .build());
    }
    return found;
  }

  private static UInt64Value value(long number) {
    return UInt64Value.newBuilder().setValue(number).build();
  }

  private static long number(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.equals("max") ? 0 : Long.parseLong(text);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static Map<String, Long> table(Path file) {
    Map<String, Long> table = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          table.put(line.substring(0, space), Long.parseLong(line.substring(space + 1).strip()));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // the cgroup is gone: nothing is used
    }
    return table;
  }
}
