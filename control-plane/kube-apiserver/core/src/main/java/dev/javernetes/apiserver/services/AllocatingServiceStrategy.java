package dev.javernetes.apiserver.services;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectMetaRules;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The strategy of Services with addresses and node ports claimed around it: what the client did not
 * give is kept from the former object, or taken from the ranges, before the service is validated as
 * a whole.
 */
public final class AllocatingServiceStrategy implements Strategy {
  private final Strategy rules;
  private final ServiceAllocator allocator;

  public AllocatingServiceStrategy(Strategy rules, ServiceAllocator allocator) {
    this.rules = rules;
    this.allocator = allocator;
  }

  @Override
  public void applyDefaults(JsonObject object) {
    rules.applyDefaults(object);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject object) {
    rules.prepareForCreate(context, object);
    allocator.chooseFamilies(object);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject object, ErrorList errors) {
    rules.validateCreate(context, object, errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject object) {
    return rules.warningsOnCreate(context, object);
  }

  @Override
  public void canonicalize(JsonObject object) {
    rules.canonicalize(object);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    ServiceAllocator.keepAllocated(object, old);
    rules.prepareForUpdate(context, object, old);
    allocator.chooseFamilies(object);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject object, JsonObject old, ErrorList errors) {
    rules.validateUpdate(context, object, old, errors);
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject object, JsonObject old) {
    return rules.warningsOnUpdate(context, object, old);
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return rules.allowCreateOnUpdate();
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return rules.allowUnconditionalUpdate();
  }

  @Override
  public boolean countsGeneration() {
    return rules.countsGeneration();
  }

  @Override
  public ObjectMetaRules.NameRule nameRule() {
    return rules.nameRule();
  }

  @Override
  public List<List<String>> resetFields() {
    return rules.resetFields();
  }

  @Override
  public boolean leavesGaps() {
    return rules.leavesGaps();
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return rules.subresource(name);
  }

  @Override
  public Allocation allocate(StrategyContext context, JsonObject object, @Nullable JsonObject old) {
    return allocator.allocate(object, old, context.dryRun());
  }

  @Override
  public void afterDelete(StrategyContext context, JsonObject object) {
    allocator.releaseAll(object);
  }
}
