package dev.javernetes.apiserver.admission;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the class (of storage, of ingress) that an annotation marks as the default one. */
public final class DefaultClasses {
  private DefaultClasses() {}

  /** The name of the newest that one of the annotations marks; by name among equals. */
  public static Optional<String> newest(ObjectIndex classes, String... annotations) {
    return classes.list("").stream()
        .filter(one -> isMarked(one, List.of(annotations)))
        .map(one -> one.objectOrEmpty("metadata"))
        .min(
            Comparator.comparing((JsonObject metadata) -> metadata.string("creationTimestamp"))
                .reversed()
                .thenComparing(metadata -> metadata.string("name")))
        .map(metadata -> metadata.string("name"));
  }

  private static boolean isMarked(JsonObject one, List<String> annotations) {
    JsonObject present = one.objectOrEmpty("metadata").objectOrEmpty("annotations");
    return annotations.stream().anyMatch(annotation -> present.string(annotation).equals("true"));
  }
}
