package dev.javernetes.api.cel.value;

/** CEL's {@code null}: no value is ever Java's. */
public enum NullValue {
  NULL
}
