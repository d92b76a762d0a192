package dev.javernetes.apiserver.strategy.flowcontrol;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import dev.javernetes.apiserver.strategy.InternalForm;
import dev.javernetes.apiserver.strategy.StatusOnly;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PriorityLevelConfiguration. */
final class PriorityLevelStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");

  /** Carried a zero through v1beta3; a v1 object has none. */
  private static final String PRESERVE_ZERO =
      "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

  private static final long MAX_QUEUES = 10_000_000;
  private static final int MAX_HASH_BITS = 60;
  private static final String BETWEEN = "must be between 0 and 100, inclusive";
  private static final Strategy STATUS =
      StatusOnly.of(
          (object, old, errors) -> FlowcontrolStrategies.validateConditions(object, errors));

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return List.of(MetadataCheck.CREATE);
  }

  @Override
  public boolean countsGeneration() {
    return true;
  }

  @Override
  public void applyDefaults(JsonObject level) {
    JsonObject spec = level.objectOrEmpty("spec");
    JsonObject exempt = spec.object("exempt");
    if (exempt != null) {
      FieldRules.defaultIfAbsent(exempt, "nominalConcurrencyShares", 0L);
      FieldRules.defaultIfAbsent(exempt, "lendablePercent", 0L);
    }
    JsonObject limited = spec.object("limited");
    if (limited != null) {
      FieldRules.defaultIfAbsent(limited, "nominalConcurrencyShares", 30L);
      FieldRules.defaultIfAbsent(limited, "lendablePercent", 0L);
      JsonObject queuing = limited.objectOrEmpty("limitResponse").object("queuing");
      if (queuing != null) {
        FieldRules.defaultTo(queuing, "handSize", 8L);
        FieldRules.defaultTo(queuing, "queues", 64L);
        FieldRules.defaultTo(queuing, "queueLengthLimit", 50L);
      }
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject level) {
    level.remove("status");
  }

  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject level, JsonObject old) {
    StatusOnly.restore(level, "status", old.get("status"));
  }

  @Override
  public List<List<String>> resetFields() {
    return List.of(List.of("status"));
  }

  @Override
  public @Nullable Strategy subresource(String name) {
    return name.equals("status") ? STATUS : null;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject level, ErrorList errors) {
    JsonObject metadata = level.objectOrEmpty("metadata");
    if (metadata.objectOrEmpty("annotations").has(PRESERVE_ZERO)) {
      errors.forbidden(
          FieldPath.of("metadata", "annotations"),
          "annotation '%s' is forbidden".formatted(PRESERVE_ZERO));
    }
    JsonObject spec = level.objectOrEmpty("spec");
    String name = metadata.string("name");
    validateSpec(spec, name, errors);
    if (EveryCluster.levelStrays(name, spec)) {
      errors.invalid(
          SPEC,
          InternalForm.of("flowcontrol.PriorityLevelConfigurationSpec", spec),
          "spec of '%s'%s must equal the fixed value"
              .formatted(name, name.equals("exempt") ? " except the 'spec.exempt' field" : ""));
    }
    FlowcontrolStrategies.validateConditions(level, errors);
  }

  private static void validateSpec(JsonObject spec, String name, ErrorList errors) {
    String type = spec.string("type");
    boolean named = name.equals("exempt");
    if (named != type.equals("Exempt")) {
      errors.invalid(
          SPEC.child("type"), type, "must be 'Exempt' if and only if `name` is 'exempt'");
    }
    JsonObject limited = spec.object("limited");
    JsonObject exempt = spec.object("exempt");
    switch (type) {
      case "Exempt" -> {
        if (limited != null) {
          errors.forbidden(SPEC.child("limited"), "must be nil if the type is not Limited");
        }
        if (exempt != null) {
          validateShares(exempt, SPEC.child("exempt"), errors);
          validateLendable(exempt, SPEC.child("exempt"), errors);
        }
      }
      case "Limited" -> {
        if (exempt != null) {
          errors.forbidden(SPEC.child("exempt"), "must be nil if the type is Limited");
        }
        if (limited == null) {
          errors.required(SPEC.child("limited"), "must not be empty when type is Limited");
        } else {
          validateLimited(limited, SPEC.child("limited"), errors);
        }
      }
      default -> errors.notSupported(SPEC.child("type"), type, List.of("Exempt", "Limited"));
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject level, JsonObject old, ErrorList errors) {
    validateCreate(context, level, errors);
  }

  private static void validateShares(JsonObject part, FieldPath path, ErrorList errors) {
    long shares = part.integer("nominalConcurrencyShares");
    if (shares < 0) {
      errors.invalid(
          path.child("nominalConcurrencyShares"), shares, "must be a non-negative integer");
    }
  }

  private static void validateLendable(JsonObject part, FieldPath path, ErrorList errors) {
    long lendable = part.integer("lendablePercent");
    if (lendable < 0 || lendable > 100) {
      errors.invalid(path.child("lendablePercent"), lendable, BETWEEN);
    }
  }

  private static void validateLimited(JsonObject limited, FieldPath path, ErrorList errors) {
    validateShares(limited, path, errors);
    JsonObject response = limited.objectOrEmpty("limitResponse");
    FieldPath responsePath = path.child("limitResponse");
    JsonObject queuing = response.object("queuing");
    switch (response.string("type")) {
      case "Reject" -> {
        if (queuing != null) {
          errors.forbidden(
              responsePath.child("queuing"),
              "must be nil if limited.limitResponse.type is not Limited");
        }
      }
      case "Queue" -> {
        if (queuing == null) {
          errors.required(
              responsePath.child("queuing"),
              "must not be empty if limited.limitResponse.type is Limited");
        } else {
          validateQueuing(queuing, responsePath.child("queuing"), errors);
        }
      }
      default ->
          errors.notSupported(
              responsePath.child("type"), response.string("type"), List.of("Queue", "Reject"));
    }
    validateLendable(limited, path, errors);
    long borrowing = limited.integer("borrowingLimitPercent");
    if (borrowing < 0) {
      errors.invalid(
          path.child("borrowingLimitPercent"),
          borrowing,
          "if specified, must be a non-negative integer");
    }
  }

  private static void validateQueuing(JsonObject queuing, FieldPath path, ErrorList errors) {
    long length = queuing.integer("queueLengthLimit");
    if (length <= 0) {
      errors.invalid(path.child("queueLengthLimit"), length, "must be positive");
    }
    long queues = queuing.integer("queues");
    if (queues <= 0) {
      errors.invalid(path.child("queues"), queues, "must be positive");
    } else if (queues > MAX_QUEUES) {
      errors.invalid(path.child("queues"), queues, "must not be greater than " + MAX_QUEUES);
    }
    long hand = queuing.integer("handSize");
    if (hand <= 0) {
      errors.invalid(path.child("handSize"), hand, "must be positive");
    } else if (hand > queues) {
      errors.invalid(
          path.child("handSize"), hand, "should not be greater than queues (" + queues + ")");
    } else if (entropyBits(queues, hand) > MAX_HASH_BITS) {
      errors.invalid(
          path.child("handSize"),
          hand,
          "required entropy bits of deckSize %d and handSize %d should not be greater than %d"
              .formatted(queues, hand, MAX_HASH_BITS));
    }
  }

  /** Bits that a hash needs to deal a hand from a deck: log2 of deck! / (deck - hand)!. */
  private static int entropyBits(long deck, long hand) {
    double bits = 0;
    for (long i = 0; i < hand; i++) {
      bits += Math.log(deck - i) / Math.log(2);
    }
    return (int) Math.ceil(bits);
  }
}
