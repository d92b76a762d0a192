package dev.javernetes.api.cel.types;

import dev.javernetes.api.cel.value.NullValue;
import dev.javernetes.api.cel.value.Sequence;
import dev.javernetes.api.cel.value.Values;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JSON array seen through its schema. A list of type {@code set} equals another with the same
 * elements in any order and takes only new ones when added to; one of type {@code map} goes by its
 * elements' keys in both.
 */
final class TypedList extends AbstractList<Object> implements Sequence {
  private final List<?> json;
  private final TypedSchema items;
  private final TypedSchema schema;

  TypedList(List<?> json, TypedSchema items, TypedSchema schema) {
    this.json = json;
    this.items = items;
    this.schema = schema;
  }

  @Override
  public Object get(int index) {
    return TypedValues.of(json.get(index), items);
  }

  @Override
  public int size() {
    return json.size();
  }

  @Override
  public boolean sameAs(List<?> other) {
    if (size() != other.size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      Object own = get(i);
      Object counterpart =
          switch (schema.listType()) {
            case "set" -> find(other, own);
            case "map" -> counterpart(other, own);
            default -> Values.of(other.get(i));
          };
      if (!Values.equal(own, counterpart)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<Object> plus(List<?> other) {
    List<Object> sum = new ArrayList<>(this);
    for (Object one : other) {
      Object added = Values.of(one);
      switch (schema.listType()) {
        case "set" -> {
          if (find(sum, added) == NullValue.NULL) {
            sum.add(added);
          }
        }
        case "map" -> {
          Object present = counterpart(sum, added);
          if (present == NullValue.NULL) {
            sum.add(added);
          } else {
            sum.set(sum.indexOf(present), added);
          }
        }
        default -> sum.add(added);
      }
    }
    return sum;
  }

  private static Object find(List<?> list, Object sought) {
    for (Object one : list) {
      if (Values.equal(Values.of(one), sought)) {
        return Values.of(one);
      }
    }
    return NullValue.NULL;
  }

  private Object counterpart(List<?> list, Object sought) {
    for (Object one : list) {
      if (Values.of(one) instanceof Map<?, ?> map
          && sought instanceof Map<?, ?> other
          && schema.listMapKeys().stream()
              .allMatch(key -> Values.equal(Values.of(map.get(key)), Values.of(other.get(key))))) {
        return map;
      }
    }
    return NullValue.NULL;
  }
}
