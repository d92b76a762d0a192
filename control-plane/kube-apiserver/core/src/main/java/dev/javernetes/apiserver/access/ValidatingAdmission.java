package dev.javernetes.apiserver.access;

/** A plug-in that may refuse the object as it would be stored. */
public interface ValidatingAdmission {
  boolean handles(Operation operation);

  void validate(AdmissionRequest request);
}
