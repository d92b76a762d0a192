package dev.javernetes.kubelet;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.EventRecorder;
import dev.javernetes.client.ObjectRef;
import dev.javernetes.kubelet.container.PodContainers;
import dev.javernetes.kubelet.event.Events;

/** {@link Events} through the client's recorder. */
final class RecordedEvents implements Events {
  private final EventRecorder recorder;
  private final String nodeName;

  RecordedEvents(EventRecorder recorder, String nodeName) {
    this.recorder = recorder;
    this.nodeName = nodeName;
  }

  @Override
  public void pod(Pod pod, EventType type, String reason, String message) {
    recorder.record(reference(pod), type.text(), reason, "", message);
  }

  @Override
  public void container(
      Pod pod, Container container, EventType type, String reason, String message) {
    String list =
        PodContainers.isInit(pod, container.name())
            ? "initContainers"
            : PodContainers.regular(pod).stream()
                    .anyMatch(regular -> regular.name().equals(container.name()))
                ? "containers"
                : "ephemeralContainers";
    recorder.record(
        reference(pod).at("spec." + list + "{" + container.name() + "}"),
        type.text(),
        reason,
        "",
        message);
  }

  @Override
  public void node(EventType type, String reason, String message) {
    // upstream puts the name where the uid belongs, and kubectl describe node looks for it there
    recorder.record(
        new ObjectRef("v1", "Node", "", nodeName, nodeName, "", ""),
        type.text(),
        reason,
        "",
        message);
  }

  private static ObjectRef reference(Pod pod) {
    return new ObjectRef(
        "v1",
        "Pod",
        pod.metadata().namespace(),
        pod.metadata().name(),
        pod.metadata().uid(),
        pod.metadata().resourceVersion(),
        "");
  }
}
