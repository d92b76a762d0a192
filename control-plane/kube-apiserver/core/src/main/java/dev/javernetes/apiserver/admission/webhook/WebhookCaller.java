package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.json.JsonObject;
import java.time.Duration;

/** The port through which webhooks are called; its adapter does HTTPS. */
@FunctionalInterface
public interface WebhookCaller {

  /** A call that could not be made, timed out or was not answered with 200; says why. */
  final class CallException extends Exception {
    private static final long serialVersionUID = 1;

    public CallException(String message) {
      super(message);
    }
  }

  /**
   * Posts a review and returns the answer's body.
   *
   * @param clientConfig {@code url} or {@code service}, and {@code caBundle}, as in the webhook's
   *     configuration
   */
  JsonObject call(JsonObject clientConfig, JsonObject review, Duration timeout)
      throws CallException;
}
