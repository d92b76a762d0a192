package dev.javernetes.api.codec.apply;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Field sets by schema: all paths of an object that can be owned, a set with the fields on the way
 * made members, and a set brought in line with a schema whose lists or maps became atomic.
 */
final class OwnedFields {
  private final FieldSet.Builder set = new FieldSet.Builder();

  private OwnedFields() {}

  static FieldSet of(JsonObject object, Schema schema) {
    OwnedFields walk = new OwnedFields();
    walk.value(object, schema);
    return walk.set.build();
  }

  private void value(@Nullable Object value, Schema schema) {
    switch (Topology.of(schema, value)) {
      case SCALAR, ATOMIC -> set.insert();
      case GRANULAR -> {
        if (value instanceof JsonObject object) {
          members(object, schema);
        }
      }
      case LIST_MAP, LIST_SET -> {
        if (value instanceof List<?> list) {
          elements(list, schema);
        }
      }
    }
  }

  private void members(JsonObject object, Schema schema) {
    for (Map.Entry<String, @Nullable Object> member : object.entrySet()) {
      Schema type = Topology.member(schema, member.getKey());
      if (type == null) {
        continue;
      }
      Object value = member.getValue();
      set.enter(PathElements.field(member.getKey()));
      value(value, type);
      boolean hollow = value == null || value instanceof JsonObject inner && inner.isEmpty();
      if (hollow || !Topology.isDeclared(schema, member.getKey())) {
        set.insert();
      }
      set.leave();
    }
  }

  private void elements(List<?> list, Schema schema) {
    Map<String, Integer> counts = new HashMap<>();
    List<String> elements = new ArrayList<>(list.size());
    for (Object item : list) {
      String element = elementOrNull(schema, item);
      elements.add(element == null ? "" : element);
      if (element != null) {
        counts.merge(element, 1, Integer::sum);
      }
    }
    for (int i = 0; i < list.size(); i++) {
      String element = elements.get(i);
      if (element.isEmpty()) {
        continue;
      }
      set.enter(element);
      if (counts.getOrDefault(element, 0) == 1) {
        value(list.get(i), Topology.items(schema));
      }
      set.insert(); // an element given twice is owned as one
      set.leave();
    }
  }

  static @Nullable String elementOrNull(Schema list, @Nullable Object item) {
    try {
      return Topology.element(list, item);
    } catch (IllegalArgumentException hasNone) {
      return null;
    }
  }

  /** The set, with every declared field that it leads through made a member. */
  static FieldSet withNamedFields(FieldSet set, @Nullable Schema schema) {
    TreeMap<String, FieldSet> children = new TreeMap<>();
    set.children()
        .forEach((element, child) -> {
          Schema below = below(schema, element);
          FieldSet inner = withNamedFields(child, below);
          boolean named =
              schema != null
                  && PathElements.isField(element)
                  && Topology.isDeclared(schema, PathElements.fieldName(element));
          children.put(element, named ? inner.withMember(true) : inner);
        });
    return set.withChildren(children);
  }

  /** Paths into what the schema now calls atomic become the atomic value itself. */
  static FieldSet reconciled(FieldSet set, Schema schema) {
    TreeMap<String, FieldSet> children = new TreeMap<>();
    boolean changed = false;
    for (Map.Entry<String, FieldSet> entry : set.children().entrySet()) {
      FieldSet child = entry.getValue();
      Schema below = below(schema, entry.getKey());
      FieldSet kept = child;
      if (below != null && !child.children().isEmpty()) {
        boolean collection =
            below.type() == Schema.Type.OBJECT || below.type() == Schema.Type.ARRAY;
        kept =
            collection && Topology.of(below, null) == Topology.Kind.ATOMIC
                ? FieldSet.leaf()
                : reconciled(child, below);
      }
      changed |= kept != child;
      children.put(entry.getKey(), kept);
    }
    return changed ? set.withChildren(children) : set;
  }

  private static @Nullable Schema below(@Nullable Schema schema, String element) {
    if (schema == null) {
      return null;
    }
    return PathElements.isField(element)
        ? Topology.member(schema, PathElements.fieldName(element))
        : schema.items();
  }
}
