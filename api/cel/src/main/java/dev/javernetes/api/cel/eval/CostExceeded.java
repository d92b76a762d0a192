package dev.javernetes.api.cel.eval;

/** Ends an evaluation that costs too much; no expression can make it void. */
public final class CostExceeded extends RuntimeException {
  public static final String MESSAGE = "operation cancelled: actual cost limit exceeded";
  private static final long serialVersionUID = 1;

  CostExceeded() {
    super(MESSAGE, null, false, false);
  }
}
