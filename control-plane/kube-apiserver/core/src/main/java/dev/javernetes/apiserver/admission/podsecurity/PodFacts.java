package dev.javernetes.apiserver.admission.podsecurity;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A pod as the checks see it, and the words they describe offenders with. */
record PodFacts(JsonObject metadata, JsonObject spec) {

  /** Init containers, containers, ephemeral containers, in this order. */
  List<JsonObject> containers() {
    List<JsonObject> all = new ArrayList<>();
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      all.addAll(spec.objects(list));
    }
    return all;
  }

  JsonObject podContext() {
    return spec.objectOrEmpty("securityContext");
  }

  static JsonObject context(JsonObject container) {
    return container.objectOrEmpty("securityContext");
  }

  List<String> names(Predicate<JsonObject> offends) {
    return containers().stream()
        .filter(offends)
        .map(container -> container.string("name"))
        .toList();
  }

  boolean windows() {
    return spec.objectOrEmpty("os").string("name").equals("windows");
  }

  /** In a user namespace root is nobody outside (KEP-127). */
  boolean userNamespace() {
    return Boolean.FALSE.equals(spec.boolOrNull("hostUsers"));
  }

  /** {@code container "a"} or {@code containers "a", "b"}. */
  static String named(String singular, List<String> names) {
    return (names.size() == 1 ? singular : singular + "s") + " " + quoted(names);
  }

  static String quoted(List<String> items) {
    return items.isEmpty() ? "" : "\"" + String.join("\", \"", items) + "\"";
  }

  /** {@code pod and container "a"}; empty if nobody offends. */
  static String setters(boolean pod, List<String> containers) {
    List<String> setters = new ArrayList<>();
    if (pod) {
      setters.add("pod");
    }
    if (!containers.isEmpty()) {
      setters.add(named("container", containers));
    }
    return String.join(" and ", setters);
  }
}
