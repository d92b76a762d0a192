package dev.javernetes.kubelet.pod;

import dev.javernetes.kubelet.container.ResolvConf;
import java.util.List;

/** What pods of this node share and what does not change while the kubelet runs. */
public record NodeFacts(
    String nodeName,
    List<String> hostIps,
    List<String> clusterDns,
    String clusterDomain,
    ResolvConf resolvConf,
    long memoryBytes,
    long allocatableMilliCpu,
    long allocatableMemory,
    long allocatableStorage,
    String podLogsDirectory,
    String runtimeName,
    boolean enforceCpuQuota,
    boolean seccompByDefault,
    java.time.Duration maxCrashLoopBackOff) {
  public NodeFacts {
    hostIps = List.copyOf(hostIps);
    clusterDns = List.copyOf(clusterDns);
  }
}
