package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.schema.Schema;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One version of a resource.
 *
 * @param schema of the whole object
 * @param served whether clients reach it; a version may be stored and not served
 * @param storage whether objects are stored in it
 * @param deprecationWarning sent with each request when not {@code null}
 * @param selectableFields besides {@code metadata.name} and {@code metadata.namespace}
 * @param offered the subresources of this version; {@code null} for all that the resource has
 * @param scalePaths where an object keeps what its Scale shows
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
    TableColumns columns,
    @Nullable Set<String> offered,
    ScalePaths scalePaths) {
  public ServedVersion {
    selectableFields = List.copyOf(selectableFields);
    offered = offered == null ? null : Set.copyOf(offered);
  }

  /** A version with all subresources of its resource. */
  public ServedVersion(
      GroupVersionResource resource,
      GroupVersionKind kind,
      String listKind,
      Schema schema,
      boolean served,
      boolean storage,
      @Nullable String deprecationWarning,
      List<SelectableField> selectableFields,
      TableColumns columns) {
    this(
        resource,
        kind,
        listKind,
        schema,
        served,
        storage,
        deprecationWarning,
        selectableFields,
        columns,
        null,
        ScalePaths.USUAL);
  }

  public boolean offers(String subresource) {
    return offered == null || offered.contains(subresource);
  }
}
