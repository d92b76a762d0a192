package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.api.schema.structural.Defaulting;
import dev.javernetes.api.schema.structural.Pruning;
import dev.javernetes.apiserver.customresources.embedded.EmbeddedObjects;
import java.util.ArrayList;
import java.util.List;

/**
 * Does for custom objects what decoding into a struct does for built-in ones: metadata, embedded
 * objects' too, gets its types, what no schema knows goes, nulls where there may be none as well.
 */
final class CustomObjects {
  private final EmbeddedObjects embedded;

  CustomObjects(GoShapes shapes) {
    this.embedded = new EmbeddedObjects(shapes);
  }

  /**
   * Brings an object into that form, in place.
   *
   * @return what went, in strict decoding's words and upstream's order: metadata, unknown fields by
   *     name, embedded metadata by name
   */
  List<String> normalize(JsonObject object, Schema schema) throws DecodeException {
    List<String> unknown = new ArrayList<>();
    if (object.get("metadata") != null) {
      boolean reset =
          object.objectOrEmpty("metadata").get("managedFields") instanceof List<?> entries
              && entries.isEmpty();
      object.put("metadata", embedded.metadata(object.get("metadata"), unknown::add));
      if (reset) {
        object.ensureObject("metadata").put("managedFields", new ArrayList<>()); // TypedDecoder
      }
    }
    List<String> pruned = new ArrayList<>();
    Pruning.prune(object, schema, pruned::add);
    pruned.stream().sorted().forEach(path -> unknown.add("unknown field \"" + path + "\""));
    Defaulting.dropNulls(object, schema);
    List<String> inside = new ArrayList<>();
    embedded.normalize(object, schema, FieldPath.ROOT, false, inside::add);
    inside.stream().sorted().forEach(unknown::add);
    return unknown;
  }
}
