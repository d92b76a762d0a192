package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.structural.Defaulting;
import dev.javernetes.api.schema.structural.Pruning;
import dev.javernetes.apiserver.registry.Conversion;
import dev.javernetes.apiserver.registry.ServedVersion;
import java.util.Map;

/**
 * Conversion {@code None}: the versions differ in what their schemas know, and what the other one
 * does not know is lost. Defaults are not filled in.
 */
record RenameConversion(Map<String, CustomVersion> versions) implements Conversion {
  RenameConversion {
    versions = Map.copyOf(versions);
  }

  @Override
  public JsonObject convert(JsonObject object, ServedVersion from, ServedVersion to) {
    CustomVersion version = versions.get(to.kind().apiVersion());
    JsonObject converted = RENAME.convert(object, from, to);
    if (version == null) {
      return converted;
    }
    converted = converted.deepCopy();
    Pruning.prune(converted, version.schema(), path -> {});
    Defaulting.dropNulls(converted, version.schema());
    return converted;
  }
}
