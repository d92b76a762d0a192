package dev.javernetes.apiserver.admission.pod;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.Denials;
import dev.javernetes.apiserver.admission.ObjectIndex;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Fills in a new pod's priority and preemption policy from its priority class or the cluster's
 * default class; lets only one class be the default.
 */
public final class Priority implements MutatingAdmission, ValidatingAdmission {
  private static final String PREEMPT = "PreemptLowerPriority";

  private final ObjectIndex classes;

  public Priority(ObjectIndex classes) {
    this.classes = classes;
  }

  @Override
  public boolean handles(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.UPDATE;
  }

  @Override
  public void admit(AdmissionRequest request) {
    if (!Pods.isPod(request)) {
      return;
    }
    JsonObject spec = request.requireObject().ensureObject("spec");
    if (request.operation() == Operation.UPDATE) {
      keep(spec, request.oldObject());
      return;
    }
    long value = 0;
    String policy = PREEMPT;
    JsonObject priorityClass = priorityClass(request, spec.string("priorityClassName"));
    if (priorityClass != null) {
      spec.put("priorityClassName", priorityClass.objectOrEmpty("metadata").string("name"));
      value = priorityClass.integer("value");
      policy = priorityClass.string("preemptionPolicy");
    }
    Long given = spec.integerOrNull("priority");
    if (given != null && given != value) {
      throw Denials.forbidden(
          request,
          ("the integer value of priority (%d) must not be provided in pod spec; priority admission"
                  + " controller computed %d from the given PriorityClass name")
              .formatted(given, value));
    }
    spec.put("priority", value);
    if (policy.isEmpty()) {
      return;
    }
    String givenPolicy = spec.string("preemptionPolicy");
    if (!givenPolicy.isEmpty() && !givenPolicy.equals(policy)) {
      throw Denials.forbidden(
          request,
          ("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority"
                  + " admission controller computed %s from the given PriorityClass name")
              .formatted(givenPolicy, policy));
    }
    spec.put("preemptionPolicy", policy);
  }

  private static void keep(JsonObject spec, @Nullable JsonObject old) {
    if (old == null) {
      return;
    }
    JsonObject before = old.objectOrEmpty("spec");
    for (String field : new String[] {"priority", "preemptionPolicy"}) {
      if (!spec.has(field) && before.has(field)) {
        spec.put(field, before.get(field));
      }
    }
  }

  private @Nullable JsonObject priorityClass(AdmissionRequest request, String name) {
    if (name.isEmpty()) {
      return defaultClass();
    }
    JsonObject found = classes.get("", name);
    if (found == null) {
      throw Denials.forbidden(request, "no PriorityClass with name " + name + " was found");
    }
    return found;
  }

  /** If there are several by a race, the lowest. */
  private @Nullable JsonObject defaultClass() {
    return classes.list("").stream()
        .filter(one -> one.bool("globalDefault"))
        .min(Comparator.comparingLong(one -> one.integer("value")))
        .orElse(null);
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.is("scheduling.k8s.io", "priorityclasses")
        || !request.subresource().isEmpty()
        || !request.requireObject().bool("globalDefault")) {
      return;
    }
    JsonObject present = defaultClass();
    if (present == null) {
      return;
    }
    String name = present.objectOrEmpty("metadata").string("name");
    if (request.operation() == Operation.CREATE || !name.equals(request.name())) {
      throw Denials.forbidden(
          request,
          "PriorityClass %s is already marked as default. Only one default can exist"
              .formatted(name));
    }
  }
}
