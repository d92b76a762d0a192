package dev.javernetes.kubelet.probe;

/** The probe or hook could not be asked at all, or its target could not be reached. */
public final class ProbeException extends Exception {
  private static final long serialVersionUID = 1;

  public ProbeException(String message) {
    super(message);
  }
}
