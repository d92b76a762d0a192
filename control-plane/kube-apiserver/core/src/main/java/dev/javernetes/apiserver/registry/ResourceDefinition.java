package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Everything the one resource engine has to know about a resource; built-in kinds and custom
 * resources differ in nothing else. {@code deployments.apps}: kind Deployment, list kind
 * DeploymentList, short name {@code deploy}, category {@code all}, subresources status and scale,
 * stored as apps/v1 under {@code /registry/deployments/<namespace>/<name>}.
 *
 * @param groupResource the resource's name for good, in its storage version's group
 * @param storagePrefix where its objects are stored, with a slash at its end: {@code
 *     /registry/pods/}, {@code /registry/services/specs/}, {@code /registry/minions/}
 * @param verbs what discovery shows, of the resource itself
 * @param versions what is served and stored, preferred first; an event is served in two groups
 * @param conversion between the versions
 * @param ttlSeconds how long an object lives (events: 3600); empty for ever
 * @param custom whether it comes from a CustomResourceDefinition
 */
public record ResourceDefinition(
    GroupResource groupResource,
    String singular,
    List<String> shortNames,
    List<String> categories,
    Scope scope,
    String storagePrefix,
    List<String> verbs,
    List<SubresourceDefinition> subresources,
    List<ServedVersion> versions,
    Conversion conversion,
    Strategy strategy,
    OptionalLong ttlSeconds,
    boolean custom) {

  public ResourceDefinition {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    verbs = List.copyOf(verbs);
    subresources = List.copyOf(subresources);
    versions = List.copyOf(versions);
    if (!storagePrefix.endsWith("/")) {
      throw new IllegalArgumentException("no slash at the end of " + storagePrefix);
    }
    if (versions.stream().filter(ServedVersion::storage).count() != 1) {
      throw new IllegalArgumentException("not exactly one storage version: " + groupResource);
    }
  }

  public boolean namespaced() {
    return scope == Scope.NAMESPACED;
  }

  public ServedVersion storageVersion() {
    for (ServedVersion version : versions) {
      if (version.storage()) {
        return version;
      }
    }
    throw new IllegalStateException("refused by the constructor");
  }

  /** The version that an object says it is of; {@code null} for none of this resource. */
  public @Nullable ServedVersion versionOf(JsonObject object) {
    String apiVersion = object.string("apiVersion");
    for (ServedVersion version : versions) {
      if (version.kind().apiVersion().equals(apiVersion)) {
        return version;
      }
    }
    return null;
  }

  /** What field selectors of any version may ask of a stored object, in the order of its values. */
  public List<SelectableField> scannedFields() {
    if (!custom) {
      return storageVersion().selectableFields();
    }
    Map<String, SelectableField> fields = new LinkedHashMap<>();
    for (ServedVersion version : versions) {
      version.selectableFields().forEach(field -> fields.putIfAbsent(field.name(), field));
    }
    return List.copyOf(fields.values());
  }

  public Optional<SubresourceDefinition> subresource(String name) {
    return subresources.stream().filter(sub -> sub.name().equals(name)).findFirst();
  }

  /** The store's key: {@code /registry/pods/default/web}. */
  public String key(String namespace, String name) {
    return namespaced() ? storagePrefix + namespace + "/" + name : storagePrefix + name;
  }

  /** Under which all objects of a namespace ({@code ""}: of all namespaces) are stored. */
  public String keyPrefix(String namespace) {
    return namespaced() && !namespace.isEmpty() ? storagePrefix + namespace + "/" : storagePrefix;
  }

  /**
   * The version in which admission and strategy see an object: the storage version of a built-in
   * kind (upstream's internal version), the request's own of a custom one.
   */
  public ServedVersion workingVersion(ServedVersion requested) {
    return custom ? requested : storageVersion();
  }
}
