package dev.javernetes.apiserver.access;

/** A plug-in that may change the object before it is validated. */
public interface MutatingAdmission {
  boolean handles(Operation operation);

  void admit(AdmissionRequest request);
}
