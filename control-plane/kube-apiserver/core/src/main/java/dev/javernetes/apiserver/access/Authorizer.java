package dev.javernetes.apiserver.access;

/** Says whether a request may be done. Must answer from memory: it is asked on every request. */
@FunctionalInterface
public interface Authorizer {

  /** One authorizer's word; the first that is not {@code NO_OPINION} counts. */
  enum Verdict {
    ALLOW,
    DENY,
    NO_OPINION
  }

  /** A verdict and why, as users see it. */
  record Decision(Verdict verdict, String reason) {
    public static final Decision NO_OPINION = new Decision(Verdict.NO_OPINION, "");

    public boolean allowed() {
      return verdict == Verdict.ALLOW;
    }
  }

  Decision authorize(RequestAttributes attributes);
}
