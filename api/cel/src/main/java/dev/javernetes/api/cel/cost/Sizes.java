package dev.javernetes.api.cel.cost;

import dev.javernetes.api.cel.types.DeclaredType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How large what a path leads to may be: {@code [self, spec, names, @items]}. */
@FunctionalInterface
public interface Sizes {
  /** {@code null} if it is not known. */
  @Nullable Long max(List<String> path);

  /** Sizes within a variable of {@code root}'s type, whatever the variable is called. */
  static Sizes within(DeclaredType root) {
    return path -> {
      if (path.isEmpty()) {
        return null;
      }
      DeclaredType at = root;
      for (String name : path.subList(1, path.size())) {
        DeclaredType next =
            switch (name) {
              case "@items", "@values" -> at.element();
              case "@keys" -> at.key();
              default -> {
                DeclaredType.Field field = at.fields() == null ? null : at.fields().get(name);
                yield field == null ? null : field.type();
              }
            };
        if (next == null) {
          return null;
        }
        at = next;
      }
      return at.maxElements();
    };
  }
}
