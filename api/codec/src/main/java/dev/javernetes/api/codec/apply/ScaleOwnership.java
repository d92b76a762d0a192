package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a scaled object's replicas, seen through its {@code scale} subresource: the same entries
 * as in the object, with {@code spec.replicas} of {@code autoscaling/v1} in place of the object's
 * own path.
 *
 * <pre>
 * Deployment  kubectl Apply apps/v1        {f:spec: {f:replicas, f:paused}}
 * Scale       kubectl Apply autoscaling/v1 {f:spec: {f:replicas}}
 * </pre>
 *
 * A scale that took the replicas from somebody takes them from the object's entry too (KEP-555).
 *
 * @param parent the scaled object's managedFields
 * @param apiVersion the version of the request
 * @param replicas where each version of the object has its replicas
 */
public record ScaleOwnership(
    List<JsonObject> parent, String apiVersion, Map<String, List<String>> replicas) {
  private static final String SCALE = "autoscaling/v1";
  private static final FieldSet IN_SCALE = FieldSet.ofFields(List.of(List.of("spec", "replicas")));

  public ScaleOwnership {
    parent = List.copyOf(parent);
    replicas = Map.copyOf(replicas);
  }

  /** The scale's managedFields. */
  public List<@Nullable Object> inScale() {
    Managers managers = Managers.decode(parent);
    Managers shown = new Managers();
    for (ManagerId id : managers.ids()) {
      Managers.Owned owned = managers.get(id);
      FieldSet path = owned == null ? null : path(owned.apiVersion());
      if (owned != null && path != null && has(owned.fields(), path)) {
        shown.put(id, IN_SCALE, SCALE);
        shown.touchAs(id, managers);
      }
    }
    return shown.encode();
  }

  /** The object's managedFields after the scale's have become {@code scale}. */
  public List<@Nullable Object> inParent(List<JsonObject> scale) {
    Managers before = Managers.decode(parent);
    Managers scaled = Managers.decode(scale);
    Managers after = new Managers();
    for (ManagerId id : before.ids()) {
      Managers.Owned owned = before.get(id);
      FieldSet path = owned == null ? null : path(owned.apiVersion());
      if (owned == null || path == null) {
        continue; // a version that is no longer known
      }
      boolean stolen = has(owned.fields(), path) && scaled.get(id) == null;
      after.put(id, stolen ? owned.fields().difference(path) : owned.fields(), owned.apiVersion());
      after.touchAs(id, before);
      if (has(owned.fields(), path)) {
        scaled.remove(id);
      }
    }
    FieldSet path = path(apiVersion);
    for (ManagerId id : scaled.ids()) {
      Managers.Owned owned = scaled.get(id);
      if (owned != null && path != null && has(owned.fields(), IN_SCALE)) {
        after.put(id, path, apiVersion);
        after.touchAs(id, before); // as upstream: a new one has no time
      }
    }
    return after.encode();
  }

  private @Nullable FieldSet path(String version) {
    List<String> path = replicas.get(version);
    return path == null ? null : FieldSet.ofFields(List.of(path));
  }

  private static boolean has(FieldSet fields, FieldSet path) {
    return !fields.intersection(path).isEmpty();
  }
}
