package dev.javernetes.kubelet.pod;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.LifecycleHandler;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.container.Expansion;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.probe.HttpExchange;
import dev.javernetes.kubelet.probe.HttpRequest;
import dev.javernetes.kubelet.probe.ProbeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a postStart or preStop handler: a command, a GET, or a sleep. */
final class LifecycleHooks {
  /** A GET hook that answers nothing holds its pod no longer than this. */
  private static final Duration HTTP_LIMIT = Duration.ofMinutes(1);

  private final ContainerRuntime runtime;
  private final Timers timers;

  LifecycleHooks(ContainerRuntime runtime, Timers timers) {
    this.runtime = runtime;
    this.timers = timers;
  }

  void run(LifecycleHandler handler, Container container, String containerId, String podIp)
      throws HookFailedException, InterruptedException {
    try {
      if (handler.exec() != null) {
        Map<String, String> environment = new HashMap<>();
        container.env().forEach(variable -> environment.put(variable.name(), variable.value()));
        List<String> command =
            handler.exec().command().stream()
                .map(word -> Expansion.expand(word, environment::get))
                .toList();
        var response = runtime.execSync(containerId, command, Duration.ZERO);
        if (response.getExitCode() != 0) {
          throw new HookFailedException(
              "command '%s' exited with %d: %s"
                  .formatted(
                      String.join(" ", command),
                      response.getExitCode(),
                      response.getStderr().toStringUtf8()));
        }
      } else if (handler.httpGet() != null) {
        HttpRequest request =
            HttpRequest.of(handler.httpGet(), container, podIp, "kube-lifecycle/1.36");
        HttpExchange.get(request, HTTP_LIMIT);
      } else if (handler.sleep() != null) {
        Long seconds = handler.sleep().seconds();
        timers.sleep(Duration.ofSeconds(seconds == null ? 0 : seconds));
      } else {
        throw new HookFailedException("invalid handler: it has neither exec, httpGet nor sleep");
      }
    } catch (RuntimeCallException problem) {
      if (problem.is(RuntimeCallException.Kind.CANCELLED)) {
        throw new InterruptedException("hook cancelled");
      }
      throw new HookFailedException(String.valueOf(problem.getMessage()));
    } catch (ProbeException problem) {
      throw new HookFailedException(String.valueOf(problem.getMessage()));
    }
  }

  /** The handler ran and failed, or could not run. */
  static final class HookFailedException extends Exception {
    private static final long serialVersionUID = 1;

    HookFailedException(String message) {
      super(message);
    }
  }
}
