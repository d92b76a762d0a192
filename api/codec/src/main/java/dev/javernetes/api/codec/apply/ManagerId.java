package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.field.GoQuote;

/**
 * Who owns fields: a client's name, how it wrote, in which version and through which subresource.
 * An applier is the same in every version, an updater is one per version.
 *
 * @param apiVersion empty for an applier
 */
record ManagerId(String manager, Operation operation, String apiVersion, String subresource) {
  enum Operation {
    APPLY("Apply"),
    UPDATE("Update");

    private final String text;

    Operation(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  ManagerId {
    if (operation == Operation.APPLY) {
      apiVersion = "";
    }
  }

  static ManagerId of(String manager, Operation operation, String apiVersion, String subresource) {
    return new ManagerId(
        manager.isEmpty() ? "unknown" : manager, operation, apiVersion, subresource);
  }

  /** As conflicts name it: {@code "kubectl-edit" with subresource "status" using v1}. */
  String shown() {
    String shown = GoQuote.quote(manager);
    if (!subresource.isEmpty()) {
      shown += " with subresource " + GoQuote.quote(subresource);
    }
    return operation == Operation.UPDATE ? shown + " using " + apiVersion : shown;
  }
}
