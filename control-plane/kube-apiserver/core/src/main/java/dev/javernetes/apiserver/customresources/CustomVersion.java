package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.StructuralSchemas;
import org.jspecify.annotations.Nullable;

/**
 * One version of a custom resource, as its definition has it.
 *
 * @param schema structural, without what every object has
 * @param hasStatus whether the status is written through a subresource only
 * @param scale {@code spec.versions[].subresources.scale}; {@code null} for none
 */
record CustomVersion(
    GroupVersionKind kind, Schema schema, boolean hasStatus, @Nullable JsonObject scale) {
  static CustomVersion of(JsonObject version, GroupVersionKind kind) {
    JsonObject subresources = version.objectOrEmpty("subresources");
    return new CustomVersion(
        kind,
        StructuralSchemas.parse(version.objectOrEmpty("schema").objectOrEmpty("openAPIV3Schema")),
        subresources.has("status"),
        subresources.object("scale"));
  }
}
