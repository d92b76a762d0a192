package dev.javernetes.api.codec.patch;

import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' own patch: the schema says how lists merge (by key, as a set, or replaced whole), and
 * directives in the patch say what plain JSON cannot.
 *
 * <pre>{@code
 * containers: [{name: c, image: new}]                     changes container c, keeps the others
 * containers: [{name: d, $patch: delete}]                 removes d
 * containers: [{$patch: replace}, {name: x, image: i}]    replaces the list
 * $setElementOrder/containers: [{name: d}, {name: c}]     orders it
 * $deleteFromPrimitiveList/finalizers: [a]                removes one value
 * volumes: [{name: v, $retainKeys: [name, hostPath], hostPath: {…}}]   drops v's other members
 * }</pre>
 */
public final class StrategicMergePatch {
  private static final String DIRECTIVE = "$patch";
  private static final String RETAIN_KEYS = "$retainKeys";
  private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList";
  private static final String SET_ELEMENT_ORDER = "$setElementOrder";

  /**
   * The new document, and the patch as far as it was used up, which upstream shows in its
   * complaints.
   */
  public record Result(JsonObject document, JsonObject patch) {}

  private StrategicMergePatch() {}

  /** A new document; no argument is changed. */
  public static Result apply(JsonObject document, JsonObject patch, Schema schema)
      throws PatchException {
    JsonObject original = document.deepCopy();
    JsonObject changes = patch.deepCopy();
    return new Result(mergeMap(original, changes, schema), changes);
  }

  private static JsonObject mergeMap(JsonObject original, JsonObject patch, @Nullable Schema schema)
      throws PatchException {
    if (patch.containsKey(DIRECTIVE)) {
      return directive(patch);
    }
    retainKeys(original, patch);
    for (String name : List.copyOf(patch.keySet())) {
      if (name.startsWith(SET_ELEMENT_ORDER)) {
        setElementOrder(name, original, patch, schema);
      }
    }
    for (String patchName : List.copyOf(patch.keySet())) {
      boolean deleting = patchName.startsWith(DELETE_PRIMITIVES);
      String name =
          deleting
              ? afterPrefix(patchName, DELETE_PRIMITIVES, "invalid patch format of primitive list")
              : patchName;
      mergeMember(original, name, patch.get(patchName), deleting, schema);
    }
    return original;
  }

  private static void mergeMember(
      JsonObject original,
      String name,
      @Nullable Object change,
      boolean deleting,
      @Nullable Schema schema)
      throws PatchException {
    if (change == null) {
      original.remove(name);
      return;
    }
    Object present = original.get(name);
    if (!original.containsKey(name) || !sameType(present, change)) {
      if (!deleting) {
        discardNulls(change);
        putWithoutDirectives(original, name, change);
      }
      return;
    }
    if (present instanceof JsonObject inner) {
      Schema property = property(schema, name);
      JsonObject changes = (JsonObject) change;
      original.put(name, replaces(property) ? changes : mergeMap(inner, changes, property));
    } else if (present instanceof List<?>) {
      Schema property = property(schema, name);
      List<@Nullable Object> changes = list(change);
      original.put(
          name,
          merges(property) || deleting
              ? mergeSlice(list(present), changes, property, deleting)
              : changes);
    } else {
      putWithoutDirectives(original, name, change);
    }
  }

  private static JsonObject directive(JsonObject patch) throws PatchException {
    Object directive = patch.get(DIRECTIVE);
    if ("replace".equals(directive)) {
      patch.remove(DIRECTIVE);
      return patch;
    }
    if ("delete".equals(directive)) {
      return new JsonObject();
    }
    throw badPatchType(directive, patch);
  }

  private static void retainKeys(JsonObject original, JsonObject patch) throws PatchException {
    if (!patch.containsKey(RETAIN_KEYS)) {
      return;
    }
    if (!(patch.remove(RETAIN_KEYS) instanceof List<?> keys)) {
      throw badRetainKeys();
    }
    Set<@Nullable Object> retained = new HashSet<>(keys);
    for (var member : patch.entrySet()) {
      String name = member.getKey();
      if (member.getValue() != null
          && !name.startsWith(DELETE_PRIMITIVES)
          && !name.startsWith(SET_ELEMENT_ORDER)
          && !retained.contains(name)) {
        throw badRetainKeys();
      }
    }
    original.keySet().removeIf(name -> !retained.contains(name));
  }

  private static void setElementOrder(
      String directive, JsonObject original, JsonObject patch, @Nullable Schema schema)
      throws PatchException {
    if (!(patch.remove(directive) instanceof List<?> orderList)) {
      throw badArgument("[]interface {}", original.get(directive));
    }
    List<@Nullable Object> order = list(orderList);
    String name =
        afterPrefix(directive, SET_ELEMENT_ORDER, "invalid patch format of setElementOrder list");
    boolean inOriginal = original.containsKey(name);
    boolean inPatch = patch.containsKey(name);
    List<@Nullable Object> present = inOriginal ? listOrFail(original.get(name)) : List.of();
    List<@Nullable Object> changes = inPatch ? listOrFail(patch.get(name)) : List.of();
    Schema property = property(schema, name);
    String mergeKey = mergeKey(property);
    checkOrder(changes, order, mergeKey, directive);
    List<@Nullable Object> merged;
    if (inOriginal && inPatch) {
      merged = merges(property) ? mergeSlice(present, changes, property, false) : changes;
    } else if (inOriginal) {
      merged = present;
    } else if (inPatch) {
      merged = new ArrayList<>();
      for (Object change : changes) {
        addWithoutDirectives(merged, change);
      }
    } else {
      return;
    }
    boolean maps = ElementOrder.holdsMaps(present, changes);
    original.put(name, ElementOrder.arrange(merged, order, present, maps ? mergeKey : ""));
    patch.remove(name);
  }

  private static void checkOrder(
      List<@Nullable Object> patchList,
      List<@Nullable Object> order,
      String mergeKey,
      String directive)
      throws PatchException {
    if (order.isEmpty() || patchList.isEmpty()) {
      return;
    }
    int at = 0;
    for (Object element : patchList) {
      if (element instanceof JsonObject object && object.containsKey(DIRECTIVE)) {
        continue;
      }
      while (at < order.size() && !ElementOrder.sameElement(element, order.get(at), mergeKey)) {
        at++;
      }
      if (at == order.size()) {
        throw failed(
            "The order in patch list:\n"
                + GoPrint.value(patchList)
                + "\n doesn't match "
                + SET_ELEMENT_ORDER
                + " list:\n"
                + GoPrint.value(order)
                + "\n");
      }
      at++;
    }
  }

  private static List<@Nullable Object> mergeSlice(
      List<@Nullable Object> original,
      List<@Nullable Object> patch,
      Schema schema,
      boolean deleting)
      throws PatchException {
    if (original.isEmpty() && patch.isEmpty()) {
      return original;
    }
    if (!ElementOrder.holdsMaps(original, patch)) {
      if (deleting) {
        Set<@Nullable Object> gone = new HashSet<>(patch);
        List<@Nullable Object> kept = new ArrayList<>(original);
        kept.removeIf(gone::contains);
        return kept;
      }
      Set<@Nullable Object> seen = new HashSet<>();
      List<@Nullable Object> merged = new ArrayList<>();
      for (List<@Nullable Object> list : List.of(original, patch)) {
        for (Object element : list) {
          if (seen.add(element)) {
            merged.add(element);
          }
        }
      }
      return ElementOrder.arrange(merged, patch, original, "");
    }
    String mergeKey = mergeKey(schema);
    if (mergeKey.isEmpty()) {
      throw failed("cannot merge lists without merge key for " + typeName(schema));
    }
    return mergeSliceOfMaps(original, patch, schema, mergeKey);
  }

  private static List<@Nullable Object> mergeSliceOfMaps(
      List<@Nullable Object> original, List<@Nullable Object> patch, Schema schema, String mergeKey)
      throws PatchException {
    List<@Nullable Object> plain = new ArrayList<>();
    List<@Nullable Object> kept = new ArrayList<>(original);
    boolean replace = false;
    for (Object element : patch) {
      if (!(element instanceof JsonObject change)) {
        throw badArgument("map[string]interface {}", element);
      }
      Object directive = change.get(DIRECTIVE);
      if (!change.containsKey(DIRECTIVE)) {
        plain.add(change);
      } else if ("delete".equals(directive)) {
        Object value = keyOf(change, mergeKey);
        kept.removeIf(entry ->
            entry instanceof JsonObject object && Objects.equals(object.get(mergeKey), value));
      } else if ("replace".equals(directive)) {
        replace = true;
      } else if ("merge".equals(directive)) {
        throw failed("merging lists cannot yet be specified in the patch");
      } else {
        throw badPatchType(directive, change);
      }
    }
    if (replace) {
      return plain;
    }
    List<@Nullable Object> merged = new ArrayList<>(kept);
    for (Object element : plain) {
      JsonObject change = (JsonObject) Objects.requireNonNull(element);
      int found = indexOf(merged, mergeKey, keyOf(change, mergeKey));
      if (found >= 0) {
        JsonObject present = (JsonObject) Objects.requireNonNull(merged.get(found));
        merged.set(found, mergeMap(present, change, schema.items()));
      } else {
        merged.add(change);
      }
    }
    return ElementOrder.arrange(merged, plain, kept, mergeKey);
  }

  private static int indexOf(List<@Nullable Object> list, String mergeKey, @Nullable Object value)
      throws PatchException {
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof JsonObject object)) {
        throw failed("value for key " + i + " is not a map");
      }
      if (object.containsKey(mergeKey) && Objects.equals(object.get(mergeKey), value)) {
        return i;
      }
    }
    return -1;
  }

  static @Nullable Object keyOf(JsonObject object, String mergeKey) throws PatchException {
    if (!object.containsKey(mergeKey)) {
      throw failed(
          "map: " + GoPrint.value(object) + " does not contain declared merge key: " + mergeKey);
    }
    return object.get(mergeKey);
  }

  /** Nulls ask for removal; where there is nothing to remove they say nothing. */
  private static void discardNulls(Object change) {
    if (change instanceof JsonObject object) {
      object.values().removeIf(Objects::isNull);
      object.values().forEach(value -> discardNulls(Objects.requireNonNull(value)));
    } else if (change instanceof List<?> list) {
      list.stream().filter(Objects::nonNull).forEach(StrategicMergePatch::discardNulls);
    }
  }

  private static void putWithoutDirectives(JsonObject target, String name, Object change) {
    if (change instanceof JsonObject object && object.containsKey(DIRECTIVE)) {
      target.remove(name);
    } else {
      stripDirectives(change);
      target.put(name, change);
    }
  }

  private static void addWithoutDirectives(List<@Nullable Object> target, @Nullable Object change) {
    if (!(change instanceof JsonObject object && object.containsKey(DIRECTIVE))) {
      stripDirectives(change);
      target.add(change);
    }
  }

  private static void stripDirectives(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      object
          .values()
          .removeIf(member -> member instanceof JsonObject inner && inner.containsKey(DIRECTIVE));
      object.values().forEach(StrategicMergePatch::stripDirectives);
    } else if (value instanceof List<?> list) {
      list.removeIf(element -> element instanceof JsonObject inner && inner.containsKey(DIRECTIVE));
      list.forEach(StrategicMergePatch::stripDirectives);
    }
  }

  private static boolean sameType(@Nullable Object left, @Nullable Object right) {
    return left != null && right != null && left.getClass() == right.getClass()
        || left instanceof List<?> && right instanceof List<?>;
  }

  private static Schema property(@Nullable Schema schema, String name) throws PatchException {
    if (schema == null || schema.properties().isEmpty()) {
      if (schema != null && schema.additionalProperties() instanceof Schema values) {
        return values;
      }
      throw failed("merging an object in json but data type is not struct, instead is: map");
    }
    Schema property = schema.property(name);
    if (property == null) {
      throw failed(
          "unable to find api field in struct "
              + typeName(schema)
              + " for the json field "
              + GoQuote.quote(name));
    }
    return property;
  }

  private static boolean merges(Schema schema) {
    return schema.patchStrategies().contains(Schema.PatchStrategy.MERGE);
  }

  private static boolean replaces(Schema schema) {
    return schema.patchStrategies().contains(Schema.PatchStrategy.REPLACE);
  }

  private static String mergeKey(Schema schema) {
    String key = schema.patchMergeKey();
    return key == null ? "" : key;
  }

  private static String typeName(Schema schema) {
    String name = schema.reference();
    Schema items = schema.items();
    if (name == null && items != null) {
      name = items.reference();
    }
    return name == null ? "" : name.substring(name.lastIndexOf('.') + 1);
  }

  private static String afterPrefix(String name, String prefix, String otherwise)
      throws PatchException {
    if (!name.startsWith(prefix + "/")) {
      throw new PatchException(PatchException.Kind.MALFORMED, otherwise);
    }
    return name.substring(prefix.length() + 1);
  }

  @SuppressWarnings("unchecked") // a tree's lists are List<Object>
  private static List<@Nullable Object> list(Object list) {
    return (List<@Nullable Object>) list;
  }

  private static List<@Nullable Object> listOrFail(@Nullable Object value) throws PatchException {
    if (value instanceof List<?> list) {
      return list(list);
    }
    throw badArgument("[]interface {}", value);
  }

  static PatchException badArgument(String expected, @Nullable Object actual) {
    return failed("expected a " + expected + ", but received a " + GoPrint.type(actual));
  }

  private static PatchException badPatchType(@Nullable Object directive, JsonObject in) {
    return failed(
        "unknown patch type: " + GoPrint.value(directive) + " in map: " + GoPrint.value(in));
  }

  private static PatchException badRetainKeys() {
    return new PatchException(PatchException.Kind.MALFORMED, "invalid patch format of retainKeys");
  }

  private static PatchException failed(String message) {
    return new PatchException(PatchException.Kind.FAILED, message);
  }
}
