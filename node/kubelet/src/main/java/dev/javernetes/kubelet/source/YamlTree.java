package dev.javernetes.kubelet.source;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the YAML reader gives, as a JSON tree. */
public final class YamlTree {
  private YamlTree() {}

  public static @Nullable Object json(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Map<?, ?> map -> {
        JsonObject object = new JsonObject();
        map.forEach((key, member) -> object.put(String.valueOf(key), json(member)));
        yield object;
      }
      case List<?> list -> {
        List<@Nullable Object> array = new ArrayList<>(list.size());
        list.forEach(element -> array.add(json(element)));
        yield array;
      }
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case java.math.BigInteger number -> number.doubleValue();
      case String text -> text;
      case Long number -> number;
      case Double number -> number;
      case Boolean flag -> flag;
      default -> value.toString();
    };
  }
}
