package dev.javernetes.runtime;

import dev.javernetes.cri.v1.ContainerMetrics;
import dev.javernetes.cri.v1.ContainerStats;
import dev.javernetes.cri.v1.Metric;
import dev.javernetes.cri.v1.MetricDescriptor;
import dev.javernetes.cri.v1.MetricType;
import dev.javernetes.cri.v1.NetworkInterfaceUsage;
import dev.javernetes.cri.v1.PodSandboxMetrics;
import dev.javernetes.cri.v1.PodSandboxStats;
import dev.javernetes.cri.v1.UInt64Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Usage under the names that cAdvisor gave it, for a kubelet with {@code
 * PodAndContainerStatsFromCRI} (KEP-2371). Of cAdvisor's long list those that dashboards and
 * autoscalers read.
 */
final class PodMetrics {
  private static final List<String> CONTAINER_LABELS = List.of("id", "name");
  private static final List<String> NETWORK_LABELS = List.of("id", "interface");

  static final List<MetricDescriptor> DESCRIPTORS =
      List.of(
          descriptor(
              "container_cpu_usage_seconds_total", "CPU time used, in seconds.", CONTAINER_LABELS),
          descriptor(
              "container_memory_usage_bytes",
              "Memory in use, page cache included.",
              CONTAINER_LABELS),
          descriptor(
              "container_memory_working_set_bytes",
              "Memory less inactive page cache.",
              CONTAINER_LABELS),
          descriptor("container_memory_rss", "Anonymous memory.", CONTAINER_LABELS),
          descriptor(
              "container_fs_usage_bytes",
              "Bytes written to the root filesystem.",
              CONTAINER_LABELS),
          descriptor("container_network_receive_bytes_total", "Bytes received.", NETWORK_LABELS),
          descriptor("container_network_transmit_bytes_total", "Bytes sent.", NETWORK_LABELS));

  private PodMetrics() {}

  private static MetricDescriptor descriptor(String name, String help, List<String> labels) {
    return MetricDescriptor.newBuilder()
        .setName(name)
        .setHelp(help)
        .addAllLabelKeys(labels)
        .build();
  }

  static List<PodSandboxMetrics> of(List<PodSandboxStats> all) {
    List<PodSandboxMetrics> metrics = new ArrayList<>();
    for (PodSandboxStats pod : all) {
      String id = pod.getAttributes().getId();
      PodSandboxMetrics.Builder one = PodSandboxMetrics.newBuilder().setPodSandboxId(id);
      long time = pod.getLinux().getNetwork().getTimestamp();
      for (NetworkInterfaceUsage usage : pod.getLinux().getNetwork().getInterfacesList()) {
        List<String> labels = List.of(id, usage.getName());
        one.addMetrics(
            metric(
                "container_network_receive_bytes_total",
                MetricType.COUNTER,
                time,
                labels,
                usage.getRxBytes()));
        one.addMetrics(
            metric(
                "container_network_transmit_bytes_total",
                MetricType.COUNTER,
                time,
                labels,
                usage.getTxBytes()));
      }
      pod.getLinux().getContainersList().forEach(c -> one.addContainerMetrics(of(c)));
      metrics.add(one.build());
    }
    return metrics;
  }

  private static ContainerMetrics of(ContainerStats stats) {
    String id = stats.getAttributes().getId();
    List<String> labels = List.of(id, stats.getAttributes().getMetadata().getName());
    UInt64Value seconds =
        UInt64Value.newBuilder()
            .setValue(stats.getCpu().getUsageCoreNanoSeconds().getValue() / 1_000_000_000L)
            .build();
    var memory = stats.getMemory();
    long time = memory.getTimestamp();
    return ContainerMetrics.newBuilder()
        .setContainerId(id)
        .addMetrics(
            metric("container_cpu_usage_seconds_total", MetricType.COUNTER, time, labels, seconds))
        .addMetrics(
            metric(
                "container_memory_usage_bytes",
                MetricType.GAUGE,
                time,
                labels,
                memory.getUsageBytes()))
        .addMetrics(
            metric(
                "container_memory_working_set_bytes",
                MetricType.GAUGE,
                time,
                labels,
                memory.getWorkingSetBytes()))
        .addMetrics(
            metric("container_memory_rss", MetricType.GAUGE, time, labels, memory.getRssBytes()))
        .addMetrics(
            metric(
                "container_fs_usage_bytes",
                MetricType.GAUGE,
                time,
                labels,
                stats.getWritableLayer().getUsedBytes()))
        .build();
  }

  private static Metric metric(
      String name, MetricType type, long time, List<String> labels, UInt64Value value) {
    return Metric.newBuilder()
        .setName(name)
        .setTimestamp(time)
        .setMetricType(type)
        .addAllLabelValues(labels)
        .setValue(value)
        .build();
  }
}
