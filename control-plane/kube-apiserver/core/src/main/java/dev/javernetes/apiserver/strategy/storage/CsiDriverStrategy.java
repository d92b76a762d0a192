package dev.javernetes.apiserver.strategy.storage;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CSI drivers. */
public final class CsiDriverStrategy implements Strategy {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final String TOKENS_SHOWN =
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible"
          + " logging of tokens in volume attributes";
  private static final long SHORTEST = 600;
  private static final long LONGEST = 1L << 32;

  @Override
  public void applyDefaults(JsonObject driver) {
    JsonObject spec = driver.ensureObject("spec");
    FieldRules.defaultIfAbsent(spec, "attachRequired", true);
    for (String field :
        List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount")) {
      FieldRules.defaultIfAbsent(spec, field, false);
    }
    FieldRules.defaultIfAbsent(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
    if (spec.strings("volumeLifecycleModes").isEmpty()) {
      spec.put("volumeLifecycleModes", new ArrayList<Object>(List.of("Persistent")));
    }
  }

  @Override
  public void prepareForCreate(StrategyContext context, JsonObject driver) {
    dropDisabled(driver);
  }

  /** The generation starts with the first change: upstream does not set it on creation. */
  @Override
  public void prepareForUpdate(StrategyContext context, JsonObject driver, JsonObject old) {
    dropDisabled(driver);
    if (!FieldRules.same(driver.get("spec"), old.get("spec"))) {
      driver
          .ensureObject("metadata")
          .put("generation", old.objectOrEmpty("metadata").integer("generation") + 1);
    }
  }

  /** The gate VolumeLimitScaling is off in 1.36. */
  private static void dropDisabled(JsonObject driver) {
    driver.ensureObject("spec").remove("preventPodSchedulingIfMissing");
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject driver, ErrorList errors) {
    JsonObject spec = driver.objectOrEmpty("spec");
    FieldRules.supported(
        spec.string("fsGroupPolicy"),
        List.of("File", "None", "ReadWriteOnceWithFSType"),
        SPEC.child("fsGroupPolicy"),
        errors);
    tokens(spec.objects("tokenRequests"), errors);
    for (String mode : spec.strings("volumeLifecycleModes")) {
      if (!List.of("Persistent", "Ephemeral").contains(mode)) {
        errors.notSupportedInOrder(
            SPEC.child("volumeLifecycleModes"), mode, List.of("Persistent", "Ephemeral"));
      }
    }
    Long period = spec.integerOrNull("nodeAllocatableUpdatePeriodSeconds");
    if (period != null && period < 10) {
      errors.invalid(
          SPEC.child("nodeAllocatableUpdatePeriodSeconds"),
          period,
          "must be greater than or equal to 10 seconds");
    }
    if (spec.has("serviceAccountTokenInSecrets") && spec.objects("tokenRequests").isEmpty()) {
      errors.invalid(
          SPEC.child("serviceAccountTokenInSecrets"),
          spec.get("serviceAccountTokenInSecrets"),
          "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
    }
  }

  private static void tokens(List<JsonObject> requests, ErrorList errors) {
    Set<String> audiences = new HashSet<>();
    for (int i = 0; i < requests.size(); i++) {
      FieldPath path = SPEC.child("tokenRequests").index(i);
      String audience = requests.get(i).string("audience");
      if (!audiences.add(audience)) {
        errors.duplicate(path.child("audience"), audience);
        continue;
      }
      Long seconds = requests.get(i).integerOrNull("expirationSeconds");
      if (seconds != null && seconds < SHORTEST) {
        errors.invalid(
            path.child("expirationSeconds"),
            seconds,
            "may not specify a duration less than 10 minutes");
      } else if (seconds != null && seconds > LONGEST) {
        errors.invalid(
            path.child("expirationSeconds"),
            seconds,
            "may not specify a duration larger than 2^32 seconds");
      }
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject driver, JsonObject old, ErrorList errors) {
    validateCreate(context, driver, errors);
    JsonObject spec = driver.objectOrEmpty("spec");
    JsonObject before = old.objectOrEmpty("spec");
    FieldRules.immutable(
        spec.get("attachRequired"),
        before.get("attachRequired"),
        SPEC.child("attachedRequired"),
        errors);
    FieldRules.immutable(
        spec.get("volumeLifecycleModes"),
        before.get("volumeLifecycleModes"),
        SPEC.child("volumeLifecycleModes"),
        errors);
  }

  @Override
  public List<String> warningsOnCreate(StrategyContext context, JsonObject driver) {
    JsonObject spec = driver.objectOrEmpty("spec");
    return !spec.objects("tokenRequests").isEmpty() && !spec.has("serviceAccountTokenInSecrets")
        ? List.of(TOKENS_SHOWN)
        : List.of();
  }

  @Override
  public List<String> warningsOnUpdate(StrategyContext context, JsonObject driver, JsonObject old) {
    Object before = old.objectOrEmpty("spec").get("tokenRequests");
    return FieldRules.same(driver.objectOrEmpty("spec").get("tokenRequests"), before)
        ? List.of()
        : warningsOnCreate(context, driver);
  }

  @Override
  public boolean allowUnconditionalUpdate() {
    return false;
  }
}
