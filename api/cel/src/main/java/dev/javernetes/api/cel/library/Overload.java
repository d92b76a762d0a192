package dev.javernetes.api.cel.library;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.javernetes.api.cel.value.Bytes;
import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Opaque;
import dev.javernetes.api.cel.value.Opt;
import dev.javernetes.api.cel.value.Uint;
import dev.javernetes.api.cel.value.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One way to call a function.
 *
 * @param id cel-go's name for it, by which costs are known
 * @param member whether it is written {@code x.f(y)}: then {@code x} is the first parameter
 */
public record Overload(
    String id, boolean member, CelType result, List<CelType> parameters, Body body) {

  public Overload {
    parameters = List.copyOf(parameters);
  }

  boolean accepts(Object[] arguments) {
    if (arguments.length != parameters.size()) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!accepts(parameters.get(i), arguments[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean accepts(CelType type, Object value) {
    return switch (type.kind()) {
      case STRING -> value instanceof String;
      case INT -> value instanceof Long;
      case UINT -> value instanceof Uint;
      case DOUBLE -> value instanceof Double;
      case BOOL -> value instanceof Boolean;
      case BYTES -> value instanceof Bytes;
      case DURATION -> value instanceof Duration;
      case TIMESTAMP -> value instanceof Instant;
      case NULL_TYPE -> value instanceof NullValue;
      case LIST ->
          value instanceof List<?> list
              && (list.isEmpty()
                  || type.parameters().getFirst().kind() == CelKind.LIST
                  || accepts(type.parameters().getFirst(), Values.of(list.getFirst())));
      case MAP -> value instanceof Map<?, ?>;
      case OPAQUE, STRUCT ->
          type.name().equals("optional_type")
              ? value instanceof Opt
              : value instanceof Opaque opaque && opaque.typeName().equals(type.name());
      case DYN, ANY, TYPE_PARAM -> true;
      case TYPE, ERROR, UNSPECIFIED -> false;
    };
  }
}
