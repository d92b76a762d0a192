package dev.javernetes.apiserver.customresources.rules;

import dev.javernetes.api.cel.types.DeclaredType;
import dev.javernetes.api.cel.types.JsonTypedSchema;
import dev.javernetes.api.cel.types.SchemaTypes;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Compiles all rules of a definition's schema and estimates what they cost. */
public final class RuleChecks {
  private final Predicate<JsonObject> sound;
  private final RuleCosts costs;
  private final ErrorList errors;

  private RuleChecks(Predicate<JsonObject> sound, RuleCosts costs, ErrorList errors) {
    this.sound = sound;
    this.costs = costs;
    this.errors = errors;
  }

  /**
   * Where in a schema a part stands.
   *
   * @param uncorrelated the outermost part below which old values are not known; {@code null} if
   *     they are
   */
  private record Place(
      FieldPath path, RuleCosts.Cardinality cardinality, @Nullable FieldPath uncorrelated) {
    Place inside(JsonObject container, FieldPath at, boolean correlated) {
      return new Place(
          at,
          cardinality.within(container),
          uncorrelated != null || correlated ? uncorrelated : path);
    }
  }

  /**
   * Checks a structural schema.
   *
   * @param sound whether nothing else is wrong with that part of the schema: only then its rules
   *     are compiled
   * @param unchanged whether the schema is as it was before an update
   */
  public static void check(
      JsonObject schema,
      FieldPath path,
      Predicate<JsonObject> sound,
      boolean unchanged,
      ErrorList errors) {
    if (!ObjectRules.hasRules(schema)) {
      return;
    }
    RuleCosts costs = new RuleCosts(!unchanged);
    new RuleChecks(sound, costs, errors)
        .part(schema, new Place(path, RuleCosts.Cardinality.ONE, null), true);
    costs.total(path, errors);
  }

  private void part(JsonObject schema, Place place, boolean root) {
    FieldPath path = place.path;
    if (schema.object("additionalProperties") instanceof JsonObject values) {
      part(values, place.inside(schema, path.child("additionalProperties"), true), false);
    }
    new TreeMap<>(schema.objectOrEmpty("properties"))
        .forEach((name, value) -> {
          if (value instanceof JsonObject property) {
            part(property, place.inside(schema, path.child("properties").key(name), true), false);
          }
        });
    if (schema.object("items") instanceof JsonObject items) {
      boolean byKey = schema.string("x-kubernetes-list-type").equals("map");
      part(items, place.inside(schema, path.child("items"), byKey), false);
    }
    if (schema.has(Rule.KEYWORD) && sound.test(schema)) {
      rules(schema, place, root);
    }
  }

  private void rules(JsonObject schema, Place place, boolean root) {
    FieldPath path = place.path.child(Rule.KEYWORD);
    DeclaredType type =
        SchemaTypes.of(
            new JsonTypedSchema(schema), root || schema.bool("x-kubernetes-embedded-resource"));
    if (type == null) {
      errors.internal(
          path,
          "internal error: failed to construct type information for x-kubernetes-validations"
              + " rules: unable to convert structural schema to CEL declarations");
      return;
    }
    List<CompiledRule> compiled = new RuleCompiler(schema, type).compile();
    for (int i = 0; i < compiled.size(); i++) {
      rule(compiled.get(i), type, place, path.index(i));
    }
  }

  private void rule(CompiledRule compiled, DeclaredType type, Place place, FieldPath path) {
    Rule rule = compiled.rule();
    if (compiled.program() != null) {
      costs.rule(compiled.program(), type, place.cardinality, path.child("rule"), errors);
    }
    if (!compiled.error().isEmpty()) {
      errors.invalid(path.child("rule"), rule.goForm(), compiled.error());
    }
    FieldPath messagePath = path.child("messageExpression");
    if (!compiled.messageError().isEmpty()) {
      errors.invalid(messagePath, rule.goForm(), compiled.messageError());
    } else if (compiled.messageProgram() != null) {
      costs.message(compiled.messageProgram(), type, messagePath, errors);
    }
    if (compiled.usesOldSelf()) {
      if (place.uncorrelated != null) {
        errors.invalid(
            path.child("rule"),
            rule.rule(),
            "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                + place.uncorrelated);
      }
    } else if (rule.optionalOldSelf() != null) {
      errors.invalid(
          path.child("optionalOldSelf"),
          rule.optionalOldSelf(),
          "may not be set if oldSelf is not used in rule");
    }
  }
}
