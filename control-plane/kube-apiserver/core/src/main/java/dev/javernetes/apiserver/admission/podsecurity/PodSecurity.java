package dev.javernetes.apiserver.admission.podsecurity;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import dev.javernetes.apiserver.admission.podsecurity.PodCheck.Violation;
import dev.javernetes.apiserver.registry.ObjectReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the pod security standards as {@link NamespacePolicy} reads them from the namespace's
 * labels: pods are refused or warned about, what makes pods (Deployments …) is only warned about,
 * and a namespace that becomes stricter warns of the pods that no longer fit.
 */
public final class PodSecurity implements ValidatingAdmission {
  private static final Set<String> IGNORED_SUBRESOURCES =
      Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");
  private static final int MAX_PODS_CHECKED = 3000;

  private final Standards standards = new Standards();
  private final ObjectIndex namespaces;
  private final ObjectReader reader;

  public PodSecurity(ObjectIndex namespaces, ObjectReader reader) {
    this.namespaces = namespaces;
    this.reader = reader;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void validate(AdmissionRequest request) {
    switch (request.groupResource().toString()) {
      case "namespaces" -> validateNamespace(request);
      case "pods" -> validatePod(request);
      case "podtemplates" -> validateTemplate(request, "template");
      case "replicationcontrollers",
          "replicasets.apps",
          "deployments.apps",
          "daemonsets.apps",
          "statefulsets.apps",
          "jobs.batch" ->
          validateTemplate(request, "spec", "template");
      case "cronjobs.batch" -> validateTemplate(request, "spec", "jobTemplate", "spec", "template");
      default -> {
        // makes no pods
      }
    }
  }

  private void validateNamespace(AdmissionRequest request) {
    if (!request.subresource().isEmpty()) {
      return;
    }
    JsonObject namespace = request.requireObject();
    ErrorList errors = new ErrorList();
    NamespacePolicy policy = NamespacePolicy.of(labels(namespace), errors);
    JsonObject old = request.oldObject();
    ErrorList oldErrors = new ErrorList();
    NamespacePolicy oldPolicy = old == null ? policy : NamespacePolicy.of(labels(old), oldErrors);
    boolean sameErrors =
        old != null && errors.asList().toString().equals(oldErrors.asList().toString());
    if (!errors.isEmpty() && !sameErrors) {
      throw ApiException.invalid("", "Namespace", Denials.name(request), errors);
    }
    if (old == null
        || policy.enforce().equals(oldPolicy.enforce())
        || policy.enforce().level() == SecurityLevel.PRIVILEGED
        || policy.enforce().minor() == oldPolicy.enforce().minor()
            && policy.enforce().level().compareTo(oldPolicy.enforce().level()) <= 0) {
      return;
    }
    warnOfExistingPods(request, policy.enforce());
  }

  private void warnOfExistingPods(AdmissionRequest request, LevelVersion enforce) {
    List<JsonObject> pods = reader.list(new GroupResource("", "pods"), request.name());
    Map<String, TreeSet<String>> offenders = new TreeMap<>();
    int checked = Math.min(pods.size(), MAX_PODS_CHECKED);
    for (JsonObject pod : pods.subList(0, checked)) {
      List<Violation> violations = standards.violations(enforce, facts(pod));
      if (!violations.isEmpty()) {
        String reasons = String.join(", ", violations.stream().map(Violation::reason).toList());
        offenders
            .computeIfAbsent(reasons, unused -> new TreeSet<>())
            .add(pod.objectOrEmpty("metadata").string("name"));
      }
    }
    if (checked < pods.size()) {
      request.warn(
          "new PodSecurity enforce level only checked against the first %d of %d existing pods"
              .formatted(checked, pods.size()));
    }
    if (offenders.isEmpty()) {
      return;
    }
    request.warn(
        "existing pods in namespace %s violate the new PodSecurity enforce level %s"
            .formatted(GoQuote.quote(request.name()), GoQuote.quote(enforce.toString())));
    List<String> lines = new ArrayList<>();
    offenders.forEach((reasons, names) -> {
      String others =
          switch (names.size()) {
            case 1 -> "";
            case 2 -> " (and 1 other pod)";
            default -> " (and " + (names.size() - 1) + " other pods)";
          };
      lines.add(names.first() + others + ": " + reasons);
    });
    lines.stream().sorted().forEach(request::warn);
  }

  private void validatePod(AdmissionRequest request) {
    if (IGNORED_SUBRESOURCES.contains(request.subresource())) {
      return;
    }
    JsonObject old = request.oldObject();
    JsonObject pod = request.requireObject();
    if (request.operation() == Operation.UPDATE && old != null && !significant(pod, old)) {
      return;
    }
    NamespacePolicy policy = policy(request);
    if (policy == null || policy.fullyPrivileged()) {
      return;
    }
    evaluate(request, policy, facts(pod), true);
  }

  private void validateTemplate(AdmissionRequest request, String... path) {
    if (!request.subresource().isEmpty()
        || !(request.requireObject().at(path) instanceof JsonObject template)) {
      return;
    }
    NamespacePolicy policy = policy(request);
    if (policy != null) {
      evaluate(request, policy, facts(template), false);
    }
  }

  private void evaluate(
      AdmissionRequest request, NamespacePolicy policy, PodFacts pod, boolean enforce) {
    if (enforce) {
      request
          .auditAnnotations()
          .put("pod-security.kubernetes.io/enforce-policy", policy.enforce().toString());
      List<Violation> violations = standards.violations(policy.enforce(), pod);
      if (!violations.isEmpty()) {
        throw Denials.forbidden(
            request,
            "violates PodSecurity %s: %s"
                .formatted(GoQuote.quote(policy.enforce().toString()), text(violations)));
      }
    }
    List<Violation> audited = standards.violations(policy.audit(), pod);
    if (!audited.isEmpty()) {
      request
          .auditAnnotations()
          .put("pod-security.kubernetes.io/audit-violations", would(policy.audit(), audited));
    }
    List<Violation> warned = standards.violations(policy.warn(), pod);
    if (!warned.isEmpty()) {
      request.warn(would(policy.warn(), warned));
    }
  }

  private static String would(LevelVersion level, List<Violation> violations) {
    return "would violate PodSecurity %s: %s"
        .formatted(GoQuote.quote(level.toString()), text(violations));
  }

  private static String text(List<Violation> violations) {
    return String.join(", ", violations.stream().map(Violation::toString).toList());
  }

  /** {@code null} for a namespace that is gone meanwhile. */
  private @Nullable NamespacePolicy policy(AdmissionRequest request) {
    JsonObject namespace = namespaces.get("", request.namespace());
    return namespace == null ? null : NamespacePolicy.of(labels(namespace), new ErrorList());
  }

  private static Map<String, String> labels(JsonObject namespace) {
    return namespace.objectOrEmpty("metadata").stringMap("labels");
  }

  private static PodFacts facts(JsonObject pod) {
    return new PodFacts(pod.objectOrEmpty("metadata"), pod.objectOrEmpty("spec"));
  }

  /** Only images and new containers can make a running pod worse. */
  private static boolean significant(JsonObject pod, JsonObject old) {
    JsonObject now = pod.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    for (String list : List.of("containers", "initContainers")) {
      if (!images(now, list).equals(images(before, list))) {
        return true;
      }
    }
    Map<String, String> known = new TreeMap<>();
    before
        .objects("ephemeralContainers")
        .forEach(one -> known.put(one.string("name"), one.string("image")));
    return now.objects("ephemeralContainers").stream()
        .anyMatch(one -> !Objects.equals(known.get(one.string("name")), one.string("image")));
  }

  private static List<String> images(JsonObject spec, String list) {
    return spec.objects(list).stream().map(one -> one.string("image")).toList();
  }
}
