package dev.javernetes.api.cel.library;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * What {@code map} and {@code filter} gather in: adding to it changes it, so that gathering n
 * elements takes n steps. Only a comprehension's accumulator is one, and {@link #finished} ends it.
 */
public final class GrowingList extends ArrayList<Object> {
  private static final long serialVersionUID = 1;

  public GrowingList() {}

  GrowingList with(Collection<?> more) {
    addAll(more);
    return this;
  }

  public List<Object> finished() {
    return Collections.unmodifiableList(new ArrayList<>(this));
  }
}
