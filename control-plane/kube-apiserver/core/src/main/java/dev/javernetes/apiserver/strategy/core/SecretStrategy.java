package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.codec.decode.DecodeException;
import dev.javernetes.api.codec.decode.StrictErrors;
import dev.javernetes.api.codec.decode.UntypedDecoder;
import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Secrets; {@code stringData} is a write-only way to give {@code data} as text. */
public final class SecretStrategy implements Strategy {
  private static final FieldPath DATA = FieldPath.of("data");
  private static final String ACCOUNT = "kubernetes.io/service-account.name";

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.UPDATE, MetadataCheck.CREATE);
  }

  @Override
  public void applyDefaults(JsonObject secret) {
    FieldRules.defaultTo(secret, "type", "Opaque");
    JsonObject text = secret.object("stringData");
    if (text != null) {
      JsonObject data = text.isEmpty() ? new JsonObject() : secret.ensureObject("data");
      text.forEach((key, value) ->
          data.put(
              key,
              Base64.getEncoder()
                  .encodeToString(
                      (value instanceof String string ? string : "")
                          .getBytes(StandardCharsets.UTF_8))));
      secret.remove("stringData");
    }
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject secret, ErrorList errors) {
    check(secret, errors);
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject secret, JsonObject old) {
    if (secret.string("type").isEmpty()) {
      CoreTrees.copy("type", old, secret);
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject secret, JsonObject old, ErrorList errors) {
    FieldRules.immutable(secret.string("type"), old.string("type"), FieldPath.of("type"), errors);
    if (old.bool("immutable")) {
      ConfigMapStrategy.frozen(secret, old, errors, "data");
    }
    check(secret, errors);
  }

  private static void check(JsonObject secret, ErrorList errors) {
    long size = 0;
    Map<String, String> data = secret.stringMap("data");
    for (Map.Entry<String, String> entry : data.entrySet()) {
      FieldRules.invalid(
          FieldRules.configKey(entry.getKey()), DATA.key(entry.getKey()), entry.getKey(), errors);
      size += ConfigMapStrategy.decodedLength(entry.getValue());
    }
    if (size > ConfigMapStrategy.SIZE_LIMIT_BYTES) {
      errors.tooLong(DATA, ConfigMapStrategy.SIZE_LIMIT_BYTES);
    }
    switch (secret.string("type")) {
      case "kubernetes.io/service-account-token" -> {
        if (secret
            .objectOrEmpty("metadata")
            .objectOrEmpty("annotations")
            .string(ACCOUNT)
            .isEmpty()) {
          errors.required(FieldPath.of("metadata", "annotations").key(ACCOUNT), "");
        }
      }
      case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", errors);
      case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", errors);
      case "kubernetes.io/basic-auth" -> {
        if (!data.containsKey("username") && !data.containsKey("password")) {
          required(Map.of(), List.of("username", "password"), errors);
        }
      }
      case "kubernetes.io/ssh-auth" -> {
        if (data.getOrDefault("ssh-privatekey", "").isEmpty()) {
          required(Map.of(), List.of("ssh-privatekey"), errors);
        }
      }
      case "kubernetes.io/tls" -> required(data, List.of("tls.crt", "tls.key"), errors);
      default -> {}
    }
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject secret) {
    if (!secret.string("type").equals("kubernetes.io/tls")) {
      return List.of();
    }
    JsonObject data = secret.objectOrEmpty("data");
    Base64.Decoder base64 = Base64.getDecoder();
    String problem =
        TlsKeyPair.problem(
            base64.decode(data.string("tls.crt")), base64.decode(data.string("tls.key")));
    return problem == null ? List.of() : List.of(problem);
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject secret, JsonObject old) {
    return warningsOnCreate(context, secret);
  }

  private static void required(Map<String, String> data, List<String> keys, ErrorList errors) {
    for (String key : keys) {
      if (!data.containsKey(key)) {
        errors.required(DATA.key(key), "");
      }
    }
  }

  private static void json(Map<String, String> data, String key, ErrorList errors) {
    String text = data.get(key);
    if (text == null) {
      errors.required(DATA.key(key), "");
      return;
    }
    try {
      UntypedDecoder.decodeObject(Base64.getDecoder().decode(text), new StrictErrors());
    } catch (DecodeException notJson) {
      errors.invalid(
          DATA.key(key), "<secret contents redacted>", String.valueOf(notJson.getMessage()));
    }
  }
}
