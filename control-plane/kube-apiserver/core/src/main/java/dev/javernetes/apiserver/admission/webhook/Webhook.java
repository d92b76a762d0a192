package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** One webhook of a configuration object, read with its defaults. */
record Webhook(String configuration, JsonObject json) {

  String name() {
    return json.string("name");
  }

  boolean failsClosed() {
    return !json.string("failurePolicy").equals("Ignore");
  }

  Duration timeout() {
    return Duration.ofSeconds(json.integer("timeoutSeconds", 10));
  }

  boolean hasNoSideEffectsOnDryRun() {
    String effects = json.string("sideEffects");
    return effects.equals("None") || effects.equals("NoneOnDryRun");
  }

  boolean reinvocable() {
    return json.string("reinvocationPolicy").equals("IfNeeded");
  }

  boolean matchesExactly() {
    return json.string("matchPolicy").equals("Exact");
  }

  List<JsonObject> rules() {
    return json.objects("rules");
  }
}
