package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a definition in one of Kubernetes' own groups ({@code x.k8s.io}) says that it has been
 * approved (KEP-1111).
 */
public record ApiApproval(State state, String reason) {
  static final String ANNOTATION = "api-approved.kubernetes.io";
  private static final String PROPOSAL = "https://github.com/kubernetes/enhancements/pull/1111";

  /** What the annotation says. */
  public enum State {
    INVALID("InvalidAnnotation"),
    APPROVED("ApprovedAnnotation"),
    BYPASSED("UnapprovedAnnotation"),
    MISSING("MissingAnnotation");

    private final String conditionReason;

    State(String conditionReason) {
      this.conditionReason = conditionReason;
    }

    public String conditionReason() {
      return conditionReason;
    }
  }

  public static boolean isProtected(JsonObject definition) {
    String group = "." + definition.objectOrEmpty("spec").string("group");
    return group.endsWith(".k8s.io") || group.endsWith(".kubernetes.io");
  }

  public static ApiApproval of(JsonObject definition) {
    String annotation = annotation(definition);
    String must = "protected groups must have approval annotation " + GoQuote.quote(ANNOTATION);
    if (annotation.isEmpty()) {
      return new ApiApproval(State.MISSING, must + ", see " + PROPOSAL);
    }
    if (annotation.startsWith("unapproved")) {
      return new ApiApproval(State.BYPASSED, "not approved: " + GoQuote.quote(annotation));
    }
    if (isUrl(annotation)) {
      return new ApiApproval(State.APPROVED, "approved in " + annotation);
    }
    return new ApiApproval(
        State.INVALID,
        must + " with either a URL or a reason starting with \"unapproved\", see " + PROPOSAL);
  }

  private static String annotation(JsonObject definition) {
    return definition.objectOrEmpty("metadata").objectOrEmpty("annotations").string(ANNOTATION);
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.getScheme() != null && uri.getRawAuthority() != null;
    } catch (URISyntaxException notAUrl) {
      return false;
    }
  }

  /** An update may leave the annotation as it was. */
  static void validate(JsonObject definition, @Nullable JsonObject old, ErrorList errors) {
    if (!isProtected(definition)) {
      return;
    }
    ApiApproval approval = of(definition);
    if (old != null && of(old).state == approval.state) {
      return;
    }
    FieldPath path = FieldPath.of("metadata", "annotations").key(ANNOTATION);
    switch (approval.state) {
      case INVALID -> errors.invalid(path, annotation(definition), approval.reason);
      case MISSING -> errors.required(path, approval.reason);
      case APPROVED, BYPASSED -> {}
    }
  }
}
