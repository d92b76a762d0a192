package dev.javernetes.apiserver.registry;

import java.util.List;

/**
 * A field that a field selector may name.
 *
 * @param name as in the selector: {@code spec.nodeName}
 * @param path where its value stands in the object
 * @param absent its value where it is not there: {@code ""}, {@code "false"}, {@code "0"}
 */
public record SelectableField(String name, List<String> path, String absent) {
  public SelectableField {
    path = List.copyOf(path);
  }

  /** A string field whose path is its name. */
  public static SelectableField of(String name) {
    return new SelectableField(name, List.of(name.split("\\.")), "");
  }
}
