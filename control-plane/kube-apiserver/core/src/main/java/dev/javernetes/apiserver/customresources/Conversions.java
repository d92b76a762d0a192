package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.Conversion;
import java.util.Map;

/** Makes conversions that a webhook does. */
@FunctionalInterface
interface Conversions {
  /**
   * The conversion of a definition.
   *
   * @param webhook {@code spec.conversion.webhook}
   * @param versions by {@code apiVersion}
   */
  Conversion webhook(JsonObject webhook, Map<String, CustomVersion> versions);
}
