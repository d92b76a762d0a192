package dev.javernetes.client;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server serves, as it was when asked: each resource in its group's preferred version.
 *
 * @param resources without subresources
 * @param failures groups whose resources could not be read (an aggregated server is down), with why
 */
public record Discovery(List<Resource> resources, Map<String, String> failures) {

  /** One resource and what can be done with it. */
  public record Resource(
      GroupVersionResource resource, GroupVersionKind kind, boolean namespaced, Set<String> verbs) {
    public boolean can(String... needed) {
      return verbs.containsAll(List.of(needed));
    }
  }

  public Discovery {
    resources = List.copyOf(resources);
    failures = Map.copyOf(failures);
  }

  /** One request for the groups and one for each of their versions. */
  public static Discovery of(Client client) {
    Map<String, Resource> found = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    read(client, new GroupVersion("", "v1"), found, failures);
    for (JsonObject group : client.getJson("/apis").objects("groups")) {
      Set<String> versions = new LinkedHashSet<>();
      versions.add(group.objectOrEmpty("preferredVersion").string("version"));
      group.objects("versions").forEach(version -> versions.add(version.string("version")));
      for (String version : versions) {
        read(client, new GroupVersion(group.string("name"), version), found, failures);
      }
    }
    return new Discovery(new ArrayList<>(found.values()), failures);
  }

  /** The resource of a kind in any version of its group; null if none. */
  public @Nullable Resource ofKind(String group, String kind) {
    for (Resource resource : resources) {
      if (resource.kind.group().equals(group) && resource.kind.kind().equals(kind)) {
        return resource;
      }
    }
    return null;
  }

  private static void read(
      Client client,
      GroupVersion version,
      Map<String, Resource> found,
      Map<String, String> failures) {
    try {
      String root = version.resource("").root();
      for (JsonObject entry : client.getJson(root).objects("resources")) {
        String name = entry.string("name");
        if (name.indexOf('/') < 0) {
          found.putIfAbsent(
              name + "." + version.group(),
              new Resource(
                  version.resource(name),
                  version.kind(entry.string("kind")),
                  entry.bool("namespaced"),
                  Set.copyOf(new LinkedHashSet<>(entry.strings("verbs")))));
        }
      }
    } catch (ApiException refusal) {
      failures.put(version.toString(), String.valueOf(refusal.getMessage()));
    }
  }
}
