package dev.javernetes.controllermanager.loop;

import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.PodTemplateSpec;
import dev.javernetes.api.model.meta.v1.ObjectMeta;
import java.util.List;

/** A pod as a template says, owned by the template's object. */
public final class PodTemplates {
  private PodTemplates() {}

  /** The server completes {@code generateName}: the owner's name and a dash. */
  public static Pod pod(PodTemplateSpec template, KubernetesObject owner) {
    String prefix = owner.metadata().name() + "-";
    return pod(template, owner, "", prefix.length() > 253 ? prefix.substring(0, 253) : prefix);
  }

  public static Pod pod(
      PodTemplateSpec template, KubernetesObject owner, String name, String generateName) {
    ObjectMeta of = template.metadata();
    return Pod.builder()
        .metadata(
            ObjectMeta.builder()
                .name(name)
                .generateName(generateName)
                .namespace(owner.metadata().namespace())
                .labels(of.labels())
                .annotations(of.annotations())
                .finalizers(of.finalizers())
                .ownerReferences(List.of(Meta.controllerReference(owner)))
                .build())
        .spec(template.spec())
        .build();
  }
}
