package dev.javernetes.api.cel.value;

import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as they leave the language. */
public final class JsonForm {
  private JsonForm() {}

  /** Fails if there is no such JSON: a type, a function's own value. */
  public static @Nullable Object of(Object value) {
    return switch (value) {
      case NullValue unused -> null;
      case String text -> text;
      case Boolean bool -> bool;
      case Long number -> number;
      case Double number -> number;
      case Uint number -> number.bits() >= 0 ? (Object) number.bits() : number.doubleValue();
      case Bytes bytes -> Base64.getEncoder().encodeToString(bytes.toArray());
      case Instant time -> time.toString();
      case Duration time -> time.toString();
      case Opt opt -> opt.isPresent() ? of(opt.get()) : null;
      case Fields fields -> object(fields.asMap());
      case Map<?, ?> map -> object(map);
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object one : list) {
          copy.add(of(Values.of(one)));
        }
        yield copy;
      }
      default ->
          throw new EvaluationFailure(
              "type conversion error from '"
                  + Values.typeName(value)
                  + "' to 'google.protobuf.Value'");
    };
  }

  private static JsonObject object(Map<?, ?> map) {
    JsonObject copy = new JsonObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      copy.put(String.valueOf(entry.getKey()), of(Values.of(entry.getValue())));
    }
    return copy;
  }
}
