package dev.javernetes.api.codec.decode;

import dev.javernetes.api.machinery.field.GoQuote;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a strict reader holds against an object that a lenient one takes: {@code unknown field
 * "spec.foo"}, {@code duplicate field "metadata.labels.a"}, in the order of the text, at most
 * {@link #LIMIT}, each once.
 */
public final class StrictErrors {
  /** Upstream stops counting at the same number. */
  public static final int LIMIT = 100;

  private final Set<String> errors = new LinkedHashSet<>();
  private final StringBuilder path = new StringBuilder();

  public List<String> asList() {
    return new ArrayList<>(errors);
  }

  public boolean isEmpty() {
    return errors.isEmpty();
  }

  void add(String error) {
    if (errors.size() < LIMIT) {
      errors.add(error);
    }
  }

  /** The mark to go {@link #back} to. */
  int enter(String name) {
    int mark = path.length();
    if (mark > 0) {
      path.append('.');
    }
    path.append(name);
    return mark;
  }

  int enter(int index) {
    int mark = path.length();
    path.append('[').append(index).append(']');
    return mark;
  }

  void back(int mark) {
    path.setLength(mark);
  }

  void unknown(String name) {
    add("unknown field " + GoQuote.quote(at(name)));
  }

  void duplicate(String name) {
    add("duplicate field " + GoQuote.quote(at(name)));
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
