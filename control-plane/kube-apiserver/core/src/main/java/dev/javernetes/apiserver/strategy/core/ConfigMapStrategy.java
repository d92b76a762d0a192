package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Config maps. */
public final class ConfigMapStrategy implements Strategy {
  static final int SIZE_LIMIT_BYTES = 1 << 20;
  static final String FROZEN = "field is immutable when `immutable` is set";

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject map, ErrorList errors) {
    check(map, errors);
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject map, JsonObject old, ErrorList errors) {
    if (old.bool("immutable")) {
      frozen(map, old, errors, "data", "binaryData");
    }
    check(map, errors);
  }

  static void frozen(JsonObject object, JsonObject old, ErrorList errors, String... members) {
    if (!object.bool("immutable")) {
      errors.forbidden(FieldPath.of("immutable"), FROZEN);
    }
    for (String member : members) {
      if (!object.objectOrEmpty(member).equals(old.objectOrEmpty(member))) {
        errors.forbidden(FieldPath.of(member), FROZEN);
      }
    }
  }

  private static void check(JsonObject map, ErrorList errors) {
    long size = 0;
    Map<String, String> binary = map.stringMap("binaryData");
    FieldPath data = FieldPath.of("data");
    for (Map.Entry<String, String> entry : map.stringMap("data").entrySet()) {
      String key = entry.getKey();
      FieldRules.invalid(FieldRules.configKey(key), data.key(key), key, errors);
      if (binary.containsKey(key)) {
        errors.invalid(data.key(key), key, "duplicate of key present in binaryData");
      }
      size += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    for (Map.Entry<String, String> entry : binary.entrySet()) {
      String key = entry.getKey();
      FieldRules.invalid(
          FieldRules.configKey(key), FieldPath.of("binaryData").key(key), key, errors);
      size += decodedLength(entry.getValue());
    }
    if (size > SIZE_LIMIT_BYTES) {
      errors.tooLong(FieldPath.ROOT.key(""), SIZE_LIMIT_BYTES);
    }
  }

  /** The bytes that base64 text stands for. */
  static long decodedLength(String base64) {
    int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
    return base64.length() / 4 * 3L - padding;
  }
}
