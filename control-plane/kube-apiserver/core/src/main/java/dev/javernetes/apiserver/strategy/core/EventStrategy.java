package dev.javernetes.apiserver.strategy.core;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.field.NameFormats;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.MetadataCheck;
import dev.javernetes.apiserver.registry.Strategy;
import dev.javernetes.apiserver.registry.StrategyContext;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Events, written as v1 or as events.k8s.io/v1; the latter are held to stricter rules. The object
 * is in the core form here.
 */
public final class EventStrategy implements Strategy {

  @Override
  public List<MetadataCheck> metadataOnCreate(StrategyContext context) {
    return isStrict(context) ? List.of(MetadataCheck.CREATE) : MetadataCheck.NOTHING;
  }

  @Override
  public List<MetadataCheck> metadataOnUpdate(StrategyContext context) {
    return isStrict(context) ? List.of(MetadataCheck.UPDATE) : MetadataCheck.NOTHING;
  }

  @Override
  public void validateCreate(StrategyContext context, JsonObject event, ErrorList errors) {
    boolean strict = isStrict(context);
    legacy(event, strict, errors);
    if (!strict) {
      return;
    }
    series(event, errors);
    if (!event.has("eventTime")) {
      errors.required(FieldPath.of("eventTime"), "");
    }
    String type = event.string("type");
    if (!type.equals("Normal") && !type.equals("Warning")) {
      errors.invalid(FieldPath.of("type"), "", "has invalid value: " + type);
    }
    for (String name : List.of("firstTimestamp", "lastTimestamp")) {
      if (event.has(name)) {
        errors.invalid(FieldPath.of(name), "", "needs to be unset");
      }
    }
    if (event.integer("count") != 0) {
      errors.invalid(FieldPath.of("count"), "", "needs to be unset");
    }
    JsonObject source = event.objectOrEmpty("source");
    if (!source.string("component").isEmpty() || !source.string("host").isEmpty()) {
      errors.invalid(FieldPath.of("source"), "", "needs to be unset");
    }
  }

  private static boolean isStrict(StrategyContext context) {
    return context.requested().group().equals("events.k8s.io");
  }

  @Override
  public void validateUpdate(
      StrategyContext context, JsonObject event, JsonObject old, ErrorList errors) {
    boolean strict = isStrict(context);
    legacy(event, strict, errors);
    if (!strict) {
      return;
    }
    if (!FieldRules.same(event.get("series"), old.get("series"))) {
      series(event, errors);
    }
    keep(event, old, errors);
  }

  /** In upstream's order; what is absent is told as its zero value, as it is no pointer there. */
  private static void keep(JsonObject event, JsonObject old, ErrorList errors) {
    FieldRules.immutable(
        "core.ObjectReference",
        event.objectOrEmpty("involvedObject"),
        old.objectOrEmpty("involvedObject"),
        FieldPath.of("involvedObject"),
        errors);
    keepText(event, old, "reason", "reason", errors);
    keepText(event, old, "message", "message", errors);
    FieldRules.immutable(
        "core.EventSource",
        event.objectOrEmpty("source"),
        old.objectOrEmpty("source"),
        FieldPath.of("source"),
        errors);
    for (String time : List.of("firstTimestamp", "lastTimestamp")) {
      FieldRules.immutable(event.get(time), old.get(time), FieldPath.of(time), errors);
    }
    FieldRules.immutable(
        event.integer("count"), old.integer("count"), FieldPath.of("count"), errors);
    keepText(event, old, "reason", "reason", errors);
    keepText(event, old, "type", "type", errors);
    FieldRules.immutable(
        event.get("eventTime"), old.get("eventTime"), FieldPath.of("eventTime"), errors);
    keepText(event, old, "action", "action", errors);
    FieldRules.immutable(
        "core.ObjectReference",
        event.object("related"),
        old.object("related"),
        FieldPath.of("related"),
        errors);
    keepText(event, old, "reportingComponent", "reportingController", errors);
    keepText(event, old, "reportingInstance", "reportingInstance", errors);
  }

  private static void keepText(
      JsonObject event, JsonObject old, String member, String shown, ErrorList errors) {
    FieldRules.immutable(event.string(member), old.string(member), FieldPath.of(shown), errors);
  }

  private static void series(JsonObject event, ErrorList errors) {
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

  private static void legacy(JsonObject event, boolean strict, ErrorList errors) {
    String namespace = event.objectOrEmpty("metadata").string("namespace");
    String involved = event.objectOrEmpty("involvedObject").string("namespace");
    FieldPath involvedPath = FieldPath.of("involvedObject", "namespace");
    boolean timed = event.has("eventTime");
    boolean wrong =
        involved.isEmpty()
            ? !namespace.equals("default")
                && !(timed ? namespace.equals("kube-system") : namespace.isEmpty())
            : !timed && !namespace.equals(involved);
    if (wrong) {
      errors.invalid(involvedPath, involved, "does not match event.namespace");
    }
    if (timed) {
      reporting(event, strict, errors);
    }
    FieldRules.invalid(
        NameFormats.dnsSubdomain(namespace), FieldPath.of("namespace"), namespace, errors);
  }

  private static void reporting(JsonObject event, boolean strict, ErrorList errors) {
    FieldPath path = FieldPath.of(strict ? "reportingController" : "reportingComponent");
    String controller = event.string("reportingComponent");
    if (controller.isEmpty()) {
      errors.required(path, "");
    }
    FieldRules.qualifiedName(controller, path, errors);
    for (String name : List.of("reportingInstance", "action", "reason")) {
      if (event.string(name).isEmpty()) {
        errors.required(FieldPath.of(name), "");
      }
      if (bytes(event.string(name)) > 128) {
        errors.invalid(FieldPath.of(name), "", "can have at most 128 characters");
      }
    }
    if (bytes(event.string("message")) > 1024) {
      errors.invalid(FieldPath.of("message"), "", "can have at most 1024 characters");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public boolean allowCreateOnUpdate() {
    return true;
  }
}
