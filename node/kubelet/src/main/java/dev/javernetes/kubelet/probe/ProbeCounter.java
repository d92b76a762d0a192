package dev.javernetes.kubelet.probe;

/**
 * Turns single answers into a verdict: only a run of equal answers as long as its threshold changes
 * it.
 *
 * <p>With {@code failureThreshold} 3, starting at SUCCESS: fail, fail, success, fail, fail, fail
 * gives SUCCESS five times, then FAILURE.
 *
 * @param run how many answers in a row were {@code lastAnswer}
 */
record ProbeCounter(
    int successThreshold, int failureThreshold, ProbeVerdict verdict, boolean lastAnswer, int run) {

  static ProbeCounter starting(int successThreshold, int failureThreshold, ProbeVerdict initial) {
    return new ProbeCounter(
        Math.max(1, successThreshold), Math.max(1, failureThreshold), initial, false, 0);
  }

  ProbeCounter after(boolean success) {
    int newRun = success == lastAnswer && run > 0 ? run + 1 : 1;
    int threshold = success ? successThreshold : failureThreshold;
    ProbeVerdict newVerdict =
        newRun < threshold ? verdict : success ? ProbeVerdict.SUCCESS : ProbeVerdict.FAILURE;
    return new ProbeCounter(successThreshold, failureThreshold, newVerdict, success, newRun);
  }
}
