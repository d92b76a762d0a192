package dev.javernetes.kubelet.container;

/**
 * The container cannot be described to the runtime yet: a ConfigMap is missing, a user is not
 * allowed. Becomes the waiting reason CreateContainerConfigError; tried again later.
 */
public final class ContainerConfigException extends Exception {
  private static final long serialVersionUID = 1;

  public ContainerConfigException(String message) {
    super(message);
  }
}
