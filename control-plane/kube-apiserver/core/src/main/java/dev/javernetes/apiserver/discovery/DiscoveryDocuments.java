package dev.javernetes.apiserver.discovery;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.BuiltInResources;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceRegistry;
import dev.javernetes.apiserver.registry.Scope;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The discovery documents of one state of the registry, in both forms: one {@code APIResourceList}
 * for each group and version, or all at once ({@code APIGroupDiscoveryList}, KEP-3352).
 */
public final class DiscoveryDocuments {

  /** Groups of other servers, aggregated here: name to versions, preferred first. */
  public record RemoteGroup(String name, List<String> versions, int priority) {
    public RemoteGroup {
      versions = List.copyOf(versions);
    }
  }

  /** What upstream 1.36 still writes to etcd in its beta form. */
  private static final Set<String> STORED_AS_BETA =
      Set.of(
          "CustomResourceDefinition", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding");

  private final ResourceRegistry registry;
  private final Supplier<List<RemoteGroup>> remoteGroups;

  public DiscoveryDocuments(ResourceRegistry registry, Supplier<List<RemoteGroup>> remoteGroups) {
    this.registry = registry;
    this.remoteGroups = remoteGroups;
  }

  /** {@code /api}. */
  public JsonObject apiVersions(String serverAddress) {
    return JsonObject.of(
        "kind",
        "APIVersions",
        "versions",
        new ArrayList<>(List.of("v1")),
        "serverAddressByClientCIDRs",
        new ArrayList<Object>(
            List.of(JsonObject.of("clientCIDR", "0.0.0.0/0", "serverAddress", serverAddress))));
  }

  /** {@code /apis}. */
  public JsonObject groupList() {
    List<Object> groups = new ArrayList<>();
    groups()
        .forEach((name, versions) -> {
          if (!name.isEmpty()) {
            groups.add(group(name, versions, false));
          }
        });
    return JsonObject.of("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
  }

  /** {@code /apis/apps}; {@code null} for a group that is not served. */
  public @Nullable JsonObject group(String name) {
    List<String> versions = groups().get(name);
    return versions == null ? null : group(name, versions, true);
  }

  private static JsonObject group(String name, List<String> versions, boolean alone) {
    List<Object> shown = new ArrayList<>();
    for (String version : versions) {
      shown.add(groupVersion(name, version));
    }
    JsonObject group = new JsonObject();
    if (alone) {
      group.put("kind", "APIGroup");
      group.put("apiVersion", "v1");
    }
    group.put("name", name);
    group.put("versions", shown);
    group.put("preferredVersion", groupVersion(name, versions.getFirst()));
    return group;
  }

  private static JsonObject groupVersion(String group, String version) {
    return JsonObject.of(
        "groupVersion", new GroupVersion(group, version).toString(), "version", version);
  }

  /** {@code /apis/apps/v1}; {@code null} if it is not served. */
  public @Nullable JsonObject resourceList(GroupVersion groupVersion) {
    List<Object> resources = new ArrayList<>();
    for (Entry entry : entries(groupVersion)) {
      resources.add(legacy(entry));
      for (SubresourceDefinition sub : offered(entry)) {
        JsonObject shown =
            JsonObject.of(
                "name",
                entry.version.resource().resource() + "/" + sub.name(),
                "singularName",
                "",
                "namespaced",
                entry.definition.scope() == Scope.NAMESPACED);
        GroupVersionKind kind = kindOf(entry, sub);
        if (!kind.groupVersion().equals(groupVersion)) {
          shown.put("group", kind.group());
          shown.put("version", kind.version());
        }
        shown.put("kind", kind.kind());
        shown.put("verbs", new ArrayList<Object>(sub.verbs()));
        resources.add(shown);
      }
    }
    if (resources.isEmpty()) {
      return null;
    }
    JsonObject list = JsonObject.of("kind", "APIResourceList");
    if (!groupVersion.group().isEmpty()) {
      list.put("apiVersion", "v1");
    }
    list.put("groupVersion", groupVersion.toString());
    list.put("resources", resources);
    return list;
  }

  /** A subresource of the object itself speaks the version that is asked about. */
  private static GroupVersionKind kindOf(Entry entry, SubresourceDefinition sub) {
    return sub.behaviour() == SubresourceDefinition.Behaviour.PART_OF_OBJECT
        ? entry.version.kind()
        : sub.kind();
  }

  private static JsonObject legacy(Entry entry) {
    ResourceDefinition definition = entry.definition;
    JsonObject shown =
        JsonObject.of(
            "name",
            entry.version.resource().resource(),
            "singularName",
            definition.singular(),
            "namespaced",
            definition.scope() == Scope.NAMESPACED,
            "kind",
            entry.version.kind().kind(),
            "verbs",
            verbs(definition.verbs()));
    putIfAny(shown, "shortNames", definition.shortNames());
    putIfAny(shown, "categories", definition.categories());
    if (definition.verbs().contains("update")) {
      shown.put("storageVersionHash", storageVersionHash(definition));
    }
    return shown;
  }

  /** {@code /api} and {@code /apis} for clients that take all at once. */
  public JsonObject aggregated(boolean core, String version) {
    List<Object> items = new ArrayList<>();
    groups()
        .forEach((name, versions) -> {
          if (name.isEmpty() == core) {
            items.add(aggregatedGroup(name, versions));
          }
        });
    return JsonObject.of(
        "kind",
        "APIGroupDiscoveryList",
        "apiVersion",
        "apidiscovery.k8s.io/" + version,
        "metadata",
        new JsonObject(),
        "items",
        items);
  }

  private JsonObject aggregatedGroup(String name, List<String> versions) {
    List<Object> shown = new ArrayList<>();
    for (String version : versions) {
      List<Object> resources = new ArrayList<>();
      for (Entry entry : entries(new GroupVersion(name, version))) {
        resources.add(aggregatedResource(entry));
      }
      JsonObject one = JsonObject.of("version", version);
      if (!resources.isEmpty()) {
        one.put("resources", resources);
      }
      one.put("freshness", resources.isEmpty() ? "Stale" : "Current");
      shown.add(one);
    }
    JsonObject metadata = name.isEmpty() ? new JsonObject() : JsonObject.of("name", name);
    return JsonObject.of("metadata", metadata, "versions", shown);
  }

  private static JsonObject aggregatedResource(Entry entry) {
    ResourceDefinition definition = entry.definition;
    JsonObject shown =
        JsonObject.of(
            "resource",
            entry.version.resource().resource(),
            "responseKind",
            responseKind(entry.version.kind(), entry),
            "scope",
            definition.scope() == Scope.NAMESPACED ? "Namespaced" : "Cluster",
            "singularResource",
            definition.singular(),
            "verbs",
            verbs(definition.verbs()));
    putIfAny(shown, "shortNames", definition.shortNames());
    putIfAny(shown, "categories", definition.categories());
    List<Object> subresources = new ArrayList<>();
    for (SubresourceDefinition sub : offered(entry)) {
      subresources.add(
          JsonObject.of(
              "subresource",
              sub.name(),
              "responseKind",
              responseKind(kindOf(entry, sub), entry),
              "verbs",
              new ArrayList<Object>(sub.verbs())));
    }
    if (!subresources.isEmpty()) {
      shown.put("subresources", subresources);
    }
    return shown;
  }

  /** Built-in kinds leave out the group and version that stand around them, as upstream does. */
  private static JsonObject responseKind(GroupVersionKind kind, Entry entry) {
    boolean implied =
        kind.groupVersion().equals(entry.version.kind().groupVersion())
            && !entry.definition.custom();
    return JsonObject.of(
        "group",
        implied ? "" : kind.group(),
        "version",
        implied ? "" : kind.version(),
        "kind",
        kind.kind());
  }

  // what is served

  private record Entry(ResourceDefinition definition, ServedVersion version) {}

  private List<Entry> entries(GroupVersion groupVersion) {
    List<Entry> entries = new ArrayList<>();
    for (ResourceDefinition definition : registry.all()) {
      for (ServedVersion version : definition.versions()) {
        if (version.served() && version.resource().groupVersion().equals(groupVersion)) {
          entries.add(new Entry(definition, version));
        }
      }
    }
    entries.sort(Comparator.comparing(entry -> entry.version.resource().resource()));
    return entries;
  }

  /** Groups in order, each with its versions, preferred first; the core group's name is empty. */
  public Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String apiVersion : BuiltInResources.groupVersions()) {
      GroupVersion builtIn = GroupVersion.parse(apiVersion);
      groups.computeIfAbsent(builtIn.group(), unused -> new ArrayList<>()).add(builtIn.version());
    }
    TreeSet<String> customGroups = new TreeSet<>();
    for (ResourceDefinition definition : registry.all()) {
      if (definition.custom() && definition.versions().stream().anyMatch(ServedVersion::served)) {
        customGroups.add(definition.groupResource().group());
      }
    }
    for (RemoteGroup remote : remoteGroups.get()) {
      groups.putIfAbsent(remote.name(), new ArrayList<>(remote.versions()));
    }
    for (String group : customGroups) {
      List<String> versions = groups.computeIfAbsent(group, unused -> new ArrayList<>());
      for (ResourceDefinition definition : registry.all()) {
        if (definition.groupResource().group().equals(group)) {
          for (ServedVersion version : definition.versions()) {
            String name = version.resource().version();
            if (version.served() && !versions.contains(name)) {
              versions.add(name);
            }
          }
        }
      }
      versions.sort(VersionOrder.PREFERRED_FIRST);
    }
    return groups;
  }

  private static List<SubresourceDefinition> offered(Entry entry) {
    return entry.definition.subresources().stream()
        .filter(sub -> entry.version.offers(sub.name()))
        .sorted(Comparator.comparing(SubresourceDefinition::name))
        .toList();
  }

  private static List<Object> verbs(List<String> verbs) {
    return new ArrayList<>(verbs);
  }

  private static void putIfAny(JsonObject object, String name, List<String> values) {
    if (!values.isEmpty()) {
      object.put(name, new ArrayList<Object>(values));
    }
  }

  /** So that a client sees when objects begin to be stored in another version. */
  private static String storageVersionHash(ResourceDefinition definition) {
    GroupVersionKind kind = definition.storageVersion().kind();
    String version = STORED_AS_BETA.contains(kind.kind()) ? "v1beta1" : kind.version();
    String text = kind.group() + "/" + version + "/" + kind.kind();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(Arrays.copyOf(digest, 8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
