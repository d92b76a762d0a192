package dev.javernetes.apiserver.customresources.embedded;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.GoShapes;
import dev.javernetes.api.codec.decode.TypedDecoder;
import dev.javernetes.api.machinery.GroupVersion;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks {@code apiVersion}, {@code kind} and {@code metadata} of the objects embedded in
 * a value, at any depth.
 */
public final class EmbeddedObjects {
  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

  private final GoShapes shapes;

  public EmbeddedObjects(GoShapes shapes) {
    this.shapes = shapes;
  }

  /** The metadata of the outermost object, in normal form. */
  public JsonObject metadata(Object value, Consumer<String> unknown) throws DecodeException {
    if (!(value instanceof JsonObject metadata)) {
      throw new DecodeException(
          "json: cannot unmarshal " + typeOf(value) + " into Go value of type v1.ObjectMeta");
    }
    JsonObject normal = normal(metadata, FieldPath.of("metadata"), unknown);
    if (metadata.get("managedFields") instanceof List<?> entries && entries.isEmpty()) {
      normal.put("managedFields", new ArrayList<>()); // it is a request to forget the managers
    }
    return normal;
  }

  private JsonObject normal(JsonObject metadata, FieldPath path, Consumer<String> unknown)
      throws DecodeException {
    TypedDecoder.Decoded decoded = TypedDecoder.normalize(metadata, shapes, OBJECT_META);
    for (String error : decoded.strictErrors()) {
      unknown.accept(error.replaceFirst("field \"", "field \"" + path + "."));
    }
    JsonObject object = decoded.object();
    if (object.get("creationTimestamp") == null) {
      object.remove("creationTimestamp");
    }
    return object;
  }

  /**
   * Brings the metadata of embedded objects into normal form, in place.
   *
   * @param embedded whether the value itself is an object
   * @param unknown told of fields that metadata does not have, in the words of strict decoding
   * @throws DecodeException with a field error's text if something has the wrong type
   */
  public void normalize(
      @Nullable Object value,
      Schema schema,
      FieldPath path,
      boolean embedded,
      Consumer<String> unknown)
      throws DecodeException {
    if (value instanceof JsonObject object) {
      for (String name : List.copyOf(object.keySet())) {
        if (embedded) {
          head(object, name, path, unknown);
        }
        Schema inner = schema.property(name);
        FieldPath at = inner == null ? path.key(name) : path.child(name);
        if (inner == null) {
          inner = schema.additionalProperties();
        }
        if (inner != null) {
          normalize(object.get(name), inner, at, inner.embeddedResource(), unknown);
        }
      }
    } else if (value instanceof List<?> list && schema.items() instanceof Schema items) {
      for (int i = 0; i < list.size(); i++) {
        normalize(list.get(i), items, path.index(i), items.embeddedResource(), unknown);
      }
    }
  }

  private void head(JsonObject object, String name, FieldPath path, Consumer<String> unknown)
      throws DecodeException {
    Object value = object.get(name);
    switch (name) {
      case "apiVersion", "kind" -> {
        if (!(value instanceof String)) {
          throw refused(path.child(name), value, "must be a string");
        }
      }
      case "metadata" -> {
        FieldPath at = path.child(name);
        if (value == null) {
          object.put(name, new JsonObject());
        } else if (value instanceof JsonObject metadata) {
          try {
            object.put(name, normal(metadata, at, unknown));
          } catch (DecodeException problem) {
            throw refused(at, value, String.valueOf(problem.getMessage()));
          }
        } else {
          throw refused(
              at,
              value,
              "json: cannot unmarshal " + typeOf(value) + " into Go value of type v1.ObjectMeta");
        }
      }
      default -> {}
    }
  }

  private static String typeOf(Object value) {
    return switch (value) {
      case String text -> "string";
      case Boolean flag -> "bool";
      case List<?> list -> "array";
      default -> "number";
    };
  }

  private static DecodeException refused(FieldPath path, @Nullable Object value, String detail) {
    ErrorList errors = new ErrorList();
    errors.invalid(path, value, detail);
    return new DecodeException(errors.asList().getFirst().toString());
  }

  /** Checks embedded objects; the outermost one only if {@code embedded}. */
  public static void validate(
      @Nullable Object value, Schema schema, FieldPath path, boolean embedded, ErrorList errors) {
    if (value instanceof JsonObject object) {
      if (embedded) {
        validateHead(object, path, errors);
      }
      object.forEach((name, member) -> {
        Schema inner = schema.property(name);
        FieldPath at = inner == null ? path.key(name) : path.child(name);
        if (inner == null) {
          inner = schema.additionalProperties();
        }
        if (inner != null) {
          validate(member, inner, at, inner.embeddedResource(), errors);
        }
      });
    } else if (value instanceof List<?> list && schema.items() instanceof Schema items) {
      for (int i = 0; i < list.size(); i++) {
        validate(list.get(i), items, path.index(i), items.embeddedResource(), errors);
      }
    }
  }

  private static void validateHead(JsonObject object, FieldPath path, ErrorList errors) {
    for (String name : List.of("apiVersion", "kind")) {
      if (!object.containsKey(name)) {
        errors.required(path.child(name), "");
      }
    }
    object.forEach((name, value) -> {
      FieldPath at = path.child(name);
      switch (name) {
        case "apiVersion" -> apiVersion(value, at, errors);
        case "kind" -> kind(value, at, errors);
        case "metadata" -> metadata(value, at, errors);
        default -> {}
      }
    });
  }

  private static void apiVersion(@Nullable Object value, FieldPath at, ErrorList errors) {
    if (!(value instanceof String text)) {
      errors.invalid(at, value, "must be a string");
    } else if (text.isEmpty()) {
      errors.invalid(at, text, "must not be empty");
    } else {
      try {
        GroupVersion.parse(text);
      } catch (IllegalArgumentException problem) {
        errors.invalid(at, text, String.valueOf(problem.getMessage()));
      }
    }
  }

  private static void kind(@Nullable Object value, FieldPath at, ErrorList errors) {
    if (!(value instanceof String text)) {
      errors.invalid(at, value, "must be a string");
      return;
    }
    if (text.isEmpty()) {
      errors.invalid(at, text, "must not be empty");
      return;
    }
    List<String> problems = NameFormats.dns1035Label(text.toLowerCase(Locale.ROOT));
    if (!problems.isEmpty()) {
      errors.invalid(
          at,
          text,
          "may have mixed case, but should otherwise match: " + String.join(",", problems));
    }
  }

  private static void metadata(@Nullable Object value, FieldPath at, ErrorList errors) {
    if (value instanceof JsonObject metadata) {
      JsonObject checked = new JsonObject(metadata);
      if (checked.string("name").isEmpty()) {
        checked.put("name", "fakename"); // a template needs no name
      }
      ObjectMetaRules.validate(
          checked,
          !checked.string("namespace").isEmpty(),
          ObjectMetaRules.NameRule.PATH_SEGMENT,
          at,
          errors);
    }
  }
}
