package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupVersionKind;

/**
 * What upstream's messages call the Go types behind kinds: {@code core.Pod}, {@code
 * policy.Eviction}.
 */
final class GoTypes {
  private GoTypes() {}

  /** The internal type of a built-in kind. */
  static String internal(GroupVersionKind kind) {
    String group = kind.group();
    int dot = group.indexOf('.');
    boolean core = group.isEmpty() || group.equals("events.k8s.io");
    return (core ? "core" : dot < 0 ? group : group.substring(0, dot)) + "." + kind.kind();
  }

  /** Go's {@code %T} of an object, or of a list of such objects. */
  static String pointer(RequestScope scope, boolean list) {
    String type =
        scope.definition().custom()
            ? "unstructured.Unstructured"
            : internal(scope.requested().kind());
    return "*" + type + (list ? "List" : "");
  }
}
