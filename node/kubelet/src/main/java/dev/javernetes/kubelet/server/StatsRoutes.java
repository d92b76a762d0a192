package dev.javernetes.kubelet.server;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Timers;
import dev.javernetes.cri.v1.Container;
import dev.javernetes.cri.v1.ContainerState;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.CpuUsage;
import dev.javernetes.cri.v1.MemoryUsage;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.CriLabels;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.node.Machine;
import dev.javernetes.kubelet.pod.PodWorkers;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /stats/summary}, {@code /metrics}, {@code /metrics/resource} and {@code /runningpods},
 * measured by the runtime; the node's own numbers come from /proc.
 */
final class StatsRoutes {
  /** USER_HZ, which the kernel fixes at 100 for what it shows in /proc. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private final PodWorkers workers;
  private final ContainerRuntime runtime;
  private final Timers timers;
  private final String nodeName;

  StatsRoutes(PodWorkers workers, ContainerRuntime runtime, Timers timers, String nodeName) {
    this.workers = workers;
    this.runtime = runtime;
    this.timers = timers;
    this.nodeName = nodeName;
  }

  JsonObject runningPods() throws CallException {
    try {
      Map<String, JsonObject> pods = new LinkedHashMap<>();
      for (Container container : runtime.listContainers(Map.of())) {
        if (container.getState() != ContainerState.CONTAINER_RUNNING) {
          continue;
        }
        String uid = container.getLabelsOrDefault(CriLabels.POD_UID, "");
        JsonObject pod =
            pods.computeIfAbsent(
                uid,
                id ->
                    JsonObject.of(
                        "metadata",
                        JsonObject.of(
                            "name", container.getLabelsOrDefault(CriLabels.POD_NAME, ""),
                            "namespace", container.getLabelsOrDefault(CriLabels.POD_NAMESPACE, ""),
                            "uid", id),
                        "spec",
                        new JsonObject(),
                        "status",
                        new JsonObject()));
        pod.ensureObject("spec")
            .ensureArray("containers")
            .add(
                JsonObject.of(
                    "name", container.getMetadata().getName(),
                    "image", container.getImage().getImage(),
                    "resources", new JsonObject()));
      }
      return JsonObject.of(
          "kind",
          "PodList",
          "apiVersion",
          "v1",
          "metadata",
          new JsonObject(),
          "items",
          new ArrayList<Object>(pods.values()));
    } catch (RuntimeCallException problem) {
      throw new CallException(500, String.valueOf(problem.getMessage()));
    }
  }

  void summary(Call call) throws CallException, IOException {
    Map<String, List<ContainerStats>> byPod = new LinkedHashMap<>();
    Map<String, PodSandboxStats> sandboxes = new LinkedHashMap<>();
    measure(byPod, sandboxes);
    List<Object> pods = new ArrayList<>();
    for (Pod pod : workers.pods()) {
      List<Object> containers = new ArrayList<>();
      for (ContainerStats stats : byPod.getOrDefault(pod.metadata().uid(), List.of())) {
        JsonObject container = JsonObject.of("name", stats.getAttributes().getMetadata().getName());
        putUsage(container, stats.getCpu(), stats.getMemory());
        if (stats.hasWritableLayer()) {
          container.put(
              "rootfs",
              JsonObject.of("usedBytes", stats.getWritableLayer().getUsedBytes().getValue()));
        }
        containers.add(container);
      }
      JsonObject entry =
          JsonObject.of(
              "podRef",
              JsonObject.of(
                  "name", pod.metadata().name(),
                  "namespace", pod.metadata().namespace(),
                  "uid", pod.metadata().uid()),
              "startTime",
              String.valueOf(pod.status().startTime()),
              "containers",
              containers);
      PodSandboxStats sandbox = sandboxes.get(pod.metadata().uid());
      if (sandbox != null && sandbox.hasLinux()) {
        putUsage(entry, sandbox.getLinux().getCpu(), sandbox.getLinux().getMemory());
        var network = sandbox.getLinux().getNetwork().getDefaultInterface();
        entry.put(
            "network",
            JsonObject.of(
                "name", network.getName(),
                "rxBytes", network.getRxBytes().getValue(),
                "txBytes", network.getTxBytes().getValue()));
      }
      pods.add(entry);
    }
    call.json(JsonObject.of("node", node(), "pods", pods));
  }

  /** {@code which}: "", "resource", "probes" or "cadvisor". */
  void metrics(Call call, String which) throws CallException, IOException {
    StringBuilder text = new StringBuilder();
    switch (which) {
      case "" -> kubeletMetrics(text);
      case "resource" -> resourceMetrics(text);
      case "probes" -> {}
      default -> throw new CallException(404, "404 page not found");
    }
    call.answer(
        HttpResponseStatus.OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void kubeletMetrics(StringBuilder text) throws CallException {
    int running = 0;
    int sandboxes = 0;
    try {
      for (Container container : runtime.listContainers(Map.of())) {
        running += container.getState() == ContainerState.CONTAINER_RUNNING ? 1 : 0;
      }
      sandboxes = runtime.listPodSandboxes(Map.of()).size();
    } catch (RuntimeCallException problem) {
      throw new CallException(500, String.valueOf(problem.getMessage()));
    }
    gauge(text, "kubelet_running_containers", "{container_state=\"running\"}", running);
    gauge(text, "kubelet_running_pods", "", sandboxes);
    gauge(text, "kubelet_active_pods", "", workers.active().size());
    gauge(text, "kubelet_node_name", "{node=\"" + nodeName + "\"}", 1);
    Runtime jvm = Runtime.getRuntime();
    gauge(text, "jvm_memory_used_bytes", "", jvm.totalMemory() - jvm.freeMemory());
  }

  private void resourceMetrics(StringBuilder text) throws CallException, IOException {
    Map<String, List<ContainerStats>> byPod = new LinkedHashMap<>();
    Map<String, PodSandboxStats> sandboxes = new LinkedHashMap<>();
    measure(byPod, sandboxes);
    String help = "# TYPE %s %s\n";
    text.append(help.formatted("node_cpu_usage_seconds_total", "counter"))
        .append("node_cpu_usage_seconds_total ")
        .append(seconds(nodeCpuNanos()))
        .append('\n')
        .append(help.formatted("node_memory_working_set_bytes", "gauge"))
        .append("node_memory_working_set_bytes ")
        .append(usedMemory())
        .append('\n');
    StringBuilder cpu =
        new StringBuilder(help.formatted("container_cpu_usage_seconds_total", "counter"));
    StringBuilder memory =
        new StringBuilder(help.formatted("container_memory_working_set_bytes", "gauge"));

    byPod.forEach((uid, list) -> {
      for (ContainerStats stats : list) {
        String labels =
            "{container=\"%s\",namespace=\"%s\",pod=\"%s\"} "
                .formatted(
                    stats.getAttributes().getMetadata().getName(),
                    stats.getAttributes().getLabelsOrDefault(CriLabels.POD_NAMESPACE, ""),
                    stats.getAttributes().getLabelsOrDefault(CriLabels.POD_NAME, ""));
        cpu.append("container_cpu_usage_seconds_total")
            .append(labels)
            .append(seconds(stats.getCpu().getUsageCoreNanoSeconds().getValue()))
            .append('\n');
        memory
            .append("container_memory_working_set_bytes")
            .append(labels)
            .append(stats.getMemory().getWorkingSetBytes().getValue())
            .append('\n');
      }
    });
    text.append(cpu).append(memory);
    gauge(text, "resource_scrape_error", "", 0);
  }

  private void measure(
      Map<String, List<ContainerStats>> byPod, Map<String, PodSandboxStats> sandboxes)
      throws CallException {
    try {
      for (ContainerStats stats : runtime.listContainerStats(Map.of())) {
        byPod
            .computeIfAbsent(
                stats.getAttributes().getLabelsOrDefault(CriLabels.POD_UID, ""),
                uid -> new ArrayList<>())
            .add(stats);
      }
      for (PodSandboxStats stats : runtime.listPodSandboxStats()) {
        sandboxes.put(stats.getAttributes().getMetadata().getUid(), stats);
      }
    } catch (RuntimeCallException problem) {
      if (!problem.is(RuntimeCallException.Kind.UNIMPLEMENTED)) {
        throw new CallException(500, String.valueOf(problem.getMessage()));
      }
    }
  }

  private JsonObject node() throws IOException {
    String now = now();
    JsonObject node = JsonObject.of("nodeName", nodeName);
    node.put("cpu", JsonObject.of("time", now, "usageCoreNanoSeconds", nodeCpuNanos()));
    node.put(
        "memory",
        JsonObject.of(
            "time", now,
            "availableBytes", Machine.availableMemory(),
            "workingSetBytes", usedMemory(),
            "usageBytes", usedMemory()));
    var store = Files.getFileStore(Path.of("/"));
    node.put(
        "fs",
        JsonObject.of(
            "time",
            now,
            "availableBytes",
            store.getUsableSpace(),
            "capacityBytes",
            store.getTotalSpace(),
            "usedBytes",
            store.getTotalSpace() - store.getUnallocatedSpace()));
    return node;
  }

  private static void putUsage(JsonObject target, CpuUsage cpu, MemoryUsage memory) {
    JsonObject cpuJson =
        JsonObject.of(
            "time", time(cpu.getTimestamp()),
            "usageCoreNanoSeconds", cpu.getUsageCoreNanoSeconds().getValue());
    if (cpu.hasUsageNanoCores()) {
      cpuJson.put("usageNanoCores", cpu.getUsageNanoCores().getValue());
    }
    target.put("cpu", cpuJson);
    JsonObject memoryJson =
        JsonObject.of(
            "time", time(memory.getTimestamp()),
            "workingSetBytes", memory.getWorkingSetBytes().getValue());
    if (memory.hasUsageBytes()) {
      memoryJson.put("usageBytes", memory.getUsageBytes().getValue());
    }
    if (memory.hasRssBytes()) {
      memoryJson.put("rssBytes", memory.getRssBytes().getValue());
    }
    target.put("memory", memoryJson);
  }

  private static long usedMemory() {
    return Machine.totalMemory() - Machine.availableMemory();
  }

  /** user + nice + system + irq + softirq + steal of /proc/stat's first line. */
  private static long nodeCpuNanos() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      String[] words = lines.findFirst().orElse("cpu").trim().split("\\s+");
      long ticks = 0;
      for (int i = 1; i < Math.min(words.length, 9); i++) {
        if (i != 4 && i != 5) { // idle, iowait
          ticks += Long.parseLong(words[i]);
        }
      }
      return ticks * NANOS_PER_TICK;
    }
  }

  private String now() {
    return timers.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(nanos / 1_000_000_000).toString();
  }

  private static String seconds(long nanos) {
    return Double.toString(nanos / 1e9);
  }

  private static void gauge(StringBuilder text, String name, String labels, long value) {
    text.append("# TYPE ")
        .append(name)
        .append(" gauge\n")
        .append(name)
        .append(labels)
        .append(' ')
        .append(value)
        .append('\n');
  }
}
