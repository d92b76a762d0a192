package dev.javernetes.kubelet.volume;

/**
 * A volume cannot be set up, now or ever: the message goes into a FailedMount event, and the worker
 * tries again later.
 */
public final class VolumeException extends Exception {
  private static final long serialVersionUID = 1;

  public VolumeException(String message) {
    super(message);
  }

  public VolumeException(String message, Throwable cause) {
    super(message, cause);
  }
}
