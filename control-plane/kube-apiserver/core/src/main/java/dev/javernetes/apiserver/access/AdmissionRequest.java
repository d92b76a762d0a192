package dev.javernetes.apiserver.access;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.request.UserInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation that is about to happen. A mutating plug-in changes {@link #object} in place (or
 * replaces it); a validating one only looks. Plug-ins refuse by throwing {@code ApiException}.
 *
 * <p>Objects are trees in the storage version for built-in kinds and in the request's version for
 * custom resources; {@link #kind} says which. For DELETE there is only an {@link #oldObject}
 * ({@code null} for a whole collection, before its items are known); for CONNECT {@link #object}
 * holds the options (PodExecOptions …); for a subresource of another kind (binding, eviction,
 * scale, token) it is that kind.
 */
public final class AdmissionRequest {
  private final Operation operation;
  private final ResourceDefinition resourceDefinition;
  private final GroupVersionResource resource;
  private final GroupVersionKind kind;
  private final String subresource;
  private final String namespace;
  private final String name;
  private @Nullable JsonObject object;
  private final @Nullable JsonObject oldObject;
  private final JsonObject options;
  private final boolean dryRun;
  private final UserInfo user;
  private final Consumer<String> warnings;
  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();

  public AdmissionRequest(
      Operation operation,
      ResourceDefinition resourceDefinition,
      GroupVersionResource resource,
      GroupVersionKind kind,
      String subresource,
      String namespace,
      String name,
      @Nullable JsonObject object,
      @Nullable JsonObject oldObject,
      JsonObject options,
      boolean dryRun,
      UserInfo user,
      Consumer<String> warnings) {
    this.operation = operation;
    this.resourceDefinition = resourceDefinition;
    this.resource = resource;
    this.kind = kind;
    this.subresource = subresource;
    this.namespace = namespace;
    this.name = name;
    this.object = object;
    this.oldObject = oldObject;
    this.options = options;
    this.dryRun = dryRun;
    this.user = user;
    this.warnings = warnings;
  }

  public Operation operation() {
    return operation;
  }

  public ResourceDefinition resourceDefinition() {
    return resourceDefinition;
  }

  public GroupVersionResource resource() {
    return resource;
  }

  public GroupResource groupResource() {
    return resource.groupResource();
  }

  public GroupVersionKind kind() {
    return kind;
  }

  /** {@code ""} for the resource itself. */
  public String subresource() {
    return subresource;
  }

  /** {@code ""} for a cluster-scoped resource; a Namespace's own name for namespaces. */
  public String namespace() {
    return namespace;
  }

  /** {@code ""} when the name is still to be generated, and for a whole collection. */
  public String name() {
    return name;
  }

  public @Nullable JsonObject object() {
    return object;
  }

  /** The object of a CREATE or UPDATE. */
  public JsonObject requireObject() {
    JsonObject present = object;
    if (present == null) {
      throw new IllegalStateException(operation + " without an object");
    }
    return present;
  }

  public void replaceObject(JsonObject changed) {
    object = changed;
  }

  public @Nullable JsonObject oldObject() {
    return oldObject;
  }

  /** CreateOptions, UpdateOptions, PatchOptions or DeleteOptions. */
  public JsonObject options() {
    return options;
  }

  public boolean dryRun() {
    return dryRun;
  }

  public UserInfo user() {
    return user;
  }

  /** Told to the client in a Warning header. */
  public void warn(String warning) {
    warnings.accept(warning);
  }

  public Map<String, String> auditAnnotations() {
    return auditAnnotations;
  }

  public boolean is(String group, String resourceName) {
    return resource.resource().equals(resourceName) && resource.group().equals(group);
  }
}
