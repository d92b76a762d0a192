package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fills in the requests and limits that a namespace's LimitRanges give by default, and refuses pods
 * and claims outside of their bounds.
 */
public final class LimitRanger implements MutatingAdmission, ValidatingAdmission {
  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  private final ObjectIndex limitRanges;

  public LimitRanger(ObjectIndex limitRanges) {
    this.limitRanges = limitRanges;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!concerns(request) || !request.is("", "pods")) {
      return;
    }
    for (JsonObject limitRange : ranges(request)) {
      addDefaults(request.requireObject(), limitRange);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!concerns(request)) {
      return;
    }
    for (JsonObject limitRange : ranges(request)) {
      List<String> errors = new ArrayList<>();
      if (request.is("", "pods")) {
        LimitRangeChecks.pod(limitRange, request.requireObject(), errors);
      } else {
        LimitRangeChecks.claim(limitRange, request.requireObject(), errors);
      }
      if (!errors.isEmpty()) {
        throw Denials.forbidden(request, errors);
      }
    }
  }

  /** A pod's containers cannot change on update, except through resize. */
  private static boolean concerns(AdmissionRequest request) {
    if (request.is("", "pods")) {
      return request.subresource().equals("resize")
          ? request.operation() == Operation.UPDATE
          : request.subresource().isEmpty() && request.operation() == Operation.CREATE;
    }
    return request.is("", "persistentvolumeclaims") && request.subresource().isEmpty();
  }

  private List<JsonObject> ranges(AdmissionRequest request) {
    Collection<JsonObject> all = limitRanges.list(request.namespace());
    return all.stream()
        .sorted(Comparator.comparing(one -> one.objectOrEmpty("metadata").string("name")))
        .toList();
  }

  private static void addDefaults(JsonObject pod, JsonObject limitRange) {
    Map<String, Quantity> limits = new TreeMap<>();
    Map<String, Quantity> requests = new TreeMap<>();
    for (JsonObject item : limitRange.objectOrEmpty("spec").objects("limits")) {
      if (item.string("type").equals("Container")) {
        requests.putAll(Pods.quantities(item.object("defaultRequest")));
        limits.putAll(Pods.quantities(item.object("default")));
      }
    }
    List<String> notes = new ArrayList<>();
    JsonObject spec = pod.ensureObject("spec");
    for (JsonObject container : spec.objects("containers")) {
      addDefaults(container, "container", requests, limits, notes);
    }
    for (JsonObject container : spec.objects("initContainers")) {
      addDefaults(container, "init container", requests, limits, notes);
    }
    if (!notes.isEmpty()) {
      pod.ensureObject("metadata")
          .ensureObject("annotations")
          .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", notes));
    }
  }

  private static void addDefaults(
      JsonObject container,
      String what,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      List<String> notes) {
    List<String> setLimits = addMissing(container, "limits", limits);
    List<String> setRequests = addMissing(container, "requests", requests);
    if (!setRequests.isEmpty()) {
      notes.add(
          "%s request for %s %s"
              .formatted(String.join(", ", setRequests), what, container.string("name")));
    }
    if (!setLimits.isEmpty()) {
      notes.add(
          "%s limit for %s %s"
              .formatted(String.join(", ", setLimits), what, container.string("name")));
    }
  }

  private static List<String> addMissing(
      JsonObject container, String kind, Map<String, Quantity> defaults) {
    List<String> added = new ArrayList<>();
    JsonObject present = container.objectOrEmpty("resources").objectOrEmpty(kind);
    defaults.forEach((name, quantity) -> {
      if (!present.has(name)) {
        container.ensureObject("resources").ensureObject(kind).put(name, quantity.toString());
        added.add(name);
      }
    });
    return added;
  }
}
