package dev.javernetes.api.generator;

import java.util.List;

/**
 * A JSON member of a type.
 *
 * @param protoParents field numbers of the embedded messages that hold the field in protobuf, outer
 *     first; empty for most. {@code Volume.hostPath} has [2] and number 1: JSON writes VolumeSource
 *     in place
 * @param typeMeta {@code kind} or {@code apiVersion}, which protobuf leaves to the envelope
 */
record FieldModel(
    String jsonName,
    ValueType type,
    int protoNumber,
    List<Integer> protoParents,
    Comment comment,
    boolean required,
    boolean typeMeta) {
  FieldModel {
    protoParents = List.copyOf(protoParents);
  }
}
