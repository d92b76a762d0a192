package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/** Turns an object of one version into another; {@code from} and {@code to} differ. */
@FunctionalInterface
public interface Conversion {

  /** Versions that differ in nothing but their name. */
  Conversion RENAME =
      (object, from, to) -> {
        JsonObject renamed = new JsonObject(object);
        renamed.put("apiVersion", to.kind().apiVersion());
        renamed.put("kind", to.kind().kind());
        return renamed;
      };

  /** May share parts with {@code object} and must not change it. */
  JsonObject convert(JsonObject object, ServedVersion from, ServedVersion to);

  /**
   * Whether somebody else is asked: that may fail, takes time, and is not done before it has to be.
   */
  default boolean isRemote() {
    return false;
  }

  /** Objects of any versions, those of {@code to} as well; only a remote conversion is asked. */
  default List<JsonObject> convertAll(List<JsonObject> objects, ServedVersion to) {
    throw new UnsupportedOperationException("conversion of objects one by one");
  }
}
