package dev.javernetes.api.machinery.field;

import org.jspecify.annotations.Nullable;

/**
 * Where in an object a value stands, as users read it: {@code spec.containers[0].ports[1].name} or
 * {@code metadata.labels[app]}.
 *
 * <p>A path is a chain to its parent and becomes text only when an error is found, so that a valid
 * object costs no strings.
 */
public final class FieldPath {
  /** The object as a whole; its text is empty, as upstream's nil path. */
  public static final FieldPath ROOT = new FieldPath(null, "", false);

  private final @Nullable FieldPath parent;
  private final String segment;
  private final boolean subscript;

  private FieldPath(@Nullable FieldPath parent, String segment, boolean subscript) {
    this.parent = parent;
    this.segment = segment;
    this.subscript = subscript;
  }

  public static FieldPath of(String first, String... more) {
    return ROOT.child(first, more);
  }

  public FieldPath child(String name, String... more) {
    FieldPath path = new FieldPath(this, name, false);
    for (String next : more) {
      path = new FieldPath(path, next, false);
    }
    return path;
  }

  public FieldPath index(int index) {
    return new FieldPath(this, Integer.toString(index), true);
  }

  public FieldPath key(String key) {
    return new FieldPath(this, key, true);
  }

  @Override
  public String toString() {
    if (parent == null) {
      return segment;
    }
    String before = parent.toString();
    return subscript
        ? before + "[" + segment + "]"
        : before.isEmpty() ? segment : before + "." + segment;
  }
}
