package dev.javernetes.api.codec.patch;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The order of a merged list: elements that the patch names stand in the patch's order, those only
 * the server has in the server's, and the two are woven so that the server's relative order holds
 * where both are known to it.
 *
 * <pre>{@code server [a b c], patch [c x a]  gives  [b c x a]}</pre>
 */
final class ElementOrder {
  private final String mergeKey;
  private final Map<@Nullable Object, Integer> inServer;

  private ElementOrder(String mergeKey, List<@Nullable Object> serverOrder) {
    this.mergeKey = mergeKey;
    this.inServer = positions(serverOrder, mergeKey);
  }

  /** {@code mergeKey} is empty for primitives. */
  static List<@Nullable Object> arrange(
      List<@Nullable Object> merged,
      List<@Nullable Object> patchOrder,
      List<@Nullable Object> serverOrder,
      String mergeKey)
      throws PatchException {
    if (!mergeKey.isEmpty()) {
      for (Object element : merged) {
        requireKey(element, mergeKey);
      }
      for (Object element : patchOrder) {
        requireKey(element, mergeKey);
      }
    }
    Map<@Nullable Object, Integer> inPatch = positions(patchOrder, mergeKey);
    ElementOrder order = new ElementOrder(mergeKey, serverOrder);
    List<@Nullable Object> named = new ArrayList<>();
    List<@Nullable Object> serverOnly = new ArrayList<>();
    for (Object element : merged) {
      (inPatch.containsKey(identity(element, mergeKey)) ? named : serverOnly).add(element);
    }
    named.sort(order.by(inPatch));
    serverOnly.sort(order.by(order.inServer));
    return order.weave(serverOnly, named);
  }

  static boolean holdsMaps(List<@Nullable Object> first, List<@Nullable Object> second)
      throws PatchException {
    Boolean maps = null;
    for (List<@Nullable Object> list : List.of(first, second)) {
      for (Object element : list) {
        if (element instanceof List<?>) {
          throw new PatchException(
              PatchException.Kind.DOES_NOT_APPLY, "lists of lists are not supported");
        }
        boolean map = element instanceof JsonObject;
        if (maps != null && maps != map) {
          throw new PatchException(
              PatchException.Kind.FAILED,
              "list element types are not identical: " + GoPrint.value(list));
        }
        maps = map;
      }
    }
    return maps != null && maps;
  }

  static boolean sameElement(@Nullable Object left, @Nullable Object right, String mergeKey)
      throws PatchException {
    if (mergeKey.isEmpty()) {
      return Objects.equals(left, right);
    }
    return Objects.equals(requireKey(left, mergeKey), requireKey(right, mergeKey));
  }

  private static @Nullable Object requireKey(@Nullable Object element, String mergeKey)
      throws PatchException {
    if (element instanceof JsonObject object) {
      return StrategicMergePatch.keyOf(object, mergeKey);
    }
    throw StrategicMergePatch.badArgument("map[string]interface {}", element);
  }

  private Comparator<@Nullable Object> by(Map<@Nullable Object, Integer> positions) {
    return Comparator.comparing(
        element -> positions.getOrDefault(identity(element, mergeKey), Integer.MAX_VALUE));
  }

  private List<@Nullable Object> weave(
      List<@Nullable Object> serverOnly, List<@Nullable Object> named) {
    List<@Nullable Object> all = new ArrayList<>(serverOnly.size() + named.size());
    int left = 0;
    int right = 0;
    while (left < serverOnly.size() && right < named.size()) {
      Integer leftAt = inServer.get(identity(serverOnly.get(left), mergeKey));
      Integer rightAt = inServer.get(identity(named.get(right), mergeKey));
      boolean serverFirst = leftAt != null && rightAt != null && leftAt < rightAt;
      all.add(serverFirst ? serverOnly.get(left++) : named.get(right++));
    }
    all.addAll(serverOnly.subList(left, serverOnly.size()));
    all.addAll(named.subList(right, named.size()));
    return all;
  }

  private static @Nullable Object identity(@Nullable Object element, String mergeKey) {
    return element instanceof JsonObject object && !mergeKey.isEmpty()
        ? object.get(mergeKey)
        : element;
  }

  private static Map<@Nullable Object, Integer> positions(
      List<@Nullable Object> list, String mergeKey) {
    Map<@Nullable Object, Integer> positions = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      positions.putIfAbsent(identity(list.get(i), mergeKey), i);
    }
    return positions;
  }
}
