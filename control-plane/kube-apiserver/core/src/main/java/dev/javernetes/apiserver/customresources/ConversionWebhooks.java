package dev.javernetes.apiserver.customresources;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.admission.webhook.WebhookCaller;
import dev.javernetes.apiserver.registry.Conversion;
import java.util.Map;
import java.util.function.Supplier;

/** Conversions by webhooks, reached as admission webhooks are. */
public final class ConversionWebhooks implements Conversions {
  private final WebhookCaller caller;
  private final Supplier<String> uids;

  public ConversionWebhooks(WebhookCaller caller, Supplier<String> uids) {
    this.caller = caller;
    this.uids = uids;
  }

  @Override
  public Conversion webhook(JsonObject webhook, Map<String, CustomVersion> versions) {
    return new WebhookConversion(webhook, versions, caller, uids);
  }
}
