package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an object keeps what its Scale shows.
 *
 * @param labelSelector a LabelSelector, a map of labels or a selector's text; empty for none
 */
public record ScalePaths(
    List<String> specReplicas, List<String> statusReplicas, List<String> labelSelector) {

  /** As Deployments and their like have it. */
  public static final ScalePaths USUAL =
      new ScalePaths(
          List.of("spec", "replicas"), List.of("status", "replicas"), List.of("spec", "selector"));

  public ScalePaths {
    specReplicas = List.copyOf(specReplicas);
    statusReplicas = List.copyOf(statusReplicas);
    labelSelector = List.copyOf(labelSelector);
  }

  public long replicas(JsonObject object) {
    return number(object.at(specReplicas.toArray(String[]::new)));
  }

  public long statusReplicas(JsonObject object) {
    return number(object.at(statusReplicas.toArray(String[]::new)));
  }

  public @Nullable Object selector(JsonObject object) {
    return labelSelector.isEmpty() ? null : object.at(labelSelector.toArray(String[]::new));
  }

  public void setReplicas(JsonObject object, long replicas) {
    JsonObject parent = object;
    for (String part : specReplicas.subList(0, specReplicas.size() - 1)) {
      parent = parent.ensureObject(part);
    }
    parent.put(specReplicas.getLast(), replicas);
  }

  /** {@code .spec.replicas} in parts; none of an empty path. */
  public static List<String> parts(String jsonPath) {
    String plain = jsonPath.startsWith(".") ? jsonPath.substring(1) : jsonPath;
    return plain.isEmpty() ? List.of() : List.of(plain.split("\\."));
  }

  public boolean hasReplicas(JsonObject object) {
    return object.at(specReplicas.toArray(String[]::new)) != null;
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }
}
