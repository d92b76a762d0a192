package dev.javernetes.apiserver.admission.webhook;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.AdmissionRequest;
import dev.javernetes.apiserver.access.Operation;
import dev.javernetes.apiserver.access.ValidatingAdmission;
import dev.javernetes.apiserver.admission.ObjectIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** ValidatingAdmissionWebhook: asks all webhooks at the same time; any of them may refuse. */
public final class ValidatingWebhooks implements ValidatingAdmission {
  private final WebhookCalls calls;
  private final ExecutorService executor;

  /** {@code configurations} are the ValidatingWebhookConfigurations. */
  public ValidatingWebhooks(
      ObjectIndex configurations,
      WebhookMatching matching,
      WebhookCaller caller,
      MatchConditions conditions,
      Supplier<String> uuids,
      ExecutorService executor) {
    calls = new WebhookCalls(configurations, matching, caller, conditions, uuids);
    this.executor = executor;
  }

  @Override
  public boolean handles(Operation operation) {
    return true;
  }

  @Override
  public void validate(AdmissionRequest request) {
    List<WebhookCalls.Target> targets = calls.targets(request);
    if (targets.size() <= 1) {
      targets.forEach(target -> calls.call(target, request));
      return;
    }
    List<Future<?>> running = new ArrayList<>();
    for (WebhookCalls.Target target : targets) {
      running.add(executor.submit(() -> calls.call(target, request)));
    }
    ApiException first = null;
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException failed) {
        ApiException refusal =
            failed.getCause() instanceof ApiException api
                ? api
                : ApiException.internal(String.valueOf(failed.getCause()));
        first = first == null ? refusal : first;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw ApiException.internal("interrupted while calling webhooks");
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
