package dev.javernetes.scheduler.framework;

import java.util.List;

/**
 * A plug-in's verdict. {@code unresolvable} means that removing other pods from the node would not
 * help, so that preemption need not look at it: a pod that does not tolerate a taint against one
 * that lacks CPU.
 *
 * @param plugin who said it; empty until the framework has filled it in
 */
public record Status(Code code, List<String> reasons, String plugin) {
  public enum Code {
    SUCCESS,
    ERROR,
    UNSCHEDULABLE,
    UNSCHEDULABLE_AND_UNRESOLVABLE,
    /** From permit: hold the pod until it is allowed. */
    WAIT,
    /** From preFilter and preScore: this plug-in has no say on this pod. */
    SKIP
  }

  public static final Status SUCCESS = new Status(Code.SUCCESS, List.of(), "");
  public static final Status SKIP = new Status(Code.SKIP, List.of(), "");

  public Status {
    reasons = List.copyOf(reasons);
  }

  public static Status unschedulable(String... reasons) {
    return new Status(Code.UNSCHEDULABLE, List.of(reasons), "");
  }

  public static Status unresolvable(String... reasons) {
    return new Status(Code.UNSCHEDULABLE_AND_UNRESOLVABLE, List.of(reasons), "");
  }

  public static Status error(String reason) {
    return new Status(Code.ERROR, List.of(reason), "");
  }

  public Status by(String plugin) {
    return isSuccess() || isSkip() ? this : new Status(code, reasons, plugin);
  }

  public boolean isSuccess() {
    return code == Code.SUCCESS;
  }

  public boolean isSkip() {
    return code == Code.SKIP;
  }

  /** Whether the pod cannot run for now, as opposed to something having gone wrong. */
  public boolean isRejected() {
    return code == Code.UNSCHEDULABLE || code == Code.UNSCHEDULABLE_AND_UNRESOLVABLE;
  }
}
