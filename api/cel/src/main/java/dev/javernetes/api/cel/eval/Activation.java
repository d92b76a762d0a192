package dev.javernetes.api.cel.eval;

import org.jspecify.annotations.Nullable;

/** Gives variables their values; a value may be computed when it is first asked for. */
@FunctionalInterface
public interface Activation {
  /** {@code null} if there is no such variable. */
  @Nullable Object variable(String name);
}
