package dev.javernetes.api.cel.library;

import static dev.javernetes.api.cel.library.Kinds.BOOL;
import static dev.javernetes.api.cel.library.Kinds.list;

import dev.cel.common.types.CelType;
import dev.cel.common.types.TypeParamType;
import dev.javernetes.api.cel.value.Values;
import java.util.List;

/** cel-go's sets extension: lists taken as sets. */
final class Sets {
  private Sets() {}

  static void declare(Functions functions) {
    CelType t = TypeParamType.create("T");
    List<CelType> two = List.of(list(t), list(t));
    functions.global(
        "sets.contains",
        "list_sets_contains_list",
        BOOL,
        two,
        a -> contains((List<?>) a[0], (List<?>) a[1]));
    functions.global(
        "sets.equivalent",
        "list_sets_equivalent_list",
        BOOL,
        two,
        a -> contains((List<?>) a[0], (List<?>) a[1]) && contains((List<?>) a[1], (List<?>) a[0]));
    functions.global(
        "sets.intersects",
        "list_sets_intersects_list",
        BOOL,
        two,
        a -> ((List<?>) a[1]).stream().anyMatch(one -> has((List<?>) a[0], one)));
  }

  private static boolean contains(List<?> set, List<?> subset) {
    return subset.stream().allMatch(one -> has(set, one));
  }

  private static boolean has(List<?> set, @org.jspecify.annotations.Nullable Object sought) {
    return set.stream().anyMatch(one -> Values.equal(Values.of(one), Values.of(sought)));
  }
}
