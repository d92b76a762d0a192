/**
 * Admission webhooks: which are to be called, the calls, and what their answers mean. Uses the
 * admission ports and a caller port for HTTP. Start reading at {@link
 * dev.javernetes.apiserver.admission.webhook.MutatingWebhooks}.
 */
@NullMarked
package dev.javernetes.apiserver.admission.webhook;

import org.jspecify.annotations.NullMarked;
