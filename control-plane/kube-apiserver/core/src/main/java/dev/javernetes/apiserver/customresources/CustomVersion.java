package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import dev.javernetes.apiserver.customresources.rules.ObjectRules;
import org.jspecify.annotations.Nullable;

/**
 * One version of a custom resource, as its definition has it.
 *
 * @param schema structural, without what every object has
 * @param rules those of the schema in CEL; {@code null} if it has none
 * @param hasStatus whether the status is written through a subresource only
 * @param scale {@code spec.versions[].subresources.scale}; {@code null} for none
 */
record CustomVersion(
    GroupVersionKind kind,
    Schema schema,
    @Nullable ObjectRules rules,
    boolean hasStatus,
    @Nullable JsonObject scale) {
  static CustomVersion of(JsonObject version, GroupVersionKind kind) {
    JsonObject subresources = version.objectOrEmpty("subresources");
    JsonObject schema = version.objectOrEmpty("schema").objectOrEmpty("openAPIV3Schema");
    return new CustomVersion(
        kind,
        StructuralSchemas.parse(schema),
        ObjectRules.of(schema),
        subresources.has("status"),
        subresources.object("scale"));
  }
}
