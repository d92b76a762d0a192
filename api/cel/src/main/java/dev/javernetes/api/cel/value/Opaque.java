package dev.javernetes.api.cel.value;

/** A value of a library's own type; it is equal to what {@code equals} says. */
public interface Opaque {
  String typeName();

  /** How long it counts in the cost of an operation. */
  default long size() {
    return 1;
  }
}
