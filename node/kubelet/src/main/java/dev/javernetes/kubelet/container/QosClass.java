package dev.javernetes.kubelet.container;

/** A pod's quality of service, with its part of the cgroup path. */
public enum QosClass {
  GUARANTEED("Guaranteed", ""),
  BURSTABLE("Burstable", "burstable"),
  BEST_EFFORT("BestEffort", "besteffort");

  private final String text;
  private final String cgroup;

  QosClass(String text, String cgroup) {
    this.text = text;
    this.cgroup = cgroup;
  }

  /** As in {@code status.qosClass}. */
  public String text() {
    return text;
  }

  /** The cgroup under {@code kubepods}; guaranteed pods live in {@code kubepods} itself. */
  public String cgroup() {
    return cgroup;
  }
}
