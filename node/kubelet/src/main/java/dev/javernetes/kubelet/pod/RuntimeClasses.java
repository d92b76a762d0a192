package dev.javernetes.kubelet.pod;

/** From a pod's runtimeClassName to the runtime's handler. */
@FunctionalInterface
public interface RuntimeClasses {
  /** {@code ""} for {@code ""}; throws an ApiException if there is no such class. */
  String handlerOf(String runtimeClassName);
}
