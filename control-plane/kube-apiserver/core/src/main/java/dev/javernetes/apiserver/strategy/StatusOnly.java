package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes through {@code /status}: everything but {@code status} and metadata stays as it was; the
 * rest is checked by the function given.
 */
public final class StatusOnly implements Strategy {

  /** Checks a status that is to be written. */
  @FunctionalInterface
  public interface Check {
    Check NONE = (object, old, errors) -> {};

    void validate(JsonObject object, JsonObject old, ErrorList errors);
  }

  private final List<String> kept;
  private final Check check;
  private final Function<JsonObject, List<String>> warnings;
  private final List<MetadataCheck> metadata;

  /** {@code kept}: the members beside metadata and status, {@code spec} mostly. */
  public StatusOnly(List<String> kept, Check check) {
    this(kept, check, object -> List.of(), List.of(MetadataCheck.UPDATE));
  }

  private StatusOnly(
      List<String> kept,
      Check check,
      Function<JsonObject, List<String>> warnings,
      List<MetadataCheck> metadata) {
    this.kept = List.copyOf(kept);
    this.check = check;
    this.warnings = warnings;
    this.metadata = List.copyOf(metadata);
  }

  /** The same with warnings about the object as it is written. */
  public StatusOnly warning(Function<JsonObject, List<String>> about) {
    return new StatusOnly(kept, check, about, metadata);
  }

  /** The same for a kind that looks at metadata in another way, or not at all. */
  public StatusOnly looking(List<MetadataCheck> other) {
    return new StatusOnly(kept, check, warnings, other);
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return metadata;
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    return warnings.apply(object);
  }

  public static StatusOnly of(Check check) {
    return new StatusOnly(List.of("spec"), check);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    for (String member : kept) {
      restore(object, member, old.get(member));
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
    check.validate(object, old, errors);
  }

  @Override
  public List<List<String>> resetFields() {
    return kept.stream().map(List::of).toList();
  }

  /** Puts a member back as it was, absent if it was absent. */
  public static void restore(JsonObject object, String member, @Nullable Object before) {
    if (before == null) {
      object.remove(member);
    } else {
      object.put(member, before);
    }
  }
}
