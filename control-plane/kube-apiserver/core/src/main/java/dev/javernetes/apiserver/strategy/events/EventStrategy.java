package dev.javernetes.apiserver.strategy.events;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;

/**
 * Event, stored as core/v1. A request in the group events.k8s.io is held to more: new events say
 * who reports what action, and only their series may change.
 */
public final class EventStrategy implements Strategy {
  private static final int SHORT_LIMIT = 128;
  private static final int NOTE_LIMIT = 1024;

  @Override
  public boolean allowCreateOnUpdate() {
    return true;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject event, ErrorList errors) {
    boolean core = context.requested().group().isEmpty();
    validateCommon(event, core, errors);
    if (core) {
      return;
    }
    validateSeries(event, errors);
    if (!event.has("eventTime")) {
      errors.required(FieldPath.of("eventTime"), "");
    }
    String type = event.string("type");
    if (!type.equals("Normal") && !type.equals("Warning")) {
      errors.invalid(FieldPath.of("type"), "", "has invalid value: " + type);
    }
    unset(event.has("firstTimestamp"), "deprecatedFirstTimestamp", errors);
    unset(event.has("lastTimestamp"), "deprecatedLastTimestamp", errors);
    unset(event.integer("count") != 0, "deprecatedCount", errors);
    JsonObject source = event.objectOrEmpty("source");
    unset(
        !source.string("component").isEmpty() || !source.string("host").isEmpty(),
        "deprecatedSource",
        errors);
  }

  private static void unset(boolean set, String field, ErrorList errors) {
    if (set) {
      errors.invalid(FieldPath.of(field), "", "needs to be unset");
    }
  }

  private static void validateSeries(JsonObject event, ErrorList errors) {
    JsonObject series = event.object("series");
    if (series == null) {
      return;
    }
    if (series.integer("count") < 2) {
      errors.invalid(FieldPath.of("series.count"), "", "should be at least 2");
    }
    if (!series.has("lastObservedTime")) {
      errors.required(FieldPath.of("series.lastObservedTime"), "");
    }
  }

  private static void validateCommon(JsonObject event, boolean core, ErrorList errors) {
    String namespace = event.objectOrEmpty("metadata").string("namespace");
    String about = event.objectOrEmpty("involvedObject").string("namespace");
    FieldPath aboutPath = FieldPath.of("involvedObject", "namespace");
    if (!event.has("eventTime")) {
      boolean agree =
          about.isEmpty()
              ? namespace.isEmpty() || namespace.equals("default")
              : namespace.equals(about);
      if (!agree) {
        errors.invalid(aboutPath, about, "does not match event.namespace");
      }
    } else {
      if (about.isEmpty() && !namespace.equals("default") && !namespace.equals("kube-system")) {
        errors.invalid(aboutPath, about, "does not match event.namespace");
      }
      FieldPath controller = FieldPath.of(core ? "reportingComponent" : "reportingController");
      String reporter = event.string("reportingComponent");
      if (reporter.isEmpty()) {
        errors.required(controller, "");
      }
      FieldRules.qualifiedName(reporter, controller, errors);
      shortText(event, "reportingInstance", errors);
      shortText(event, "action", errors);
      shortText(event, "reason", errors);
      if (event.string("message").length() > NOTE_LIMIT) {
        errors.invalid(
            FieldPath.of("message"), "", "can have at most " + NOTE_LIMIT + " characters");
      }
    }
    FieldRules.dnsSubdomain(namespace, FieldPath.of("namespace"), errors);
  }

  private static void shortText(JsonObject event, String field, ErrorList errors) {
    String value = event.string(field);
    if (value.isEmpty()) {
      errors.required(FieldPath.of(field), "");
    }
    if (value.length() > SHORT_LIMIT) {
      errors.invalid(FieldPath.of(field), "", "can have at most " + SHORT_LIMIT + " characters");
    }
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject event, JsonObject old, ErrorList errors) {
    boolean core = context.requested().group().isEmpty();
    validateCommon(event, core, errors);
    if (core) {
      return;
    }
    for (String field :
        List.of(
            "involvedObject",
            "reason",
            "message",
            "source",
            "firstTimestamp",
            "lastTimestamp",
            "count",
            "related",
            "action",
            "reportingComponent",
            "reportingInstance",
            "type",
            "eventTime")) {
      FieldRules.immutable(event.get(field), old.get(field), FieldPath.of(field), errors);
    }
    validateSeries(event, errors);
  }
}
