package dev.javernetes.controllermanager.deployment;

import dev.javernetes.api.model.apps.v1.Deployment;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.controllermanager.loop.Meta;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The annotations by which kubectl's rollout history, undo and status know a Deployment's past. */
final class Revisions {
  static final String HASH = "pod-template-hash";
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";

  private static final Set<String> NOT_COPIED =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          REVISION,
          HISTORY,
          DESIRED,
          MAX,
          "deprecated.deployment.rollback.to");

  /** Upstream cuts the history of revisions here. */
  private static final int HISTORY_CHARACTERS = 2000;

  private Revisions() {}

  static long of(ReplicaSet set) {
    return number(Meta.annotation(set, REVISION));
  }

  static long highest(List<ReplicaSet> sets) {
    return sets.stream().mapToLong(Revisions::of).max().orElse(0);
  }

  /** The set whose template is the Deployment's; the oldest of several. */
  static @Nullable ReplicaSet current(Deployment deployment, List<ReplicaSet> sets) {
    PodTemplateSpec wanted = withoutHash(deployment.spec().template());
    return sets.stream()
        .filter(set -> withoutHash(set.spec().template()).equals(wanted))
        .min(
            Comparator.comparing((ReplicaSet s) -> Meta.created(s))
                .thenComparing(s -> s.metadata().name()))
        .orElse(null);
  }

  static PodTemplateSpec withoutHash(@Nullable PodTemplateSpec template) {
    PodTemplateSpec some =
        Objects.requireNonNullElseGet(template, () -> PodTemplateSpec.builder().build());
    if (!some.metadata().labels().containsKey(HASH)) {
      return some;
    }
    Map<String, String> labels = new LinkedHashMap<>(some.metadata().labels());
    labels.remove(HASH);
    return some.toBuilder().metadata(some.metadata().toBuilder().labels(labels).build()).build();
  }

  /** The annotations of the set for the current template. */
  static Map<String, String> annotations(
      Deployment deployment, Map<String, String> present, long revision, boolean isNew) {
    Map<String, String> annotations = new LinkedHashMap<>(present);
    deployment
        .metadata()
        .annotations()
        .forEach((name, value) -> {
          if (!NOT_COPIED.contains(name)) {
            annotations.put(name, value);
          }
        });
    String old = annotations.getOrDefault(REVISION, "");
    if (number(old) < revision) {
      annotations.put(REVISION, Long.toString(revision));
      if (!old.isEmpty()) {
        String history = annotations.getOrDefault(HISTORY, "");
        String longer = history.isEmpty() ? old : history + "," + old;
        while (longer.length() > HISTORY_CHARACTERS && longer.indexOf(',') > 0) {
          longer = longer.substring(longer.indexOf(',') + 1);
        }
        annotations.put(HISTORY, longer);
      }
    }
    if (isNew) {
      annotations.putAll(replicas(deployment));
    }
    return annotations;
  }

  /** What the Deployment wanted when it last set the size: by it a later scaling is recognised. */
  static Map<String, String> replicas(Deployment deployment) {
    int desired = Rollout.desired(deployment);
    return Map.of(
        DESIRED,
        Integer.toString(desired),
        MAX,
        Integer.toString(desired + Rollout.maxSurge(deployment)));
  }

  static long number(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException invalid) {
      return 0;
    }
  }
}
