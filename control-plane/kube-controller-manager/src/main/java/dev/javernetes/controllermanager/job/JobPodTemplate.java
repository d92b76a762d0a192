package dev.javernetes.controllermanager.job;

import dev.javernetes.api.model.batch.v1.Job;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.EnvVar;
import dev.javernetes.api.model.core.v1.EnvVarSource;
import dev.javernetes.api.model.core.v1.ObjectFieldSelector;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodSpec;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import dev.javernetes.controllermanager.loop.Meta;
import dev.javernetes.controllermanager.loop.PodTemplates;
import dev.javernetes.controllermanager.loop.Selectors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** A Job's pod: tracked, and with an index where the Job has them. Pure. */
final class JobPodTemplate {
  private static final String CONTROLLER_UID = "batch.kubernetes.io/controller-uid";
  private static final String ENVIRONMENT = "JOB_COMPLETION_INDEX";

  private JobPodTemplate() {}

  /** {@code index} -1: none. {@code failuresBefore} counts earlier pods of this index. */
  static Pod pod(Job job, int index, int failuresBefore) {
    PodTemplateSpec template = labelled(job);
    List<String> finalizers = new ArrayList<>(template.metadata().finalizers());
    finalizers.add(JobPods.FINALIZER);
    ObjectMeta metadata = template.metadata().toBuilder().finalizers(finalizers).build();
    if (index < 0) {
      return PodTemplates.pod(template.toBuilder().metadata(metadata).build(), job);
    }
    Map<String, String> annotations = new LinkedHashMap<>(metadata.annotations());
    annotations.put(JobPods.INDEX, Integer.toString(index));
    if (job.spec().backoffLimitPerIndex() != null) {
      annotations.put(JobPods.INDEX_FAILURES, Integer.toString(failuresBefore));
    }
    metadata =
        metadata.toBuilder()
            .annotations(annotations)
            .labels(Meta.with(metadata.labels(), JobPods.INDEX, Integer.toString(index)))
            .build();
    String name = job.metadata().name() + "-" + index;
    PodSpec spec =
        template.spec().toBuilder()
            .hostname(template.spec().hostname().isEmpty() ? name : template.spec().hostname())
            .containers(withIndex(template.spec().containers()))
            .initContainers(withIndex(template.spec().initContainers()))
            .build();
    return PodTemplates.pod(new PodTemplateSpec(metadata, spec), job, "", name + "-");
  }

  /** The server puts these labels into the template of a Job that has no selector of its own. */
  private static PodTemplateSpec labelled(Job job) {
    PodTemplateSpec template =
        Objects.requireNonNullElseGet(
            job.spec().template(), () -> PodTemplateSpec.builder().build());
    if (job.spec().selector() != null) {
      return template;
    }
    Map<String, String> labels = new LinkedHashMap<>(template.metadata().labels());
    labels.put(CONTROLLER_UID, Meta.uid(job));
    labels.put("controller-uid", Meta.uid(job));
    labels.put("batch.kubernetes.io/job-name", job.metadata().name());
    labels.put("job-name", job.metadata().name());
    return template.toBuilder()
        .metadata(template.metadata().toBuilder().labels(labels).build())
        .build();
  }

  /** The Job's selector, or by its uid where it has none. */
  static Predicate<Map<String, String>> selector(Job job) {
    return job.spec().selector() == null
        ? Selectors.of(Map.of(CONTROLLER_UID, Meta.uid(job)))
        : Selectors.of(job.spec().selector());
  }

  private static List<Container> withIndex(List<Container> containers) {
    List<Container> all = new ArrayList<>();
    for (Container container : containers) {
      if (container.env().stream().anyMatch(variable -> variable.name().equals(ENVIRONMENT))) {
        all.add(container);
        continue;
      }
      List<EnvVar> env = new ArrayList<>(container.env());
      env.add(
          EnvVar.builder()
              .name(ENVIRONMENT)
              .valueFrom(
                  EnvVarSource.builder()
                      .fieldRef(
                          new ObjectFieldSelector("", "metadata.labels['" + JobPods.INDEX + "']"))
                      .build())
              .build());
      all.add(container.toBuilder().env(env).build());
    }
    return all;
  }
}
