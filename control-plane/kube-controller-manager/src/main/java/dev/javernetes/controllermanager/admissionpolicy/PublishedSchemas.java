package dev.javernetes.controllermanager.admissionpolicy;

import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The schemas that the server publishes at {@code /openapi/v3}, each read once. */
final class PublishedSchemas {
  private static final String REFERENCE = "#/components/schemas/";
  private static final JsonObject ANYTHING = JsonObject.of("type", "object");

  private final Function<String, JsonObject> get;
  private final Map<String, JsonObject> answers = new HashMap<>();

  /** {@code get} reads a path. */
  PublishedSchemas(Function<String, JsonObject> get) {
    this.get = get;
  }

  /** Empty if the server does not have it. */
  private JsonObject read(String path) {
    JsonObject known = answers.get(path);
    if (known != null) {
      return known;
    }
    JsonObject answer;
    try {
      answer = get.apply(path);
    } catch (ApiException refusal) {
      if (!refusal.is(StatusReason.NOT_FOUND)) {
        throw refusal;
      }
      answer = new JsonObject();
    }
    answers.put(path, answer);
    return answer;
  }

  /** {@code null} if the resource is not served. */
  @Nullable GroupVersionKind kind(GroupVersionResource resource) {
    GroupVersion version = new GroupVersion(resource.group(), resource.version());
    for (JsonObject served : read(resource.root()).objects("resources")) {
      if (served.string("name").equals(resource.resource())) {
        return version.kind(served.string("kind"));
      }
    }
    return null;
  }

  /** The schema of a kind with everything that it refers to put in place; {@code null} if none. */
  @Nullable JsonObject schema(GroupVersionKind kind) {
    String root = kind.groupVersion().resource("").root();
    JsonObject schemas =
        read("/openapi/v3" + root).objectOrEmpty("components").objectOrEmpty("schemas");
    for (String name : schemas.keySet()) {
      JsonObject schema = schemas.objectOrEmpty(name);
      for (JsonObject of : schema.objects("x-kubernetes-group-version-kind")) {
        if (of.string("group").equals(kind.group())
            && of.string("version").equals(kind.version())
            && of.string("kind").equals(kind.kind())) {
          return expanded(schemas, schema, new HashSet<>(Set.of(name)));
        }
      }
    }
    return null;
  }

  /** What refers to a schema that it is part of may be any object. */
  private static JsonObject expanded(JsonObject schemas, JsonObject schema, Set<String> within) {
    String reference = reference(schema);
    if (!reference.isEmpty()) {
      JsonObject target = schemas.object(reference);
      if (target == null || !within.add(reference)) {
        return ANYTHING;
      }
      JsonObject expanded = expanded(schemas, target, within);
      within.remove(reference);
      return expanded;
    }
    JsonObject expanded = new JsonObject(schema);
    if (schema.string("format").equals("int-or-string")) {
      expanded.put("x-kubernetes-int-or-string", true);
    }
    for (String inner : new String[] {"items", "additionalProperties"}) {
      JsonObject of = schema.object(inner);
      if (of != null) {
        expanded.put(inner, expanded(schemas, of, within));
      }
    }
    JsonObject properties = new JsonObject();
    JsonObject written = schema.objectOrEmpty("properties");
    for (String property : written.keySet()) {
      properties.put(property, expanded(schemas, written.objectOrEmpty(property), within));
    }
    expanded.put("properties", properties);
    return expanded;
  }

  /** References come in an {@code allOf} where they have a description of their own. */
  private static String reference(JsonObject schema) {
    String reference = schema.string("$ref");
    for (JsonObject of : schema.objects("allOf")) {
      reference = reference.isEmpty() ? of.string("$ref") : reference;
    }
    return reference.startsWith(REFERENCE) ? reference.substring(REFERENCE.length()) : reference;
  }
}
