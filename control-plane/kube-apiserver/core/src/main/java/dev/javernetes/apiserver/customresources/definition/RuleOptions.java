package dev.javernetes.apiserver.customresources.definition;

import dev.javernetes.api.machinery.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which rules hold: an update need not mend what was accepted under older rules.
 *
 * @param old the definition before; {@code null} on creation
 * @param manyFields versions whose selectable fields, more than allowed, are as they were; {@code
 *     ""} for those shared by all
 */
record RuleOptions(
    @Nullable JsonObject old,
    boolean knownReviewVersion,
    boolean immutableNames,
    boolean schemaRequired,
    boolean validTypes,
    boolean structural,
    boolean prunedDefaults,
    boolean atomicSets,
    boolean listKeys,
    boolean anyCaBundle,
    Set<String> manyFields) {
  static final RuleOptions CREATE =
      new RuleOptions(null, true, false, true, true, true, true, true, true, true, Set.of());

  static RuleOptions update(JsonObject old, JsonObject updated, DefaultRules defaults) {
    InternalSpec spec = InternalSpec.of(old.objectOrEmpty("spec"));
    List<JsonObject> schemas = spec.schemas();
    List<String> reviews =
        old.objectOrEmpty("spec")
            .objectOrEmpty("conversion")
            .objectOrEmpty("webhook")
            .strings("conversionReviewVersions");
    boolean established = DefinitionRules.isTrue(old, "Established");
    return new RuleOptions(
        old,
        reviews.isEmpty() || ConversionRules.hasKnownVersion(reviews),
        established,
        spec.versions().stream().allMatch(version -> spec.schemaOf(version) != null),
        schemas.stream().noneMatch(schema -> Schemas.any(schema, SchemaRules::hasInvalidType)),
        schemas.stream().allMatch(RuleOptions::isStructural),
        schemas.stream().noneMatch(defaults::hasUnpruned),
        schemas.stream().noneMatch(schema -> Schemas.any(schema, ListTypeRules::isSetOfNonAtomic)),
        schemas.stream().noneMatch(schema -> Schemas.any(schema, ListTypeRules::hasBadKeys)),
        !established || ConversionRules.hasBadCaBundle(spec.tree()),
        manyFields(spec, InternalSpec.of(updated.objectOrEmpty("spec"))));
  }

  /** Whether a version had the same schema before. */
  boolean isUnchanged(JsonObject schema) {
    return old != null && InternalSpec.of(old.objectOrEmpty("spec")).schemas().contains(schema);
  }

  private static boolean isStructural(JsonObject schema) {
    return StructuralRules.unreadable(schema) == null
        && StructuralRules.check(schema, dev.javernetes.api.machinery.field.FieldPath.ROOT)
            .isEmpty();
  }

  private static Set<String> manyFields(InternalSpec old, InternalSpec updated) {
    Set<String> many = new TreeSet<>();
    if (isSame(old.tree(), updated.tree())) {
      many.add("");
    }
    for (JsonObject version : updated.versions()) {
      old.versions().stream()
          .filter(one -> one.string("name").equals(version.string("name")) && isSame(one, version))
          .forEach(one -> many.add(one.string("name")));
    }
    return many;
  }

  private static boolean isSame(JsonObject old, JsonObject updated) {
    List<JsonObject> fields = old.objects("selectableFields");
    return fields.size() > SelectableFieldRules.LIMIT
        && fields.equals(updated.objects("selectableFields"));
  }

  RuleOptions withStructural() {
    return new RuleOptions(
        old,
        knownReviewVersion,
        immutableNames,
        schemaRequired,
        validTypes,
        true,
        prunedDefaults,
        atomicSets,
        listKeys,
        anyCaBundle,
        manyFields);
  }
}
