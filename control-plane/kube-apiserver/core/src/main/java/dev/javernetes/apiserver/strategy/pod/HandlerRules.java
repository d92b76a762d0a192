package dev.javernetes.apiserver.strategy.pod;

import dev.javernetes.api.machinery.field.ErrorList;
import dev.javernetes.api.machinery.field.FieldPath;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.strategy.FieldRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Probes and lifecycle hooks: one handler each, and what it says. */
final class HandlerRules {
  private static final List<String> PROBE_HANDLERS =
      List.of("exec", "httpGet", "tcpSocket", "grpc");
  private static final List<String> HOOK_HANDLERS =
      List.of("exec", "httpGet", "tcpSocket", "sleep");

  private HandlerRules() {}

  static void probes(JsonObject container, PodScope scope, FieldPath path, ErrorList errors) {
    JsonObject liveness = container.object("livenessProbe");
    if (liveness != null) {
      probe(liveness, scope, path.child("livenessProbe"), errors);
      successThresholdIsOne(liveness, path.child("livenessProbe"), errors);
    }
    JsonObject readiness = container.object("readinessProbe");
    if (readiness != null) {
      probe(readiness, scope, path.child("readinessProbe"), errors);
      if (readiness.has("terminationGracePeriodSeconds")) {
        errors.invalid(
            path.child("readinessProbe", "terminationGracePeriodSeconds"),
            readiness.get("terminationGracePeriodSeconds"),
            "must not be set for readinessProbes");
      }
    }
    JsonObject startup = container.object("startupProbe");
    if (startup != null) {
      probe(startup, scope, path.child("startupProbe"), errors);
      successThresholdIsOne(startup, path.child("startupProbe"), errors);
    }
  }

  private static void successThresholdIsOne(JsonObject probe, FieldPath path, ErrorList errors) {
    if (probe.integer("successThreshold") != 1) {
      errors.invalid(
          path.child("successThreshold"), probe.integer("successThreshold"), "must be 1");
    }
  }

  private static void probe(JsonObject probe, PodScope scope, FieldPath path, ErrorList errors) {
    handler(probe, PROBE_HANDLERS, scope, path, errors);
    for (String name :
        List.of(
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold")) {
      FieldRules.notNegative(probe, name, path, errors);
    }
    Long grace = probe.integerOrNull("terminationGracePeriodSeconds");
    if (grace != null && grace <= 0) {
      errors.invalid(path.child("terminationGracePeriodSeconds"), grace, "must be greater than 0");
    }
  }

  static void lifecycle(
      @Nullable JsonObject lifecycle, PodScope scope, FieldPath path, ErrorList errors) {
    if (lifecycle == null) {
      return;
    }
    for (String hook : List.of("postStart", "preStop")) {
      JsonObject handler = lifecycle.object(hook);
      if (handler != null) {
        handler(handler, HOOK_HANDLERS, scope, path.child(hook), errors);
      }
    }
  }

  private static void handler(
      JsonObject handlers, List<String> kinds, PodScope scope, FieldPath path, ErrorList errors) {
    int count = 0;
    for (String kind : kinds) {
      JsonObject handler = handlers.object(kind);
      if (handler == null) {
        continue;
      }
      FieldPath at = path.child(kind);
      if (count++ > 0) {
        errors.forbidden(at, "may not specify more than 1 handler type");
        continue;
      }
      switch (kind) {
        case "exec" -> {
          if (handler.strings("command").isEmpty()) {
            errors.required(at.child("command"), "");
          }
        }
        case "httpGet" -> httpGet(handler, at, errors);
        case "sleep" -> sleep(handler, scope, at, errors);
        default -> FieldRules.port(handler.get("port"), at.child("port"), errors);
      }
    }
    if (count == 0) {
      errors.required(path, "must specify a handler type");
    }
  }

  private static void httpGet(JsonObject action, FieldPath path, ErrorList errors) {
    FieldRules.required(action, "path", path, errors);
    FieldRules.port(action.get("port"), path.child("port"), errors);
    FieldRules.supported(
        action.string("scheme"), List.of("HTTP", "HTTPS"), path.child("scheme"), errors);
    for (JsonObject header : action.objects("httpHeaders")) {
      FieldRules.invalid(
          FieldRules.headerName(header.string("name")),
          path.child("httpHeaders"),
          header.string("name"),
          errors);
    }
  }

  private static void sleep(JsonObject action, PodScope scope, FieldPath path, ErrorList errors) {
    Long grace = scope.gracePeriodSeconds();
    long seconds = action.integer("seconds");
    if (grace != null && (seconds < 0 || seconds > grace)) {
      errors.invalid(
          path,
          seconds,
          "must be non-negative and less than terminationGracePeriodSeconds (" + grace + ")");
    }
  }
}
