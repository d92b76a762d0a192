package dev.javernetes.api.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schema's value validations, as a custom resource definition states them; absent ones are
 * {@code null} or empty.
 *
 * @param rules {@code x-kubernetes-validations}
 */
public record Constraints(
    @Nullable Double minimum,
    boolean exclusiveMinimum,
    @Nullable Double maximum,
    boolean exclusiveMaximum,
    @Nullable Double multipleOf,
    @Nullable Long minLength,
    @Nullable Long maxLength,
    @Nullable String pattern,
    @Nullable Long minItems,
    @Nullable Long maxItems,
    boolean uniqueItems,
    @Nullable Long minProperties,
    @Nullable Long maxProperties,
    List<@Nullable Object> enumeration,
    List<Schema> allOf,
    List<Schema> anyOf,
    List<Schema> oneOf,
    @Nullable Schema not,
    List<ValidationRule> rules) {

  public static final Constraints NONE =
      new Constraints(
          null, false, null, false, null, null, null, null, null, null, false, null, null,
          List.of(), List.of(), List.of(), List.of(), null, List.of());

  private Constraints with(List<Schema> allOf, List<Schema> anyOf) {
    return new Constraints(
        minimum,
        exclusiveMinimum,
        maximum,
        exclusiveMaximum,
        multipleOf,
        minLength,
        maxLength,
        pattern,
        minItems,
        maxItems,
        uniqueItems,
        minProperties,
        maxProperties,
        enumeration,
        allOf,
        anyOf,
        oneOf,
        not,
        rules);
  }

  public Constraints withAnyOf(List<Schema> anyOf) {
    return with(allOf, anyOf);
  }

  /** With one more that must hold, before all others. */
  public Constraints withFirstOfAll(Schema first) {
    List<Schema> all = new ArrayList<>(List.of(first));
    all.addAll(allOf);
    return with(all, anyOf);
  }

  /** Without {@code allOf anyOf oneOf not}. */
  public Constraints withoutCombinations() {
    return new Constraints(
        minimum,
        exclusiveMinimum,
        maximum,
        exclusiveMaximum,
        multipleOf,
        minLength,
        maxLength,
        pattern,
        minItems,
        maxItems,
        uniqueItems,
        minProperties,
        maxProperties,
        enumeration,
        List.of(),
        List.of(),
        List.of(),
        null,
        rules);
  }

  /** One CEL rule of {@code x-kubernetes-validations}. */
  public record ValidationRule(
      String rule,
      String message,
      String messageExpression,
      String reason,
      String fieldPath,
      @Nullable Boolean optionalOldSelf) {}
}
