package dev.javernetes.apiserver.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decoded query: {@code ?limit=5&watch} has {@code limit} = {@code 5}, {@code watch} = "". */
public final class QueryParameters {
  public static final QueryParameters NONE = new QueryParameters(Map.of());

  private final Map<String, List<String>> values;

  private QueryParameters(Map<String, List<String>> values) {
    this.values = values;
  }

  public static QueryParameters of(String... namesAndValues) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
      values
          .computeIfAbsent(namesAndValues[i], unused -> new ArrayList<>(1))
          .add(namesAndValues[i + 1]);
    }
    return new QueryParameters(values);
  }

  public static QueryParameters of(Map<String, List<String>> values) {
    return new QueryParameters(new LinkedHashMap<>(values));
  }

  /** Reads what stands behind the question mark; a part that cannot be decoded is left out. */
  public static QueryParameters parse(@Nullable String raw) {
    if (raw == null || raw.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String part : raw.split("&")) {
      if (part.isEmpty() || part.indexOf(';') >= 0) { // Go's url.ParseQuery drops semicolons too
        continue;
      }
      int equals = part.indexOf('=');
      try {
        String name = decode(equals < 0 ? part : part.substring(0, equals));
        String value = equals < 0 ? "" : decode(part.substring(equals + 1));
        values.computeIfAbsent(name, unused -> new ArrayList<>(1)).add(value);
      } catch (IllegalArgumentException undecodable) {
        continue;
      }
    }
    return new QueryParameters(values);
  }

  public @Nullable String first(String name) {
    List<String> all = values.get(name);
    return all == null || all.isEmpty() ? null : all.getFirst();
  }

  /** The first value, {@code ""} if there is none. */
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

  public Map<String, List<String>> asMap() {
    return Collections.unmodifiableMap(values);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
