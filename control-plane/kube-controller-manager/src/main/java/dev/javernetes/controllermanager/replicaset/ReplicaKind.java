package dev.javernetes.controllermanager.replicaset;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.api.model.apps.v1.ReplicaSet;
import dev.javernetes.api.model.apps.v1.ReplicaSetCondition;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.core.v1.ReplicationController;
import dev.javernetes.api.model.core.v1.ReplicationControllerCondition;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.Selectors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of the two kinds that keep a number of pods. */
interface ReplicaKind<T extends KubernetesObject> {
  ResourceType<T> type();

  String queueName();

  Replicas replicas(T object);

  /** The object with a new status; {@code failure} is what the last create or delete met. */
  T withStatus(T object, ReplicaCounts counts, @Nullable Failure failure, Instant now);

  /** Why the last change failed: {@code FailedCreate}, {@code FailedDelete}. */
  record Failure(String reason, String message) {}

  ReplicaKind<ReplicaSet> REPLICA_SET =
      new ReplicaKind<>() {
        @Override
        public ResourceType<ReplicaSet> type() {
          return ReplicaSet.TYPE;
        }

        @Override
        public String queueName() {
          return "replicaset";
        }

        @Override
        public Replicas replicas(ReplicaSet set) {
          return new Replicas(
              Meta.or(set.spec().replicas(), 1),
              Meta.or(set.spec().minReadySeconds(), 0),
              Selectors.of(set.spec().selector()),
              template(set.spec().template()));
        }

        @Override
        public ReplicaSet withStatus(
            ReplicaSet set, ReplicaCounts counts, @Nullable Failure failure, Instant now) {
          List<ReplicaSetCondition> conditions = new ArrayList<>(set.status().conditions());
          boolean present =
              conditions.stream().anyMatch(condition -> condition.type().equals("ReplicaFailure"));
          if (failure == null) {
            conditions.removeIf(condition -> condition.type().equals("ReplicaFailure"));
          } else if (!present) {
            conditions.add(
                new ReplicaSetCondition(
                    "ReplicaFailure", "True", now, failure.reason(), failure.message()));
          }
          return set.toBuilder()
              .status(
                  set.status().toBuilder()
                      .replicas(counts.replicas())
                      .fullyLabeledReplicas(Meta.omitZero(counts.fullyLabeled()))
                      .readyReplicas(Meta.omitZero(counts.ready()))
                      .availableReplicas(Meta.omitZero(counts.available()))
                      .terminatingReplicas(counts.terminating())
                      .observedGeneration(set.metadata().generation())
                      .conditions(conditions)
                      .build())
              .build();
        }
      };

  ReplicaKind<ReplicationController> REPLICATION_CONTROLLER =
      new ReplicaKind<>() {
        @Override
        public ResourceType<ReplicationController> type() {
          return ReplicationController.TYPE;
        }

        @Override
        public String queueName() {
          return "replicationcontroller";
        }

        @Override
        public Replicas replicas(ReplicationController controller) {
          return new Replicas(
              Meta.or(controller.spec().replicas(), 1),
              Meta.or(controller.spec().minReadySeconds(), 0),
              controller.spec().selector().isEmpty()
                  ? labels -> false
                  : Selectors.of(controller.spec().selector()),
              template(controller.spec().template()));
        }

        @Override
        public ReplicationController withStatus(
            ReplicationController controller,
            ReplicaCounts counts,
            @Nullable Failure failure,
            Instant now) {
          List<ReplicationControllerCondition> conditions =
              new ArrayList<>(controller.status().conditions());
          boolean present =
              conditions.stream().anyMatch(condition -> condition.type().equals("ReplicaFailure"));
          if (failure == null) {
            conditions.removeIf(condition -> condition.type().equals("ReplicaFailure"));
          } else if (!present) {
            conditions.add(
                new ReplicationControllerCondition(
                    "ReplicaFailure", "True", now, failure.reason(), failure.message()));
          }
          return controller.toBuilder()
              .status(
                  controller.status().toBuilder()
                      .replicas(counts.replicas())
                      .fullyLabeledReplicas(Meta.omitZero(counts.fullyLabeled()))
                      .readyReplicas(Meta.omitZero(counts.ready()))
                      .availableReplicas(Meta.omitZero(counts.available()))
                      .observedGeneration(controller.metadata().generation())
                      .conditions(conditions)
                      .build())
              .build();
        }
      };

  private static PodTemplateSpec template(@Nullable PodTemplateSpec template) {
    return Objects.requireNonNullElseGet(template, () -> PodTemplateSpec.builder().build());
  }
}
