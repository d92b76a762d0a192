package dev.javernetes.apiserver.admission;

import dev.javernetes.apiserver.access.Admission;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.MutatingAdmission;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs plug-ins in order: first all that mutate, later (once the object has been validated) all
 * that validate. A plug-in may do both. The first that refuses ends it.
 */
public final class AdmissionChain implements Admission {
  private final List<MutatingAdmission> mutating = new ArrayList<>();
  private final List<ValidatingAdmission> validating = new ArrayList<>();

  /** {@code plugins}: each a {@link MutatingAdmission}, a {@link ValidatingAdmission} or both. */
  public AdmissionChain(List<?> plugins) {
    for (Object plugin : plugins) {
      boolean known = false;
      if (plugin instanceof MutatingAdmission mutates) {
        mutating.add(mutates);
        known = true;
      }
      if (plugin instanceof ValidatingAdmission validates) {
        validating.add(validates);
        known = true;
      }
      if (!known) {
        throw new IllegalArgumentException("not an admission plug-in: " + plugin.getClass());
      }
    }
  }

  @Override
  public void mutate(AdmissionRequest request) {
    for (MutatingAdmission plugin : mutating) {
      if (plugin.handles(request.operation())) {
        plugin.admit(request);
      }
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    for (ValidatingAdmission plugin : validating) {
      if (plugin.handles(request.operation())) {
        plugin.validate(request);
      }
    }
  }
}
