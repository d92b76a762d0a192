package dev.javernetes.scheduler.framework;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What plug-ins remember between the extension points of one pod's scheduling: {@code
 * state.put(this, needed)} in preFilter, {@code state.get(this, Needed.class)} in filter. Used by
 * one thread at a time.
 */
public final class CycleState {
  private final Map<Object, Object> values = new HashMap<>();
  private final Set<Plugin> skippedFilters = new HashSet<>();
  private final Set<Plugin> skippedScores = new HashSet<>();

  public void put(Object owner, Object value) {
    values.put(owner, value);
  }

  public <T> @Nullable T get(Object owner, Class<T> type) {
    return type.cast(values.get(owner));
  }

  /** The value that the same plug-in has put earlier in this cycle. */
  public <T> T require(Object owner, Class<T> type) {
    T value = get(owner, type);
    if (value == null) {
      throw new IllegalStateException("no " + type.getSimpleName() + " in this cycle");
    }
    return value;
  }

  public void skipFilter(Plugin plugin) {
    skippedFilters.add(plugin);
  }

  public boolean filterSkipped(Plugin plugin) {
    return skippedFilters.contains(plugin);
  }

  public void skipScore(Plugin plugin) {
    skippedScores.add(plugin);
  }

  public boolean scoreSkipped(Plugin plugin) {
    return skippedScores.contains(plugin);
  }
}
