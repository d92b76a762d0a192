package dev.javernetes.pki;

import org.jspecify.annotations.Nullable;

/** A key, certificate or PEM file that cannot be read, written or used; says which and why. */
public final class PkiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PkiException(String message) {
    super(message);
  }

  public PkiException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
