package dev.javernetes.kubelet.probe;

/** What one try of a probe gave. {@code errored}: it could not be asked; counts as failure. */
record ProbeAnswer(boolean success, boolean errored, String output) {

  static ProbeAnswer success(String output) {
    return new ProbeAnswer(true, false, output);
  }

  static ProbeAnswer failure(String output) {
    return new ProbeAnswer(false, false, output);
  }

  static ProbeAnswer error(String output) {
    return new ProbeAnswer(false, true, output);
  }
}
