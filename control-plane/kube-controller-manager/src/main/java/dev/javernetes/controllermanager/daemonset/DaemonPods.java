package dev.javernetes.controllermanager.daemonset;

import dev.javernetes.api.model.apps.v1.DaemonSet;
import dev.javernetes.api.model.core.v1.Affinity;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.NodeAffinity;
import dev.javernetes.api.model.core.v1.NodeSelector;
import dev.javernetes.api.model.core.v1.NodeSelectorRequirement;
import dev.javernetes.api.model.core.v1.NodeSelectorTerm;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodSpec;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.api.model.core.v1.Toleration;
import dev.javernetes.controllermanager.loop.NodeSelection;
import dev.javernetes.controllermanager.loop.PodTemplates;
import dev.javernetes.controllermanager.loop.Selectors;
import dev.javernetes.controllermanager.loop.Tolerance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which nodes a DaemonSet's pod fits, and how the pod for a node looks. Pure. */
final class DaemonPods {
  static final String HASH = "controller-revision-hash";
  private static final String GENERATION = "pod-template-generation";

  /** Whether a new pod may start there, and whether one that runs may stay. */
  record Fit(boolean start, boolean stay) {}

  private DaemonPods() {}

  static PodTemplateSpec template(DaemonSet set) {
    return Objects.requireNonNullElseGet(
        set.spec().template(), () -> PodTemplateSpec.builder().build());
  }

  static Fit fit(DaemonSet set, Node node) {
    PodSpec spec = template(set).spec();
    boolean named = spec.nodeName().isEmpty() || spec.nodeName().equals(node.metadata().name());
    boolean labelled =
        Selectors.of(spec.nodeSelector()).test(node.metadata().labels())
            && NodeSelection.matches(required(spec.affinity()), node);
    if (!named || !labelled) {
      return new Fit(false, false);
    }
    List<Toleration> tolerations = tolerations(spec);
    boolean start = true;
    boolean stay = true;
    for (Taint taint : node.spec().taints()) {
      boolean tolerated =
          tolerations.stream().anyMatch(toleration -> Tolerance.tolerates(toleration, taint));
      if (!tolerated && taint.effect().equals("NoSchedule")) {
        start = false;
      }
      if (!tolerated && taint.effect().equals("NoExecute")) {
        start = false;
        stay = false;
      }
    }
    return new Fit(start, stay);
  }

  static Pod pod(DaemonSet set, String hash, String node) {
    PodTemplateSpec template = template(set);
    Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
    labels.put(HASH, hash);
    String generation =
        set.metadata().annotations().getOrDefault("deprecated.daemonset.template.generation", "");
    if (!generation.isEmpty()) {
      labels.put(GENERATION, generation);
    }
    PodSpec spec = template.spec();
    PodTemplateSpec own =
        new PodTemplateSpec(
            template.metadata().toBuilder().labels(labels).build(),
            spec.toBuilder()
                .affinity(onto(spec.affinity(), node))
                .tolerations(tolerations(spec))
                .build());
    return PodTemplates.pod(own, set);
  }

  /** The node that a pod runs on, or is to run on: the scheduler may not have bound it yet. */
  static String node(Pod pod) {
    if (!pod.spec().nodeName().isEmpty()) {
      return pod.spec().nodeName();
    }
    NodeSelector required = required(pod.spec().affinity());
    if (required != null) {
      for (NodeSelectorTerm term : required.nodeSelectorTerms()) {
        for (NodeSelectorRequirement field : term.matchFields()) {
          if (field.key().equals("metadata.name") && field.values().size() == 1) {
            return field.values().getFirst();
          }
        }
      }
    }
    return "";
  }

  private static @Nullable NodeSelector required(@Nullable Affinity affinity) {
    return affinity == null || affinity.nodeAffinity() == null
        ? null
        : affinity.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
  }

  /** In place of what the template requires of nodes, which was asked before: this node. */
  private static Affinity onto(@Nullable Affinity affinity, String node) {
    NodeSelector selector =
        new NodeSelector(
            List.of(
                NodeSelectorTerm.builder()
                    .matchFields(
                        List.of(new NodeSelectorRequirement("metadata.name", "In", List.of(node))))
                    .build()));
    NodeAffinity present = affinity == null ? null : affinity.nodeAffinity();
    NodeAffinity.Builder nodeAffinity =
        present == null ? NodeAffinity.builder() : present.toBuilder();
    Affinity.Builder builder = affinity == null ? Affinity.builder() : affinity.toBuilder();
    return builder
        .nodeAffinity(nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution(selector).build())
        .build();
  }

  /** Daemons stay where others leave: a node that is not ready, or short of something. */
  private static List<Toleration> tolerations(PodSpec spec) {
    List<Toleration> all = new ArrayList<>(spec.tolerations());
    add(all, "node.kubernetes.io/not-ready", "NoExecute");
    add(all, "node.kubernetes.io/unreachable", "NoExecute");
    add(all, "node.kubernetes.io/disk-pressure", "NoSchedule");
    add(all, "node.kubernetes.io/memory-pressure", "NoSchedule");
    add(all, "node.kubernetes.io/pid-pressure", "NoSchedule");
    add(all, "node.kubernetes.io/unschedulable", "NoSchedule");
    if (Boolean.TRUE.equals(spec.hostNetwork())) {
      add(all, "node.kubernetes.io/network-unavailable", "NoSchedule");
    }
    return all;
  }

  private static void add(List<Toleration> all, String key, String effect) {
    Toleration toleration = new Toleration(key, "Exists", "", effect, null);
    if (!all.contains(toleration)) {
      all.add(toleration);
    }
  }
}
