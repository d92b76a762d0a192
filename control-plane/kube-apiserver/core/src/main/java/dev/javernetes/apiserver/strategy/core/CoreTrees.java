package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;

/** Members carried over from one tree to another. */
public final class CoreTrees {
  private CoreTrees() {}

  /** Makes {@code to} have what {@code from} has there, or nothing. */
  public static void copy(String name, JsonObject from, JsonObject to) {
    if (from.containsKey(name)) {
      to.put(name, from.get(name));
    } else {
      to.remove(name);
    }
  }

  /** The status as it was. */
  public static void keepStatus(JsonObject object, JsonObject old) {
    copy("status", old, object);
  }

  /** The specification and the named metadata as they were: a write to {@code /status}. */
  public static void keepAllButStatus(JsonObject object, JsonObject old, List<String> metadata) {
    copy("spec", old, object);
    for (String name : metadata) {
      copy(name, old.objectOrEmpty("metadata"), object.ensureObject("metadata"));
    }
  }
}
