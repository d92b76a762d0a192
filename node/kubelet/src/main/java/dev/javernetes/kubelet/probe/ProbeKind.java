package dev.javernetes.kubelet.probe;

/** The three probes of a container, and what each means. */
public enum ProbeKind {
  /** Failing restarts the container. */
  LIVENESS("Liveness"),
  /** Failing takes the container out of services. */
  READINESS("Readiness"),
  /** Until it succeeds, the other two are not asked; failing restarts the container. */
  STARTUP("Startup");

  private final String text;

  ProbeKind(String text) {
    this.text = text;
  }

  /** As in events and metrics. */
  public String text() {
    return text;
  }
}
