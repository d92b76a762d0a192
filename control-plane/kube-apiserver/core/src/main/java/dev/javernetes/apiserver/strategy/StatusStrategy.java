package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.core.CoreTrees;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes to a kind's {@code /status}: everything but the status stays, of the metadata what the
 * kind says.
 *
 * @param defaults the kind's own defaults
 * @param keptMetadata members of metadata that stay as they were
 * @param rule what the new status must be, given the object before
 * @param allowUnconditionalUpdate as the kind itself has it
 */
public record StatusStrategy(
    Consumer<JsonObject> defaults,
    List<String> keptMetadata,
    Rule rule,
    boolean allowUnconditionalUpdate)
    implements Strategy {

  /** Checks an object whose status was written. */
  @FunctionalInterface
  public interface Rule {
    Rule NONE = (object, old, errors) -> {};

    void check(JsonObject object, JsonObject old, ErrorList errors);
  }

  /** What upstream's {@code ResetObjectMetaForStatus} takes back. */
  private static final List<String> METADATA =
      List.of("deletionTimestamp", "labels", "annotations", "finalizers", "ownerReferences");

  public StatusStrategy(Consumer<JsonObject> defaults, List<String> keptMetadata, Rule rule) {
    this(defaults, keptMetadata, rule, true);
  }

  /** Of a kind whose metadata is not written through its status. */
  public static StatusStrategy keepingMetadata(Rule rule) {
    return new StatusStrategy(object -> {}, METADATA, rule);
  }

  /** The same for a kind that insists on a resource version. */
  public StatusStrategy conditional() {
    return new StatusStrategy(defaults, keptMetadata, rule, false);
  }

  public StatusStrategy {
    keptMetadata = List.copyOf(keptMetadata);
  }

  @Override
  public void applyDefaults(JsonObject object) {
    defaults.accept(object);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    CoreTrees.keepAllButStatus(object, old, keptMetadata);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
    rule.check(object, old, errors);
  }

  @Override
  public List<List<String>> resetFields() {
    List<List<String>> fields = new ArrayList<>();
    fields.add(List.of("spec"));
    keptMetadata.forEach(name -> fields.add(List.of("metadata", name)));
    return fields;
  }
}
