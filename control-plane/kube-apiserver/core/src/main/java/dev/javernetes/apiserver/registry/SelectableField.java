package dev.javernetes.apiserver.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field that a field selector may name.
 *
 * @param name as in the selector: {@code spec.nodeName}
 * @param path where its value stands in the object
 * @param absent its value where it is not there: {@code ""}, {@code "false"}, {@code "0"}
 * @param otherwise the name of the selectable field whose value it has where its own is empty
 */
public record SelectableField(
    String name, List<String> path, String absent, @Nullable String otherwise) {
  public SelectableField {
    path = List.copyOf(path);
  }

  public SelectableField(String name, List<String> path, String absent) {
    this(name, path, absent, null);
  }

  /** A string field whose path is its name. */
  public static SelectableField of(String name) {
    return new SelectableField(name, List.of(name.split("\\.")), "");
  }
}
