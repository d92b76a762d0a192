package dev.javernetes.apiserver.strategy;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldError;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.request.UserInfo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a strategy makes of an object: the object as it would be stored, and what is wrong with it.
 * JSON is written with single quotes in tests.
 */
public record Written(JsonObject object, List<String> errors, List<String> warnings) {
  private static final StrategyContext CONTEXT =
      new StrategyContext(
          new UserInfo("ada", "", List.of(), Map.of()),
          new GroupVersionKind("", "v1", "Any"),
          "shop",
          "",
          "update",
          false,
          Instant.parse("2026-01-02T03:04:05Z"));

  public static Written create(Strategy strategy, String json) {
    JsonObject object = parse(json);
    strategy.applyDefaults(object);
    strategy.prepareForCreate(CONTEXT, object);
    ErrorList errors = new ErrorList();
    strategy.validateCreate(CONTEXT, object, errors);
    return new Written(object, texts(errors), strategy.warningsOnCreate(CONTEXT, object));
  }

  public static Written update(Strategy strategy, String before, String after) {
    JsonObject old = parse(before);
    strategy.applyDefaults(old);
    JsonObject object = parse(after);
    strategy.applyDefaults(object);
    strategy.prepareForUpdate(CONTEXT, object, old);
    ErrorList errors = new ErrorList();
    strategy.validateUpdate(CONTEXT, object, old, errors);
    return new Written(object, texts(errors), strategy.warningsOnUpdate(CONTEXT, object, old));
  }

  public static JsonObject parse(String json) {
    try {
      return Json.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (JsonSyntaxException mistyped) {
      throw new IllegalArgumentException(json, mistyped);
    }
  }

  private static List<String> texts(ErrorList errors) {
    return errors.asList().stream().map(FieldError::toString).toList();
  }
}
