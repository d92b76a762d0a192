package dev.javernetes.api.cel.value;

import org.jspecify.annotations.Nullable;

/** CEL's optional: {@code optional.of(x)} or {@code optional.none()}. */
public record Opt(@Nullable Object content) {
  public static final Opt NONE = new Opt(null);

  public static Opt of(Object content) {
    return new Opt(content);
  }

  public boolean isPresent() {
    return content != null;
  }

  /** Fails if there is none. */
  public Object get() {
    if (content == null) {
      throw new EvaluationFailure("optional.none() dereference");
    }
    return content;
  }
}
