package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;

/** A template of pods, as workloads hold it. */
public final class PodTemplateRules {
  private PodTemplateRules() {}

  public static void check(JsonObject template, FieldPath path, ErrorList errors) {
    JsonObject metadata = template.objectOrEmpty("metadata");
    JsonObject spec = template.objectOrEmpty("spec");
    ObjectMetaRules.validateLabels(metadata.stringMap("labels"), path.child("labels"), errors);
    ObjectMetaRules.validateAnnotations(
        metadata.stringMap("annotations"), path.child("annotations"), errors);
    PodAnnotationRules.check(metadata, spec, path.child("annotations"), errors);
    PodSpecRules.check(spec, new JsonObject(), false, path.child("spec"), errors);
    PodAnnotationRules.checkMatch(metadata, spec, path.child("spec"), errors);
    if (!spec.objects("ephemeralContainers").isEmpty()) {
      errors.forbidden(
          path.child("spec", "ephemeralContainers"),
          "ephemeral containers not allowed in pod template");
    }
  }
}
