package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.customresources.definition.ApiApproval;
import dev.javernetes.apiserver.customresources.definition.ConversionRules;
import dev.javernetes.apiserver.customresources.definition.StructuralRules;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Works out a definition's status; the definition given is changed. */
final class DefinitionStatus {
  private DefinitionStatus() {}

  /** Whether the status changed. {@code others} are the definitions but this one. */
  static boolean update(JsonObject definition, List<JsonObject> others, String now) {
    boolean changed = names(definition, others, now);
    changed |= establish(definition, now);
    changed |= structural(definition, now);
    changed |= approval(definition, now);
    return changed;
  }

  private static boolean names(JsonObject definition, List<JsonObject> others, String now) {
    JsonObject status = definition.ensureObject("status");
    AcceptedNames accepted = AcceptedNames.of(definition, others);
    boolean changed = !Objects.equals(status.get("acceptedNames"), accepted.names());
    if (changed) {
      status.put("acceptedNames", accepted.names());
    }
    String is = accepted.complete() ? "True" : "False";
    changed |=
        Conditions.set(definition, "NamesAccepted", is, accepted.reason(), accepted.message(), now);
    if (!accepted.complete() && !Conditions.has(definition, "Established")) {
      changed |=
          Conditions.set(
              definition, "Established", "False", "NotAccepted", "not all names are accepted", now);
    }
    return changed;
  }

  /** Once established a definition stays so. */
  private static boolean establish(JsonObject definition, String now) {
    if (!Conditions.isTrue(definition, "NamesAccepted")
        || Conditions.isTrue(definition, "Established")) {
      return false;
    }
    String caBundle =
        definition
            .objectOrEmpty("spec")
            .objectOrEmpty("conversion")
            .objectOrEmpty("webhook")
            .objectOrEmpty("clientConfig")
            .string("caBundle");
    if (ConversionRules.isBadCaBundle(caBundle)) {
      return Conditions.set(
          definition,
          "Established",
          "False",
          "InvalidCABundle",
          "The conversion webhook CABundle is invalid",
          now);
    }
    return Conditions.set(
        definition,
        "Established",
        "True",
        "InitialNamesAccepted",
        "the initial names have been accepted",
        now);
  }

  private static boolean structural(JsonObject definition, String now) {
    ErrorList errors = new ErrorList();
    JsonObject spec = definition.objectOrEmpty("spec");
    if (spec.bool("preserveUnknownFields")) {
      errors.invalid(FieldPath.of("spec", "preserveUnknownFields"), true, "must be false");
    }
    String type = "NonStructuralSchema";
    List<JsonObject> versions = spec.objects("versions");
    for (int i = 0; i < versions.size(); i++) {
      JsonObject version = versions.get(i);
      JsonObject schema = version.objectOrEmpty("schema").object("openAPIV3Schema");
      if (schema == null) {
        continue;
      }
      String unreadable = StructuralRules.unreadable(schema);
      if (unreadable != null) {
        return Conditions.set(
            definition,
            type,
            "Unknown",
            "StructuralError",
            "failed to check validation schema for version "
                + version.string("name")
                + ": "
                + unreadable,
            now);
      }
      FieldPath path = FieldPath.of("spec", "versions").index(i).child("schema", "openAPIV3Schema");
      errors.addAll(StructuralRules.check(schema, path));
    }
    String message = text(errors);
    return message == null
        ? Conditions.remove(definition, type)
        : Conditions.set(definition, type, "True", "Violations", message, now);
  }

  private static @Nullable String text(ErrorList errors) {
    List<String> texts = errors.asList().stream().map(FieldError::toString).distinct().toList();
    return texts.isEmpty()
        ? null
        : texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
  }

  private static boolean approval(JsonObject definition, String now) {
    if (!ApiApproval.isProtected(definition)) {
      return false;
    }
    ApiApproval approval = ApiApproval.of(definition);
    return Conditions.set(
        definition,
        "KubernetesAPIApprovalPolicyConformant",
        approval.state() == ApiApproval.State.APPROVED ? "True" : "False",
        approval.state().conditionReason(),
        approval.reason(),
        now);
  }
}
