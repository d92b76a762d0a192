package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What has to be known of all definitions when one of them changes: names, versions, conditions.
 * Schemas are left out, so that a thousand definitions cost little.
 */
final class KnownDefinitions {
  private final Map<String, JsonObject> byName = new ConcurrentHashMap<>();

  void put(JsonObject definition) {
    JsonObject spec = definition.objectOrEmpty("spec");
    List<Object> versions = new ArrayList<>();
    for (JsonObject version : spec.objects("versions")) {
      versions.add(JsonObject.of("name", version.string("name"), "served", version.bool("served")));
    }
    byName.put(
        name(definition),
        JsonObject.of(
            "metadata",
            JsonObject.of("name", name(definition)),
            "spec",
            JsonObject.of(
                "group", spec.string("group"), "names", spec.get("names"), "versions", versions),
            "status",
            definition.objectOrEmpty("status")));
  }

  void remove(JsonObject definition) {
    byName.remove(name(definition));
  }

  static String name(JsonObject definition) {
    return definition.objectOrEmpty("metadata").string("name");
  }

  static String group(JsonObject definition) {
    return definition.objectOrEmpty("spec").string("group");
  }

  /** The definitions of the same group but this one. */
  List<JsonObject> beside(JsonObject definition) {
    return byName.values().stream()
        .filter(other -> group(other).equals(group(definition)))
        .filter(other -> !name(other).equals(name(definition)))
        .toList();
  }

  /** The versions of a group that any definition has served. */
  Set<String> served(String group) {
    Set<String> served = new TreeSet<>();
    for (JsonObject definition : byName.values()) {
      if (group(definition).equals(group)) {
        for (JsonObject version : DefinitionStrategy.versions(definition)) {
          if (version.bool("served")) {
            served.add(version.string("name"));
          }
        }
      }
    }
    return served;
  }
}
