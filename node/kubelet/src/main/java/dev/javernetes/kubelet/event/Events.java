package dev.javernetes.kubelet.event;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;

/** Tells the user what happened to a pod, one of its containers or the node. Never blocks. */
public interface Events {

  void pod(Pod pod, EventType type, String reason, String message);

  /** About one container: the event's fieldPath is {@code spec.containers{web}}. */
  void container(Pod pod, Container container, EventType type, String reason, String message);

  void node(EventType type, String reason, String message);

  /** Whether a user should worry. */
  enum EventType {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    EventType(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
