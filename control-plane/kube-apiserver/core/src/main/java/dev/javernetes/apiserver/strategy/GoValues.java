package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bad values as upstream shows them: a struct of its internal types has every field, by its name in
 * Go.
 */
public final class GoValues {
  private GoValues() {}

  /** {@code names} are those of the versioned fields, in the order of the internal type. */
  public static JsonObject struct(@Nullable JsonObject object, String... names) {
    JsonObject shown = new JsonObject();
    for (String name : names) {
      String goName = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      shown.put(goName, object == null ? null : object.get(name));
    }
    return shown;
  }

  /** Each of a list as {@link #struct} shows it. */
  public static List<Object> structs(List<JsonObject> objects, String... names) {
    List<Object> shown = new ArrayList<>();
    objects.forEach(object -> shown.add(struct(object, names)));
    return shown;
  }
}
