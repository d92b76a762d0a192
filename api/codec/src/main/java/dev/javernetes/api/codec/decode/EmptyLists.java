package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What upstream's storage does to lists: protobuf has no empty list, so one that JSON always writes
 * comes back as {@code null}. {@code {"spec":{"drivers":[]}}} of a CSINode is read back as {@code
 * {"spec":{"drivers":null}}}.
 */
public final class EmptyLists {
  private final GoShapes shapes;
  private final Map<GoShape, Boolean> affected = new HashMap<>();

  public EmptyLists(GoShapes shapes) {
    this.shapes = shapes;
  }

  /** Changes {@code object}, which is in the form that {@link TypedDecoder} gives. */
  public void toNull(JsonObject object, String typeName) {
    visit(object, shapes.shape(typeName));
  }

  private void visit(@Nullable Object value, GoShape shape) {
    switch (shape.kind) {
      case STRUCT -> {
        if (value instanceof JsonObject object && isAffected(shape)) {
          for (GoShape.Field field : shape.order) {
            Object member = object.get(field.name());
            if (member instanceof List<?> list && list.isEmpty() && field.always()) {
              object.put(field.name(), null);
            } else if (member instanceof JsonObject || member instanceof List<?>) {
              visit(member, field.shape().get());
            }
          }
        }
      }
      case LIST -> {
        if (value instanceof List<?> list && isAffected(shape.element())) {
          list.forEach(element -> visit(element, shape.element()));
        }
      }
      case MAP -> {
        if (value instanceof JsonObject map && isAffected(shape.element())) {
          map.values().forEach(element -> visit(element, shape.element()));
        }
      }
      default -> {
        // no list within
      }
    }
  }

  /** Whether such a list is somewhere within; a type met again while looking decides nothing. */
  private synchronized boolean isAffected(GoShape shape) {
    Boolean known = affected.putIfAbsent(shape, false);
    if (known != null) {
      return known;
    }
    boolean found =
        switch (shape.kind) {
          case STRUCT -> {
            boolean within = false;
            for (GoShape.Field field : shape.order) {
              GoShape inner = field.shape().get();
              within |= inner.kind == GoShape.Kind.LIST && field.always() || isAffected(inner);
            }
            yield within;
          }
          case LIST, MAP -> isAffected(shape.element());
          default -> false;
        };
    affected.put(shape, found);
    return found;
  }
}
