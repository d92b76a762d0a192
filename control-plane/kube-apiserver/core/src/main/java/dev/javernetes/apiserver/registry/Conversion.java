package dev.javernetes.apiserver.registry;

import dev.javernetes.api.machinery.json.JsonObject;

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
}
