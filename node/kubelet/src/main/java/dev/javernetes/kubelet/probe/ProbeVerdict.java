package dev.javernetes.kubelet.probe;

/** What a probe says of a container so far. */
public enum ProbeVerdict {
  /** No probe has reached a threshold yet. */
  UNKNOWN,
  SUCCESS,
  FAILURE
}
