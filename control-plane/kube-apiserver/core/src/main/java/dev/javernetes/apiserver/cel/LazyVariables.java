package dev.javernetes.apiserver.cel;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code variables} of a policy, each evaluated when first asked for and then remembered. */
public final class LazyVariables extends AbstractMap<String, Object> {

  /** Evaluates one variable. */
  @FunctionalInterface
  public interface Evaluation {
    Object value() throws ExpressionException;
  }

  /** Carries the reason through CEL's runtime, which lets no checked exception pass. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
      super(message);
    }
  }

  private final Map<String, Evaluation> evaluations = new LinkedHashMap<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  public void define(String name, Evaluation evaluation) {
    evaluations.put(name, evaluation);
  }

  @Override
  public boolean containsKey(Object key) {
    return evaluations.containsKey(key);
  }

  @Override
  public @Nullable Object get(Object key) {
    Object known = values.get(key);
    Evaluation evaluation = evaluations.get(key);
    if (known != null || evaluation == null) {
      return known;
    }
    try {
      Object value = evaluation.value();
      values.put((String) key, value);
      return value;
    } catch (ExpressionException failed) {
      throw new Failure(String.valueOf(failed.getMessage()));
    }
  }

  @Override
  public int size() {
    return evaluations.size();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> all = new LinkedHashMap<>();
    evaluations.keySet().forEach(name -> all.put(name, Objects.requireNonNull(get(name))));
    return all.entrySet();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
