package dev.javernetes.client;

/**
 * Tells users what happened to an object. Never blocks and never fails: an event that cannot be
 * written is dropped.
 *
 * <pre>{@code
 * events.normal(ObjectRef.of(replicaSet), "SuccessfulCreate", "Created pod: web-x7k2p");
 * }</pre>
 */
public interface EventRecorder {
  /** One that says nothing. */
  EventRecorder SILENT = (about, type, reason, action, message) -> {};

  /**
   * @param type {@code Normal} or {@code Warning}
   * @param reason one word in camel case, for programs
   * @param action what the component did, for events.k8s.io/v1; {@code ""} in core events
   */
  void record(ObjectRef about, String type, String reason, String action, String message);

  default void normal(ObjectRef about, String reason, String message) {
    record(about, "Normal", reason, "", message);
  }

  default void warning(ObjectRef about, String reason, String message) {
    record(about, "Warning", reason, "", message);
  }
}
