package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;

/** Compiles the CEL expression of a device selector: the port to the CEL compiler. */
@FunctionalInterface
public interface SelectorCheck {

  /** Adds what is wrong with the expression; its length is within bounds already. */
  void check(String expression, FieldPath path, ErrorList errors);
}
