package dev.javernetes.api.codec.patch;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.StrictErrors;
import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6902, with the library's leniencies that upstream's clients live with: {@code replace} of an
 * absent member adds it, an {@code add} without value adds null, negative indices count from the
 * end, a patch of {@code null} is empty.
 *
 * <pre>{@code
 * JsonPatch patch = JsonPatch.parse("[{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"3\"}]");
 * Object patched = patch.apply(document);   // the document itself is not changed
 * }</pre>
 */
public final class JsonPatch {
  public static final int OPERATION_LIMIT = 10_000;

  /** What all copies of one patch may add, in bytes of JSON. */
  public static final long COPY_LIMIT_BYTES = 3L << 20;

  private static final Set<String> OPERATION_FIELDS = Set.of("op", "path", "from", "value");

  private final List<JsonObject> operations;
  private final List<String> strictErrors;

  private JsonPatch(List<JsonObject> operations, List<String> strictErrors) {
    this.operations = operations;
    this.strictErrors = strictErrors;
  }

  /** {@code json patch unknown field "[0].odd"}. */
  public List<String> strictErrors() {
    return strictErrors;
  }

  /** As with field validation: Warn or Strict. */
  public static JsonPatch parse(byte[] text) throws PatchException {
    return parse(text, true);
  }

  /** Without {@code validating} only the library's own decoder looks at the patch. */
  public static JsonPatch parse(byte[] text, boolean validating) throws PatchException {
    String prefix = validating ? "error decoding patch: " : "";
    StrictErrors duplicates = new StrictErrors();
    Object tree;
    try {
      tree = UntypedDecoder.decode(text, duplicates);
    } catch (DecodeException notJson) {
      throw malformed(prefix + notJson.getMessage());
    }
    if (tree == null) {
      return new JsonPatch(List.of(), List.of());
    }
    if (!(tree instanceof List<?> list)) {
      throw malformed(
          prefix
              + "json: cannot unmarshal "
              + GoPrint.jsonKind(tree)
              + " into Go value of type "
              + (validating ? "[]handlers.jsonPatchOp" : "jsonpatch.Patch"));
    }
    List<JsonObject> operations = new ArrayList<>(list.size());
    List<String> strict = new ArrayList<>();
    for (Object element : list) {
      if (element != null && !(element instanceof JsonObject)) {
        throw malformed(
            prefix
                + "json: cannot unmarshal "
                + GoPrint.jsonKind(element)
                + " into Go value of type "
                + (validating ? "handlers.jsonPatchOp" : "jsonpatch.Operation"));
      }
      JsonObject operation = element == null ? new JsonObject() : (JsonObject) element;
      if (validating) {
        for (String name : operation.keySet()) {
          checkField(operation, name, operations.size(), strict);
        }
      }
      operations.add(operation);
    }
    if (validating) {
      duplicates.asList().forEach(error -> strict.add("json patch " + error));
    }
    if (operations.size() > OPERATION_LIMIT) {
      throw new PatchException(
          PatchException.Kind.TOO_LARGE,
          "Request entity too large: The allowed maximum operations in a JSON patch is "
              + OPERATION_LIMIT
              + ", got "
              + operations.size());
    }
    return new JsonPatch(operations, strict);
  }

  private static void checkField(JsonObject operation, String name, int index, List<String> strict)
      throws PatchException {
    if (!OPERATION_FIELDS.contains(name)) {
      strict.add("json patch unknown field \"[" + index + "]." + name + "\"");
      return;
    }
    Object value = operation.get(name);
    if (!name.equals("value") && value != null && !(value instanceof String)) {
      throw malformed(
          "error decoding patch: json: cannot unmarshal "
              + GoPrint.jsonKind(value)
              + " into Go struct field jsonPatchOp."
              + name
              + " of type string");
    }
  }

  /**
   * A new document; objects that an operation reached into have their members sorted, as upstream
   * re-encodes them.
   */
  public @Nullable Object apply(@Nullable Object document) throws PatchException {
    Application application = new Application(sorted(Json.deepCopy(document)));
    for (JsonObject operation : operations) {
      application.apply(operation);
    }
    return application.root;
  }

  private static @Nullable Object sorted(@Nullable Object value) {
    return value instanceof JsonObject object ? new JsonObject(new TreeMap<>(object)) : value;
  }

  private static PatchException malformed(String message) {
    return new PatchException(PatchException.Kind.MALFORMED, message);
  }

  private static PatchException doesNotApply(String message) {
    return new PatchException(PatchException.Kind.DOES_NOT_APPLY, message);
  }

  /** One run of the operations over one document. */
  private static final class Application {
    private @Nullable Object root;
    private long copiedBytes;

    Application(@Nullable Object root) {
      this.root = root;
    }

    void apply(JsonObject operation) throws PatchException {
      String op = operation.string("op");
      switch (op) {
        case "add" -> add(path(operation, "path"), Json.deepCopy(operation.get("value")));
        case "remove" -> remove(path(operation, "path"));
        case "replace" -> replace(path(operation, "path"), Json.deepCopy(operation.get("value")));
        case "move" -> {
          String from = path(operation, "from");
          Object value = get(from);
          remove(from);
          add(path(operation, "path"), value);
        }
        case "copy" -> {
          Object value = Json.deepCopy(get(path(operation, "from")));
          copiedBytes += Json.bytes(value).length;
          if (copiedBytes > COPY_LIMIT_BYTES) {
            throw doesNotApply(
                "Unable to complete the copy, the accumulated size increase of copy is "
                    + copiedBytes
                    + ", exceeding the limit "
                    + COPY_LIMIT_BYTES);
          }
          add(path(operation, "path"), value);
        }
        case "test" -> test(path(operation, "path"), operation.get("value"));
        default -> throw doesNotApply("Unexpected kind: " + (op.isEmpty() ? "unknown" : op));
      }
    }

    private static String path(JsonObject operation, String name) throws PatchException {
      String path = operation.stringOrNull(name);
      if (path == null) {
        throw doesNotApply("operation missing " + name + " field: missing value");
      }
      return path;
    }

    private void add(String path, @Nullable Object value) throws PatchException {
      JsonPointer pointer = pointer(path, "add");
      Object container = container(pointer, path, "add");
      if (container instanceof JsonObject object) {
        putSorted(object, pointer.last(), value);
        return;
      }
      List<@Nullable Object> list = list(container);
      if (pointer.last().equals("-")) {
        list.add(value);
        return;
      }
      int index = index(pointer.last());
      int size = list.size() + 1;
      if (index >= size || index < -size) {
        throw invalidIndex(index);
      }
      list.add(index < 0 ? index + size : index, value);
    }

    private void remove(String path) throws PatchException {
      JsonPointer pointer = pointer(path, "remove");
      Object container = container(pointer, path, "remove");
      if (container instanceof JsonObject object) {
        if (!object.containsKey(pointer.last())) {
          throw doesNotApply(
              "error in remove for path: '"
                  + path
                  + "': Unable to remove nonexistent key: "
                  + pointer.last()
                  + ": missing value");
        }
        object.remove(pointer.last());
        return;
      }
      List<@Nullable Object> list = list(container);
      list.remove(position(list, pointer.last()));
    }

    private void replace(String path, @Nullable Object value) throws PatchException {
      if (path.isEmpty()) {
        if (!(value instanceof JsonObject) && !(value instanceof List<?>)) {
          throw doesNotApply("replace operation value must be object or array");
        }
        root = sorted(value);
        return;
      }
      JsonPointer pointer = pointer(path, "replace");
      Object container = container(pointer, path, "replace");
      if (container instanceof JsonObject object) {
        putSorted(object, pointer.last(), value);
        return;
      }
      List<@Nullable Object> list = list(container);
      list.set(position(list, pointer.last()), value);
    }

    private @Nullable Object get(String path) throws PatchException {
      JsonPointer pointer = pointer(path, "move");
      Object container = container(pointer, path, "move");
      if (container instanceof JsonObject object) {
        return object.get(pointer.last());
      }
      List<@Nullable Object> list = list(container);
      return list.get(position(list, pointer.last()));
    }

    private void test(String path, @Nullable Object expected) throws PatchException {
      Object actual = path.isEmpty() ? root : get(path);
      if (!same(actual, expected)) {
        throw doesNotApply("testing value " + path + " failed: test failed");
      }
    }

    private static JsonPointer pointer(String path, String operation) throws PatchException {
      JsonPointer pointer = JsonPointer.parse(path);
      if (pointer == null) {
        throw missing(path, operation);
      }
      return pointer;
    }

    /** The object or list that holds the pointer's target; objects on the way are sorted. */
    private Object container(JsonPointer pointer, String path, String operation)
        throws PatchException {
      Object at = root;
      for (String part : pointer.parents()) {
        Object next;
        if (at instanceof JsonObject object) {
          next = sorted(object.get(part));
          if (next instanceof JsonObject) {
            object.put(part, next);
          }
        } else if (at instanceof List<?>) {
          List<@Nullable Object> list = list(at);
          int index = position(list, part);
          next = sorted(list.get(index));
          list.set(index, next);
        } else {
          throw missing(path, operation);
        }
        at = next;
      }
      if (at instanceof JsonObject || at instanceof List<?>) {
        return at;
      }
      throw missing(path, operation);
    }

    private static void putSorted(JsonObject object, String name, @Nullable Object value) {
      boolean present = object.containsKey(name);
      object.put(name, value);
      if (!present) {
        TreeMap<String, @Nullable Object> sorted = new TreeMap<>(object);
        object.clear();
        object.putAll(sorted);
      }
    }

    @SuppressWarnings("unchecked") // a tree's lists are List<Object>
    private static List<@Nullable Object> list(Object container) {
      return (List<@Nullable Object>) container;
    }

    private static int position(List<?> list, String token) throws PatchException {
      int index = index(token);
      int size = list.size();
      if (index >= size || index < -size) {
        throw invalidIndex(index);
      }
      return index < 0 ? index + size : index;
    }

    private static int index(String token) throws PatchException {
      try {
        return Integer.parseInt(token);
      } catch (NumberFormatException notAnIndex) {
        throw doesNotApply("value was not a proper array index: '" + token + "'");
      }
    }

    private static PatchException missing(String path, String operation) {
      return doesNotApply(
          operation
              + " operation does not apply: doc is missing path: \""
              + path
              + "\": missing value");
    }

    private static PatchException invalidIndex(int index) {
      return doesNotApply(
          "Unable to access invalid index: " + index + ": invalid index referenced");
    }

    /**
     * RFC 6902 §4.6, objects without regard to order; but 1 and 1.0 differ, as the library compares
     * how numbers are written.
     */
    private static boolean same(@Nullable Object left, @Nullable Object right) {
      if (left instanceof JsonObject a && right instanceof JsonObject b) {
        return a.size() == b.size()
            && a.entrySet().stream()
                .allMatch(member ->
                    b.containsKey(member.getKey())
                        && same(member.getValue(), b.get(member.getKey())));
      }
      if (left instanceof List<?> a && right instanceof List<?> b) {
        if (a.size() != b.size()) {
          return false;
        }
        for (int i = 0; i < a.size(); i++) {
          if (!same(a.get(i), b.get(i))) {
            return false;
          }
        }
        return true;
      }
      return java.util.Objects.equals(left, right);
    }
  }
}
