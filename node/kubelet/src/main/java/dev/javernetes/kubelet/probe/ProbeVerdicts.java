package dev.javernetes.kubelet.probe;

/** The verdicts on one pod's containers, by container id: what planning and status read. */
public interface ProbeVerdicts {

  /** {@link ProbeVerdict#UNKNOWN} for a container that has no such probe or was not asked yet. */
  ProbeVerdict of(ProbeKind kind, String containerId);

  /** For pods without probes. */
  ProbeVerdicts NONE = (kind, containerId) -> ProbeVerdict.UNKNOWN;
}
