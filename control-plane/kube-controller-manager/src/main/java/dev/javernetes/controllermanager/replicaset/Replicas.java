package dev.javernetes.controllermanager.replicaset;

import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import java.util.Map;
import java.util.function.Predicate;

/** What a ReplicaSet and a ReplicationController have in common. */
record Replicas(
    int desired,
    int minReadySeconds,
    Predicate<Map<String, String>> selector,
    PodTemplateSpec template) {}
