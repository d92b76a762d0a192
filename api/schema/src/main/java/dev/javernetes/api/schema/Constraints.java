package dev.javernetes.api.schema;

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

  /** One CEL rule of {@code x-kubernetes-validations}. */
  public record ValidationRule(
      String rule,
      String message,
      String messageExpression,
      String reason,
      String fieldPath,
      @Nullable Boolean optionalOldSelf) {}
}
