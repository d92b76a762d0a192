package dev.javernetes.apiserver.strategy.coordination;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import java.util.regex.Pattern;

/** Lease and LeaseCandidate. */
public final class CoordinationStrategies {
  private static final List<String> STRATEGIES = List.of("OldestEmulationVersion");
  private static final Pattern VERSION =
      Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)([-+].*)?");
  private static final FieldPath SPEC = FieldPath.of("spec");

  public static final Strategy LEASE =
      new Strategy() {
        @Override
        public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
          return List.of(MetadataCheck.CREATE_GENERIC);
        }

        @Override
        public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
          return List.of(MetadataCheck.UPDATE_GENERIC);
        }

        @Override
        public boolean allowCreateOnUpdate() {
          return true;
        }

        @Override
        public boolean allowUnconditionalUpdate() {
          return false;
        }

        @Override
        public void prepareForCreate(StrategyContext context, JsonObject lease) {
          dropDisabled(lease, new JsonObject());
        }

        @Override
        public void prepareForUpdate(StrategyContext context, JsonObject lease, JsonObject old) {
          dropDisabled(lease, old.objectOrEmpty("spec"));
        }

        @Override
        public void validateCreate(StrategyContext context, JsonObject lease, ErrorList errors) {
          validateLease(lease.objectOrEmpty("spec"), errors);
        }

        @Override
        public void validateUpdate(
            StrategyContext context, JsonObject lease, JsonObject old, ErrorList errors) {
          validateLease(lease.objectOrEmpty("spec"), errors);
        }
      };

  public static final Strategy LEASE_CANDIDATE =
      new Strategy() {
        @Override
        public boolean allowUnconditionalUpdate() {
          return false;
        }

        @Override
        public boolean allowCreateOnUpdate() {
          return true;
        }

        @Override
        public void validateCreate(
            StrategyContext context, JsonObject candidate, ErrorList errors) {
          validateCandidate(candidate.objectOrEmpty("spec"), errors);
        }

        @Override
        public void validateUpdate(
            StrategyContext context, JsonObject candidate, JsonObject old, ErrorList errors) {
          JsonObject spec = candidate.objectOrEmpty("spec");
          validateCandidate(spec, errors);
          FieldRules.immutable(
              spec.get("leaseName"),
              old.objectOrEmpty("spec").get("leaseName"),
              SPEC.child("leaseName"),
              errors);
        }
      };

  private CoordinationStrategies() {}

  /** The gate CoordinatedLeaderElection is off in 1.36. */
  private static void dropDisabled(JsonObject lease, JsonObject before) {
    for (String member : List.of("strategy", "preferredHolder")) {
      if (!before.has(member)) {
        lease.ensureObject("spec").remove(member);
      }
    }
  }

  private static void validateLease(JsonObject spec, ErrorList errors) {
    Long duration = spec.integerOrNull("leaseDurationSeconds");
    if (duration != null && duration <= 0) {
      errors.invalid(SPEC.child("leaseDurationSeconds"), duration, "must be greater than 0");
    }
    Long transitions = spec.integerOrNull("leaseTransitions");
    if (transitions != null && transitions < 0) {
      errors.invalid(SPEC.child("leaseTransitions"), transitions, FieldRules.NOT_NEGATIVE);
    }
    String strategy = spec.stringOrNull("strategy");
    if (strategy != null) {
      validateStrategy(
          strategy, SPEC.child("strategy", "strategy"), errors); // upstream says it twice
    }
    if (!spec.string("preferredHolder").isEmpty() && (strategy == null || strategy.isEmpty())) {
      errors.forbidden(
          SPEC.child("preferredHolder"), "may only be specified if `strategy` is defined");
    }
  }

  /** One of ours, or a qualified name of somebody else's. */
  private static void validateStrategy(String strategy, FieldPath path, ErrorList errors) {
    if (STRATEGIES.contains(strategy)) {
      return;
    }
    int slash = strategy.indexOf('/');
    if (slash < 0) {
      errors.notSupported(path, strategy, STRATEGIES);
    } else {
      FieldRules.qualifiedName(strategy, path, errors);
    }
  }

  private static void validateCandidate(JsonObject spec, ErrorList errors) {
    if (spec.string("leaseName").isEmpty()) {
      errors.required(SPEC.child("leaseName"), "");
    }
    String emulation = spec.string("emulationVersion");
    if (!emulation.isEmpty() && !VERSION.matcher(emulation).matches()) {
      errors.invalid(SPEC.child("emulationVersion"), emulation, "must be a valid semantic version");
    }
    String binary = spec.string("binaryVersion");
    if (binary.isEmpty()) {
      errors.required(SPEC.child("binaryVersion"), "");
    } else if (!VERSION.matcher(binary).matches()) {
      errors.invalid(SPEC.child("binaryVersion"), binary, "must be a valid semantic version");
    }
    String strategy = spec.string("strategy");
    if (strategy.isEmpty()) {
      errors.required(SPEC.child("strategy"), "");
      return;
    }
    if (strategy.equals("OldestEmulationVersion") && emulation.isEmpty()) {
      errors.required(
          SPEC.child("emulationVersion"),
          "must be specified when `strategy` is 'OldestEmulationVersion'");
    }
    validateStrategy(
        strategy, SPEC.child("strategy", "strategy"), errors); // upstream says it twice
  }
}
