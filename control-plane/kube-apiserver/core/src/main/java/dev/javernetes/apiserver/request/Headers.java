package dev.javernetes.apiserver.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header names (in any case) to values, in the order they were added. Not safe across threads. */
public final class Headers {
  private final Map<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  public static Headers of(String... namesAndValues) {
    Headers headers = new Headers();
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  public Headers add(String name, String value) {
    values.computeIfAbsent(name, unused -> new ArrayList<>(1)).add(value);
    return this;
  }

  public Headers set(String name, String value) {
    values.put(name, new ArrayList<>(List.of(value)));
    return this;
  }

  public void remove(String name) {
    values.remove(name);
  }

  /** The first value; {@code null} if there is none. */
  public @Nullable String first(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.getFirst();
  }

  /** The first value; {@code ""} if there is none. */
  public String get(String name) {
    String value = first(name);
    return value == null ? "" : value;
  }

  public List<String> all(String name) {
    return Collections.unmodifiableList(values.getOrDefault(name, List.of()));
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public void forEach(BiConsumer<String, String> action) {
    values.forEach((name, all) -> all.forEach(value -> action.accept(name, value)));
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
