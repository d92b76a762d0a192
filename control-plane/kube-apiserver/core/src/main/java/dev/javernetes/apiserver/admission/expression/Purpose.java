package dev.javernetes.apiserver.admission.expression;

import dev.javernetes.api.cel.Compiled;
import java.util.List;

/**
 * What an expression of a policy or webhook is for, by which its type and what it sees are known.
 */
public enum Purpose {
  MATCH_CONDITION(List.of("bool")),
  VALIDATION(List.of("bool")),
  MESSAGE(List.of("string")),
  AUDIT_ANNOTATION(List.of("string", "null_type")),
  VARIABLE(List.of()),
  APPLY_CONFIGURATION(List.of("Object")),
  JSON_PATCH(List.of("list(JSONPatch)"));

  private final List<String> types;

  Purpose(List<String> types) {
    this.types = types;
  }

  boolean seesAuthorizer() {
    return this != MESSAGE;
  }

  boolean patches() {
    return this == APPLY_CONFIGURATION || this == JSON_PATCH;
  }

  /** What is wrong with the expression's type; empty if nothing is. */
  String complaint(Compiled compiled) {
    String type = compiled.typeName();
    if (types.isEmpty() || types.contains(type)) {
      return "";
    }
    return types.size() == 1
        ? "must evaluate to " + types.getFirst() + " but got " + type
        : "must evaluate to one of [" + String.join(" ", types) + "] but got " + type;
  }
}
