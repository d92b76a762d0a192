package dev.javernetes.api.schema.openapi;

import dev.javernetes.api.machinery.GroupVersionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One method of one path, independent of OpenAPI's version.
 *
 * @param action {@code x-kubernetes-action}; {@code ""} for none
 * @param bodyType the schema's name of the request's body; {@code ""} for none
 * @param consumes media types of the body
 * @param answerType the schema's name of the answer; {@code ""} for text
 */
record Operation(
    String id,
    String tag,
    String description,
    String action,
    @Nullable GroupVersionKind kind,
    List<Parameter> parameters,
    String bodyType,
    boolean bodyRequired,
    List<String> consumes,
    String answerType,
    List<String> produces,
    List<Integer> codes) {

  Operation {
    parameters = List.copyOf(parameters);
    consumes = List.copyOf(consumes);
    produces = List.copyOf(produces);
    codes = List.copyOf(codes);
  }

  /** A query or path parameter. */
  record Parameter(String name, boolean inPath, String description, String type) {}
}
