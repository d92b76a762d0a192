package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A definition's spec in the form that upstream validates: what all versions have in common stands
 * at the top and no longer in the versions, so that an error names {@code
 * spec.validation.openAPIV3Schema} where there is one version only.
 *
 * <pre>
 * {versions: [{name: v1, schema: S}]}   →   {version: v1, validation: S, versions: [{name: v1}]}
 * </pre>
 */
record InternalSpec(JsonObject tree, List<JsonObject> versions) {
  private static final List<String> SHARED =
      List.of("subresources", "schema", "additionalPrinterColumns", "selectableFields");

  InternalSpec {
    versions = List.copyOf(versions);
  }

  static InternalSpec of(JsonObject spec) {
    JsonObject tree = new JsonObject(spec);
    List<JsonObject> versions = new ArrayList<>();
    spec.objects("versions").forEach(version -> versions.add(new JsonObject(version)));
    if (!versions.isEmpty()) {
      tree.put("version", versions.getFirst().string("name"));
      for (String part : SHARED) {
        hoist(tree, versions, part);
      }
    }
    tree.put("conversion", conversion(spec.object("conversion")));
    return new InternalSpec(tree, versions);
  }

  private static void hoist(JsonObject tree, List<JsonObject> versions, String part) {
    Object first = given(versions.getFirst().get(part));
    if (versions.stream().allMatch(version -> Objects.equals(given(version.get(part)), first))) {
      if (first != null) {
        tree.put(part.equals("schema") ? "validation" : part, first);
      }
      versions.forEach(version -> version.remove(part));
    }
  }

  /** An empty list is as good as none. */
  private static @Nullable Object given(@Nullable Object value) {
    return value instanceof List<?> list && list.isEmpty() ? null : value;
  }

  private static @Nullable JsonObject conversion(@Nullable JsonObject conversion) {
    if (conversion == null) {
      return null;
    }
    JsonObject internal = JsonObject.of("strategy", conversion.get("strategy"));
    JsonObject webhook = conversion.object("webhook");
    if (webhook != null) {
      internal.put("webhookClientConfig", webhook.get("clientConfig"));
      internal.put("conversionReviewVersions", webhook.get("conversionReviewVersions"));
    }
    return internal;
  }

  /** Every schema that the spec has. */
  List<JsonObject> schemas() {
    List<JsonObject> schemas = new ArrayList<>();
    add(schemas, tree.object("validation"));
    versions.forEach(version -> add(schemas, version.object("schema")));
    return schemas;
  }

  private static void add(List<JsonObject> schemas, @Nullable JsonObject validation) {
    if (validation != null && validation.object("openAPIV3Schema") instanceof JsonObject schema) {
      schemas.add(schema);
    }
  }

  /** The schema of a version, wherever it stands; {@code null} for none. */
  @Nullable JsonObject schemaOf(JsonObject version) {
    JsonObject own = version.object("schema");
    JsonObject validation = own == null ? tree.object("validation") : own;
    return validation == null ? null : validation.object("openAPIV3Schema");
  }

  boolean preservesUnknownFields() {
    return tree.bool("preserveUnknownFields");
  }
}
