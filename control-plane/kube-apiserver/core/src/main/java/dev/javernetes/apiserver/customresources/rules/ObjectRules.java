package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.cel.Limits;
import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.FieldNames;
import dev.javernetes.api.cel.types.JsonTypedSchema;
import dev.javernetes.api.cel.types.SchemaTypes;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a schema, ready to be evaluated: a tree as the schema is one, of the parts that have
 * rules in them.
 *
 * <pre>{@code
 * ObjectRules rules = ObjectRules.of(version.object("schema").object("openAPIV3Schema"));
 * rules.validate(object, old, FieldPath.ROOT, errors, warning -> {});
 * }</pre>
 */
public final class ObjectRules {
  private final JsonObject schema;
  private final NodeRules rules;
  private final @Nullable ObjectRules items;
  private final @Nullable ObjectRules additional;
  private final Map<String, ObjectRules> properties;
  private final List<ObjectRules> allOf;

  private ObjectRules(
      JsonObject schema,
      NodeRules rules,
      @Nullable ObjectRules items,
      @Nullable ObjectRules additional,
      Map<String, ObjectRules> properties,
      List<ObjectRules> allOf) {
    this.schema = schema;
    this.rules = rules;
    this.items = items;
    this.additional = additional;
    this.properties = properties;
    this.allOf = allOf;
  }

  /** What evaluation may still cost; once spent, nothing more is evaluated. */
  static final class Budget {
    private long left;

    Budget(long left) {
      this.left = left;
    }

    long left() {
      return left;
    }

    boolean spent() {
      return left < 0;
    }

    void spend(long cost) {
      left -= cost;
    }

    void end() {
      left = -1;
    }
  }

  /** Where findings go. */
  record Findings(ErrorList errors, Consumer<String> warnings, Budget budget) {}

  /** Whether there is a rule anywhere in a structural schema. */
  public static boolean hasRules(JsonObject schema) {
    if (!schema.objects(Rule.KEYWORD).isEmpty()) {
      return true;
    }
    return isRuled(schema.object("items"))
        || isRuled(schema.object("additionalProperties"))
        || schema.objectOrEmpty("properties").values().stream()
            .anyMatch(property -> property instanceof JsonObject inner && hasRules(inner));
  }

  private static boolean isRuled(@Nullable JsonObject schema) {
    return schema != null && hasRules(schema);
  }

  /** The rules of a whole object's schema; {@code null} if it has none. */
  public static @Nullable ObjectRules of(JsonObject schema) {
    return of(schema, true);
  }

  /**
   * The rules of a part of a schema.
   *
   * @param resource whether its values are whole objects
   */
  public static @Nullable ObjectRules of(JsonObject schema, boolean resource) {
    return hasRules(schema)
        ? part(schema, schema, resource, SchemaTypes.of(new JsonTypedSchema(schema), resource))
        : null;
  }

  /**
   * @param ruled says the rules; it is part of an {@code allOf} or the schema itself
   * @param schema describes the values
   */
  private static @Nullable ObjectRules part(
      JsonObject ruled, JsonObject schema, boolean resource, @Nullable DeclaredType type) {
    DeclaredType elementType = type == null ? null : type.element();
    ObjectRules items = inner(ruled.object("items"), schema.object("items"), elementType);
    ObjectRules additional =
        inner(
            ruled.object("additionalProperties"),
            schema.object("additionalProperties"),
            elementType);
    Map<String, ObjectRules> properties = new LinkedHashMap<>();
    ruled
        .objectOrEmpty("properties")
        .forEach((name, property) -> {
          if (property instanceof JsonObject of) {
            ObjectRules inner = property(of, schema, name, type);
            if (inner != null) {
              properties.put(name, inner);
            }
          }
        });
    List<ObjectRules> allOf = new ArrayList<>();
    for (JsonObject nested : ruled.objects("allOf")) {
      ObjectRules inner = part(nested, schema, resource, type);
      if (inner != null) {
        allOf.add(inner);
      }
    }
    boolean none = ruled.objects(Rule.KEYWORD).isEmpty();
    if (none && items == null && additional == null && properties.isEmpty() && allOf.isEmpty()) {
      return null;
    }
    return new ObjectRules(
        schema, new NodeRules(ruled, schema, type), items, additional, properties, allOf);
  }

  private static @Nullable ObjectRules inner(
      @Nullable JsonObject ruled, @Nullable JsonObject schema, @Nullable DeclaredType type) {
    return ruled == null || schema == null
        ? null
        : part(ruled, schema, schema.bool("x-kubernetes-embedded-resource"), type);
  }

  private static @Nullable ObjectRules property(
      JsonObject ruled, JsonObject outer, String name, @Nullable DeclaredType outerType) {
    JsonObject schema = outer.objectOrEmpty("properties").object(name);
    if (schema == null) {
      return null; // only what is on the structural spine has values
    }
    boolean resource = schema.bool("x-kubernetes-embedded-resource");
    String escaped = FieldNames.escape(name);
    DeclaredType type;
    if (escaped == null) {
      type = SchemaTypes.of(new JsonTypedSchema(schema), resource);
    } else {
      DeclaredType.Field field =
          outerType == null || outerType.fields() == null ? null : outerType.fields().get(escaped);
      type = field == null ? null : field.type();
    }
    return type == null ? null : part(ruled, schema, resource, type);
  }

  /**
   * Evaluates the rules.
   *
   * @param old the object before an update, {@code null} on creation: rules that speak of {@code
   *     oldSelf} need one
   * @param warnings takes what fails for values that have not changed
   */
  public void validate(
      @Nullable Object value,
      @Nullable Object old,
      FieldPath path,
      ErrorList errors,
      Consumer<String> warnings) {
    Ratchet ratchet = old == null ? Ratchet.NONE : Ratchet.of(value, old, schema);
    validate(
        value, old, path, ratchet, new Findings(errors, warnings, new Budget(Limits.PER_REQUEST)));
  }

  /** Evaluates the rules for a default value: as it stands, and as a new value. */
  public void validateDefault(Object value, FieldPath path, ErrorList errors) {
    ErrorList found = new ErrorList();
    Findings findings = new Findings(found, unused -> {}, new Budget(Limits.PER_REQUEST));
    validate(value, value, path, Ratchet.NONE, findings);
    if (found.isEmpty()) {
      validate(value, null, path, Ratchet.NONE, findings);
    }
    errors.addAll(found);
  }

  private void validate(
      @Nullable Object value,
      @Nullable Object old,
      FieldPath path,
      Ratchet ratchet,
      Findings findings) {
    if (value == null) {
      return; // rules about null stand with what is around it
    }
    rules.validate(value, old, path, ratchet, findings);
    for (ObjectRules also : allOf) {
      if (findings.budget.spent()) {
        return;
      }
      also.validate(value, old, path, ratchet.onlyAround(), findings);
    }
    switch (value) {
      case JsonObject object -> members(object, old, path, ratchet, findings);
      case List<?> list -> elements(list, old, path, ratchet, findings);
      default -> {}
    }
  }

  private void members(
      JsonObject object, @Nullable Object old, FieldPath path, Ratchet ratchet, Findings findings) {
    JsonObject before = old instanceof JsonObject former ? former : new JsonObject();
    for (String name : object.keySet()) {
      if (additional != null && !findings.budget.spent()) {
        additional.validate(
            object.get(name), before.get(name), path.key(name), ratchet.member(name), findings);
      }
    }
    for (String name : object.keySet()) {
      ObjectRules property = properties.get(name);
      if (property != null && !findings.budget.spent()) {
        property.validate(
            object.get(name), before.get(name), path.child(name), ratchet.member(name), findings);
      }
    }
  }

  private void elements(
      List<?> list, @Nullable Object old, FieldPath path, Ratchet ratchet, Findings findings) {
    if (items == null) {
      return;
    }
    List<?> before = old instanceof List<?> former ? former : null;
    for (int i = 0; i < list.size() && !findings.budget.spent(); i++) {
      items.validate(
          list.get(i),
          Ratchet.counterpart(list.get(i), before, schema),
          path.index(i),
          ratchet.element(i),
          findings);
    }
  }
}
