package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a resource.
 *
 * @param schema of the whole object
 * @param served whether clients reach it; a version may be stored and not served
 * @param storage whether objects are stored in it
 * @param deprecationWarning sent with each request when not {@code null}
 * @param selectableFields besides {@code metadata.name} and {@code metadata.namespace}
 */
public record ServedVersion(
    GroupVersionResource resource,
    GroupVersionKind kind,
    String listKind,
    Schema schema,
    boolean served,
    boolean storage,
    @Nullable String deprecationWarning,
    List<SelectableField> selectableFields,
    TableColumns columns) {
  public ServedVersion {
    selectableFields = List.copyOf(selectableFields);
  }
}
