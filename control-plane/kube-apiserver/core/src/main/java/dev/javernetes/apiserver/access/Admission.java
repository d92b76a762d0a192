package dev.javernetes.apiserver.access;

/**
 * The whole chain as the pipeline sees it: all mutating plug-ins in order, then (after the
 * strategy's own validation) all validating ones.
 */
public interface Admission {

  /** Lets everything pass. */
  Admission NONE =
      new Admission() {
        @Override
        public void mutate(AdmissionRequest request) {}

        @Override
        public void validate(AdmissionRequest request) {}
      };

  void mutate(AdmissionRequest request);

  void validate(AdmissionRequest request);
}
