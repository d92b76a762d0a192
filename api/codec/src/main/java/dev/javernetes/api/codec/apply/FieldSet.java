package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths into an object, kept as a tree of path elements in their stored form: {@code
 * f:name} for a field, {@code k:{"name":"c"}} for a list's element by its keys, {@code v:"a"} for
 * an element of a set, {@code i:0} by position. A node may itself be in the set or only lead to
 * others.
 *
 * <pre>{@code
 * {"f:data": {".": {}, "f:a": {}}}     holds  .data  and  .data.a
 * {"f:data": {"f:a": {}}}              holds  .data.a
 * }</pre>
 *
 * <p>Immutable once built, but for {@link Builder}; operations share subtrees.
 */
public final class FieldSet {
  public static final FieldSet EMPTY = new FieldSet(false, new TreeMap<>());
  private static final FieldSet LEAF = new FieldSet(true, new TreeMap<>());

  private final boolean member;
  private final TreeMap<String, FieldSet> children;

  private FieldSet(boolean member, TreeMap<String, FieldSet> children) {
    this.member = member;
    this.children = children;
  }

  /** Reads {@code fieldsV1}; {@code IllegalArgumentException} for what is not a field set. */
  public static FieldSet fromJson(JsonObject fields) {
    return fromJson(fields, true);
  }

  private static FieldSet fromJson(JsonObject fields, boolean root) {
    if (fields.isEmpty() && !root) {
      return LEAF;
    }
    boolean member = false;
    TreeMap<String, FieldSet> children = new TreeMap<>();
    for (Map.Entry<String, @Nullable Object> entry : fields.entrySet()) {
      String element = entry.getKey();
      if (element.equals(".")) {
        member = !root;
        continue;
      }
      if (!(entry.getValue() instanceof JsonObject inner)) {
        throw new IllegalArgumentException("not an object at " + element);
      }
      children.put(PathElements.canonical(element), fromJson(inner, false));
    }
    return new FieldSet(member, children);
  }

  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (member && !children.isEmpty()) {
      json.put(".", new JsonObject());
    }
    children.forEach((element, child) -> json.put(element, child.toJson()));
    return json;
  }

  /**
   * The paths of field names that a strategy resets: {@code [["status"], ["metadata", "labels"]]}.
   */
  public static FieldSet ofFields(List<List<String>> paths) {
    Builder builder = new Builder();
    for (List<String> path : paths) {
      path.forEach(name -> builder.enter(PathElements.field(name)));
      builder.insert();
      path.forEach(name -> builder.leave());
    }
    return builder.build();
  }

  public boolean isEmpty() {
    return !member && children.isEmpty();
  }

  boolean isMember() {
    return member;
  }

  Map<String, FieldSet> children() {
    return Collections.unmodifiableMap(children);
  }

  /** What lies below {@code element}; empty if nothing does. */
  FieldSet child(String element) {
    FieldSet child = children.get(element);
    return child == null ? EMPTY : child;
  }

  boolean hasChild(String element) {
    FieldSet child = children.get(element);
    return child != null && child.member;
  }

  public FieldSet union(FieldSet other) {
    if (other.isEmpty() || this == other) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    TreeMap<String, FieldSet> both = new TreeMap<>(children);
    other.children.forEach((element, child) -> both.merge(element, child, FieldSet::union));
    return new FieldSet(member || other.member, both);
  }

  public FieldSet intersection(FieldSet other) {
    TreeMap<String, FieldSet> both = new TreeMap<>();
    children.forEach((element, child) -> {
      FieldSet theirs = other.children.get(element);
      if (theirs != null) {
        putUnlessEmpty(both, element, child.intersection(theirs));
      }
    });
    return new FieldSet(member && other.member, both);
  }

  /** Without the other's paths; what lies below them stays. */
  public FieldSet difference(FieldSet other) {
    if (other.isEmpty()) {
      return this;
    }
    TreeMap<String, FieldSet> rest = new TreeMap<>();
    children.forEach((element, child) -> {
      FieldSet theirs = other.children.get(element);
      putUnlessEmpty(rest, element, theirs == null ? child : child.difference(theirs));
    });
    return new FieldSet(member && !other.member, rest);
  }

  /** Without the other's paths and everything below them. */
  public FieldSet recursiveDifference(FieldSet other) {
    if (other.isEmpty()) {
      return this;
    }
    TreeMap<String, FieldSet> rest = new TreeMap<>();
    children.forEach((element, child) -> {
      FieldSet theirs = other.children.get(element);
      if (theirs == null) {
        rest.put(element, child);
      } else if (!theirs.member) {
        putUnlessEmpty(rest, element, child.recursiveDifference(theirs));
      }
    });
    return new FieldSet(member && !other.member, rest);
  }

  private static void putUnlessEmpty(
      TreeMap<String, FieldSet> map, String element, FieldSet child) {
    if (!child.isEmpty()) {
      map.put(element, child);
    }
  }

  /** The same tree with this node in the set or not. */
  FieldSet withMember(boolean isMember) {
    return isMember == member ? this : new FieldSet(isMember, children);
  }

  FieldSet withChildren(TreeMap<String, FieldSet> replaced) {
    return new FieldSet(member, replaced);
  }

  static FieldSet leaf() {
    return LEAF;
  }

  /** Every path, as users read it: {@code .spec.containers[name="c"].image}. */
  void forEachPath(Consumer<String> action) {
    walk("", action);
  }

  private void walk(String path, Consumer<String> action) {
    if (member) {
      action.accept(path);
    }
    children.forEach((element, child) -> child.walk(path + PathElements.shown(element), action));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet set && member == set.member && children.equals(set.children);
  }

  @Override
  public int hashCode() {
    return children.hashCode() * 2 + (member ? 1 : 0);
  }

  @Override
  public String toString() {
    return toJson().toString();
  }

  /**
   * Collects paths during a walk: {@link #enter} and {@link #leave} follow it, {@link #insert} adds
   * where it is.
   */
  static final class Builder {
    private final java.util.ArrayList<String> path = new java.util.ArrayList<>();
    private final Node root = new Node();

    private static final class Node {
      private boolean member;
      private @Nullable TreeMap<String, Node> children;

      FieldSet build() {
        if (children == null) {
          return member ? LEAF : EMPTY;
        }
        TreeMap<String, FieldSet> built = new TreeMap<>();
        children.forEach((element, child) -> built.put(element, child.build()));
        return new FieldSet(member, built);
      }
    }

    void enter(String element) {
      path.add(element);
    }

    void leave() {
      path.removeLast();
    }

    void insert() {
      insertAt(path);
    }

    void insertAt(List<String> where) {
      Node node = root;
      for (String element : where) {
        if (node.children == null) {
          node.children = new TreeMap<>();
        }
        node = node.children.computeIfAbsent(element, added -> new Node());
      }
      node.member = true;
    }

    FieldSet build() {
      FieldSet set = root.build();
      return set.member ? set.withMember(false) : set;
    }
  }
}
