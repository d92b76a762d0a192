package dev.javernetes.apiserver.strategy.resource;

import dev.javernetes.api.cel.CompileException;
import dev.javernetes.api.cel.DeviceSelectors;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;

/** Compiles device selectors to see whether they can be, and at what cost. */
public final class CompiledSelectors implements SelectorCheck {
  @Override
  public void check(String expression, FieldPath path, ErrorList errors) {
    try {
      if (DeviceSelectors.isTooComplex(DeviceSelectors.compile(expression))) {
        errors.forbidden(path, "too complex, exceeds cost limit");
      }
    } catch (CompileException bad) {
      errors.invalid(path, expression, bad.reason());
    }
  }
}
