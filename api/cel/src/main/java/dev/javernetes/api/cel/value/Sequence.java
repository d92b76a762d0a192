package dev.javernetes.api.cel.value;

import java.util.List;

/**
 * A list that compares and concatenates in its own way, such as {@code x-kubernetes-list-type:
 * set}.
 */
public interface Sequence extends List<Object> {
  boolean sameAs(List<?> other);

  List<Object> plus(List<?> other);
}
