package dev.javernetes.api.generator;

import java.util.List;

/**
 * A message as JSON shows it.
 *
 * @param protoName {@code k8s.io.api.core.v1.Pod}
 * @param kind whether it carries {@code kind} and {@code apiVersion}
 */
record TypeModel(String protoName, Comment comment, List<FieldModel> fields, boolean kind) {
  TypeModel {
    fields = List.copyOf(fields);
  }

  String simpleName() {
    return protoName.substring(protoName.lastIndexOf('.') + 1);
  }

  /** {@code k8s.io.api.core.v1}. */
  String protoPackage() {
    return protoName.substring(0, protoName.lastIndexOf('.'));
  }

  FieldModel field(String jsonName) {
    return fields.stream().filter(f -> f.jsonName().equals(jsonName)).findFirst().orElseThrow();
  }

  boolean has(String jsonName) {
    return fields.stream().anyMatch(f -> f.jsonName().equals(jsonName));
  }
}
