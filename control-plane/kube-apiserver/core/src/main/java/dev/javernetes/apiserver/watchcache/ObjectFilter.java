package dev.javernetes.apiserver.watchcache;

import dev.javernetes.api.machinery.selector.FieldSelector;
import dev.javernetes.api.machinery.selector.LabelSelector;
import dev.javernetes.apiserver.registry.SelectableField;
import java.util.List;

/**
 * Which objects a list or watch wants.
 *
 * @param namespace {@code ""} for all
 * @param name {@code ""} for all; a name that the field selector demands counts
 * @param fieldNames of {@link CachedObject#fieldValues}, in their order
 */
public record ObjectFilter(
    String namespace,
    String name,
    LabelSelector labels,
    FieldSelector fields,
    List<String> fieldNames) {

  public static ObjectFilter of(
      String namespace,
      String name,
      LabelSelector labels,
      FieldSelector fields,
      List<SelectableField> selectable) {
    String wanted = fields.required("metadata.name");
    return new ObjectFilter(
        namespace,
        name.isEmpty() && wanted != null ? wanted : name,
        labels,
        fields,
        selectable.stream().map(SelectableField::name).toList());
  }

  public static ObjectFilter all(String namespace) {
    return new ObjectFilter(
        namespace, "", LabelSelector.EVERYTHING, FieldSelector.EVERYTHING, List.of());
  }

  public boolean matches(CachedObject object) {
    return (namespace.isEmpty() || namespace.equals(object.namespace()))
        && (name.isEmpty() || name.equals(object.name()))
        && (labels.isEverything() || labels.matches(object.labels()))
        && (fields.isEverything() || fields.matches(field -> value(object, field)));
  }

  /** Whether everything within the namespace matches. */
  public boolean selectsNothingOut() {
    return name.isEmpty() && labels.isEverything() && fields.isEverything();
  }

  private String value(CachedObject object, String field) {
    return switch (field) {
      case "metadata.name", "name" -> object.name();
      case "metadata.namespace" -> object.namespace();
      default -> {
        int index = fieldNames.indexOf(field);
        yield index < 0 || index >= object.fieldValues().size()
            ? ""
            : object.fieldValues().get(index);
      }
    };
  }
}
