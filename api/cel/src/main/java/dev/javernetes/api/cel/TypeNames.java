package dev.javernetes.api.cel;

import dev.cel.common.types.CelType;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Types as Go's cel prints them: in full, or shortened as its compiler's messages do. */
final class TypeNames {
  private TypeNames() {}

  /** {@code list(string)}, {@code google.protobuf.Timestamp}, {@code null_type}. */
  static String of(CelType type) {
    return of(type, CelType::name);
  }

  /** {@code timestamp}, {@code null}. */
  static String shortened(CelType type) {
    return of(
        type,
        one ->
            switch (one.kind()) {
              case TIMESTAMP -> "timestamp";
              case DURATION -> "duration";
              case ANY -> "any";
              case NULL_TYPE -> "null";
              default -> one.name();
            });
  }

  private static String of(CelType type, Function<CelType, String> name) {
    return type.parameters().isEmpty()
        ? name.apply(type)
        : type.parameters().stream()
            .map(one -> of(one, name))
            .collect(Collectors.joining(", ", name.apply(type) + "(", ")"));
  }
}
