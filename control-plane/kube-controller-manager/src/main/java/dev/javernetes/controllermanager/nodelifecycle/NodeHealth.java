package dev.javernetes.controllermanager.nodelifecycle;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeCondition;
import dev.javernetes.api.model.core.v1.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node's conditions and the taints that follow from them. Pure. */
final class NodeHealth {
  static final String NOT_READY = "node.kubernetes.io/not-ready";
  static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

  /** Conditions that a kubelet posts; when it falls silent none of them is known any more. */
  private static final List<String> POSTED =
      List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

  private static final Set<String> MANAGED =
      Set.of(
          NOT_READY,
          UNREACHABLE,
          UNSCHEDULABLE,
          "node.kubernetes.io/memory-pressure",
          "node.kubernetes.io/disk-pressure",
          "node.kubernetes.io/pid-pressure",
          "node.kubernetes.io/network-unavailable");

  private NodeHealth() {}

  /** {@code True}, {@code False} or {@code Unknown}, the last also if it is not there at all. */
  static String ready(Node node) {
    NodeCondition ready = condition(node, "Ready");
    return ready == null ? "Unknown" : ready.status();
  }

  static @Nullable NodeCondition condition(Node node, String type) {
    for (NodeCondition condition : node.status().conditions()) {
      if (condition.type().equals(type)) {
        return condition;
      }
    }
    return null;
  }

  /** The node after its kubelet was silent for too long. */
  static Node silent(Node node, Instant now) {
    Map<String, NodeCondition> conditions = new LinkedHashMap<>();
    node.status().conditions().forEach(condition -> conditions.put(condition.type(), condition));
    for (String type : POSTED) {
      NodeCondition present = conditions.get(type);
      if (present == null) {
        conditions.put(
            type,
            NodeCondition.builder()
                .type(type)
                .status("Unknown")
                .reason("NodeStatusNeverUpdated")
                .message("Kubelet never posted node status.")
                .lastHeartbeatTime(node.metadata().creationTimestamp())
                .lastTransitionTime(now)
                .build());
      } else if (!present.status().equals("Unknown")) {
        conditions.put(
            type,
            present.toBuilder()
                .status("Unknown")
                .reason("NodeStatusUnknown")
                .message("Kubelet stopped posting node status.")
                .lastTransitionTime(now)
                .build());
      }
    }
    List<NodeCondition> all = new ArrayList<>(conditions.values());
    return node.toBuilder().status(node.status().toBuilder().conditions(all).build()).build();
  }

  /**
   * The node's taints as its conditions want them.
   *
   * @param evict whether the NoExecute taint may be set now (rate limits); one that is there stays
   */
  static List<Taint> taints(Node node, boolean evict, Instant now) {
    List<Taint> taints = new ArrayList<>();
    Map<String, Taint> present = new LinkedHashMap<>();
    for (Taint taint : node.spec().taints()) {
      boolean ours =
          (taint.effect().equals("NoSchedule") && MANAGED.contains(taint.key()))
              || (taint.effect().equals("NoExecute")
                  && (taint.key().equals(NOT_READY) || taint.key().equals(UNREACHABLE)));
      if (ours) {
        present.put(taint.key() + taint.effect(), taint);
      } else {
        taints.add(taint);
      }
    }
    for (Taint taint : noSchedule(node)) {
      taints.add(present.getOrDefault(taint.key() + taint.effect(), taint));
    }
    String execute = executeTaint(node);
    if (!execute.isEmpty()) {
      boolean some =
          present.containsKey(NOT_READY + "NoExecute")
              || present.containsKey(UNREACHABLE + "NoExecute");
      Taint same = present.get(execute + "NoExecute");
      if (same != null) {
        taints.add(same);
      } else if (some || evict) {
        taints.add(new Taint(execute, "", "NoExecute", now));
      }
    }
    return taints;
  }

  /** The key of the NoExecute taint that a node in this state gets, or {@code ""}. */
  static String executeTaint(Node node) {
    return switch (ready(node)) {
      case "True" -> "";
      case "False" -> NOT_READY;
      default -> UNREACHABLE;
    };
  }

  private static List<Taint> noSchedule(Node node) {
    List<Taint> taints = new ArrayList<>();
    NodeCondition ready = condition(node, "Ready");
    if (ready != null) {
      add(taints, NOT_READY, ready.status().equals("False"));
      add(taints, UNREACHABLE, ready.status().equals("Unknown"));
    }
    add(taints, "node.kubernetes.io/memory-pressure", isTrue(node, "MemoryPressure"));
    add(taints, "node.kubernetes.io/disk-pressure", isTrue(node, "DiskPressure"));
    add(taints, "node.kubernetes.io/network-unavailable", isTrue(node, "NetworkUnavailable"));
    add(taints, "node.kubernetes.io/pid-pressure", isTrue(node, "PIDPressure"));
    add(taints, UNSCHEDULABLE, Boolean.TRUE.equals(node.spec().unschedulable()));
    return taints;
  }

  private static boolean isTrue(Node node, String type) {
    NodeCondition condition = condition(node, type);
    return condition != null && condition.status().equals("True");
  }

  private static void add(List<Taint> taints, String key, boolean wanted) {
    if (wanted) {
      taints.add(new Taint(key, "", "NoSchedule", null));
    }
  }
}
