package dev.javernetes.kubelet.cgroup;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.kubelet.container.LinuxResources;
import dev.javernetes.kubelet.container.QosClass;
import dev.javernetes.kubelet.container.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One cgroup per pod, under its class of service:
 *
 * <pre>
 * kubepods                      all pods: what the node gives to them
 * kubepods/pod1a…               a guaranteed pod
 * kubepods/burstable/pod7f…
 * kubepods/besteffort/pod9c…    2 CPU shares for all of these together
 * </pre>
 *
 * The runtime puts containers below the pod's. Paths are upstream's cgroupfs layout.
 */
public final class PodCgroups {
  private static final long PERIOD = 100_000;

  private final boolean enabled;
  private final CgroupTree tree;
  private final String kubepods;
  private final boolean enforceQuota;
  private final long pidsLimit;

  private PodCgroups(
      boolean enabled, CgroupTree tree, String root, boolean enforceQuota, long pidsLimit) {
    this.enabled = enabled;
    this.tree = tree;
    String prefix = root.replaceAll("^/+|/+$", "");
    this.kubepods = prefix.isEmpty() ? "kubepods" : prefix + "/kubepods";
    this.enforceQuota = enforceQuota;
    this.pidsLimit = pidsLimit;
  }

  /**
   * @param mount {@code /sys/fs/cgroup}
   * @param root the kubelet's {@code --cgroup-root}
   * @param pidsLimit processes per pod; 0 or less for no limit
   */
  public static PodCgroups at(Path mount, String root, boolean enforceQuota, long pidsLimit) {
    return new PodCgroups(true, CgroupTree.at(mount), root, enforceQuota, pidsLimit);
  }

  /** {@code --cgroups-per-qos=false}: where pods go is left to the runtime. */
  public static PodCgroups disabled() {
    return new PodCgroups(false, CgroupTree.at(Path.of("/sys/fs/cgroup")), "", false, 0);
  }

  public boolean enabled() {
    return enabled;
  }

  public boolean version1() {
    return !tree.unified();
  }

  /** Makes the upper levels; fails if the node's cgroups cannot be written to. */
  public void start(long allocatableMilliCpu, long allocatableMemory) throws IOException {
    if (!enabled) {
      return;
    }
    if (!tree.usable()) {
      throw new IOException(
          "cgroups are not writable; run as root, or with --cgroups-per-qos=false");
    }
    tree.create(kubepods);
    tree.create(kubepods + "/burstable");
    tree.create(kubepods + "/besteffort");
    long shares = LinuxResources.shares(allocatableMilliCpu);
    if (tree.unified()) {
      tree.write(
          kubepods,
          CgroupTree.values(
              "cpu.weight", Long.toString(LinuxResources.weight(shares)),
              "memory.max", Long.toString(allocatableMemory)));
      tree.write(kubepods + "/besteffort", CgroupTree.values("cpu.weight", "1"));
    } else {
      tree.write(
          kubepods,
          CgroupTree.values(
              "cpu.shares", Long.toString(shares),
              "memory.limit_in_bytes", Long.toString(allocatableMemory)));
      tree.write(kubepods + "/besteffort", CgroupTree.values("cpu.shares", "2"));
    }
  }

  /** The parent for the runtime: {@code /kubepods/burstable/pod7f…}; "" where disabled. */
  public String parent(Pod pod) {
    return enabled ? "/" + path(Resources.qos(pod), pod.metadata().uid()) : "";
  }

  /** Makes the pod's cgroup and sets its limits; again after a resize. */
  public void apply(Pod pod) throws IOException {
    if (!enabled) {
      return;
    }
    String path = path(Resources.qos(pod), pod.metadata().uid());
    if (!tree.exists(path)) {
      tree.create(path);
    }
    tree.write(path, limits(pod));
  }

  /** CPU shares of burstable pods together, by what they asked for. */
  public void balance(Collection<Pod> pods) throws IOException {
    if (!enabled) {
      return;
    }
    long milli = 0;
    for (Pod pod : pods) {
      if (Resources.qos(pod) == QosClass.BURSTABLE) {
        milli += Resources.podRequest(pod, Resources.CPU);
      }
    }
    long shares = LinuxResources.shares(milli);
    tree.write(
        kubepods + "/burstable",
        tree.unified()
            ? CgroupTree.values("cpu.weight", Long.toString(LinuxResources.weight(shares)))
            : CgroupTree.values("cpu.shares", Long.toString(shares)));
  }

  /** Removes the pod's cgroup, in whichever class it is. */
  public void remove(String podUid) throws IOException {
    if (!enabled) {
      return;
    }
    for (QosClass qos : QosClass.values()) {
      tree.remove(path(qos, podUid));
    }
  }

  /** Removes all of {@code kubepods}; for when the kubelet has ended and no container runs. */
  public void removeAll() throws IOException {
    tree.remove(kubepods);
  }

  /** The uids of the pods that have a cgroup. */
  public List<String> podUids() {
    if (!enabled) {
      return List.of();
    }
    List<String> uids = new ArrayList<>();
    for (String parent : List.of(kubepods, kubepods + "/burstable", kubepods + "/besteffort")) {
      for (String child : tree.children(parent)) {
        if (child.startsWith("pod")) {
          uids.add(child.substring("pod".length()));
        }
      }
    }
    return uids;
  }

  private Map<String, String> limits(Pod pod) {
    long shares = LinuxResources.shares(Resources.podRequest(pod, Resources.CPU));
    long milliLimit = Resources.podLimit(pod, Resources.CPU);
    long quota = enforceQuota ? LinuxResources.quota(milliLimit, PERIOD) : 0;
    long memory = Resources.podLimit(pod, Resources.MEMORY);
    Map<String, String> values = new LinkedHashMap<>();
    if (tree.unified()) {
      values.put("cpu.weight", Long.toString(LinuxResources.weight(shares)));
      values.put("cpu.max", (quota > 0 ? Long.toString(quota) : "max") + " " + PERIOD);
      values.put("memory.max", memory > 0 ? Long.toString(memory) : "max");
    } else {
      values.put("cpu.shares", Long.toString(shares));
      values.put("cpu.cfs_period_us", Long.toString(PERIOD));
      values.put("cpu.cfs_quota_us", quota > 0 ? Long.toString(quota) : "-1");
      values.put("memory.limit_in_bytes", memory > 0 ? Long.toString(memory) : "-1");
    }
    if (pidsLimit > 0) {
      values.put("pids.max", Long.toString(pidsLimit));
    }
    return values;
  }

  private String path(QosClass qos, String podUid) {
    String parent = qos.cgroup().isEmpty() ? kubepods : kubepods + "/" + qos.cgroup();
    return parent + "/pod" + podUid;
  }
}
