package dev.javernetes.api.cel;

/** How much expressions may cost (upstream's {@code apiserver/pkg/apis/cel}). */
public final class Limits {
  /** One evaluation; about a tenth of a second. */
  public static final long PER_CALL = 1_000_000;

  /** All evaluations of a policy binding or of a custom resource's rules for one request. */
  public static final long PER_REQUEST = 10_000_000;

  /** All match conditions of one webhook or binding for one request. */
  public static final long MATCH_CONDITIONS = 2_500_000;

  /** The longest text that a messageExpression may yield, in bytes. */
  public static final int MESSAGE_BYTES = 5 * 1024;

  private Limits() {}
}
