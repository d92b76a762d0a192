package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import java.util.List;

/** Service accounts. */
public final class ServiceAccountStrategy implements Strategy {
  private static final String ENFORCE = "kubernetes.io/enforce-mountable-secrets";
  private static final String DEPRECATED =
      "metadata.annotations["
          + ENFORCE
          + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to"
          + " mounted secrets";

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject account) {
    keepNames(account);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject account, JsonObject old) {
    keepNames(account);
  }

  private static void keepNames(JsonObject account) {
    for (JsonObject secret : account.objects("secrets")) {
      secret.keySet().removeIf(field -> !field.equals("name"));
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject account) {
    return enforces(account) ? List.of(DEPRECATED) : List.of();
  }

  @Override
  public List<String> warningsOnUpdate(
      StrategyContext context, JsonObject account, JsonObject old) {
    return enforces(account) && !enforces(old) ? List.of(DEPRECATED) : List.of();
  }

  private static boolean enforces(JsonObject account) {
    return account.objectOrEmpty("metadata").objectOrEmpty("annotations").has(ENFORCE);
  }
}
