package dev.javernetes.kubelet.server;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.cri.v1.ExecSyncResponse;
import dev.javernetes.cri.v1.PodSandboxStatus;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.ContainerRuntime.StreamOptions;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.pod.PodWorkers;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /exec}, {@code /attach} and {@code /portForward}: asks the runtime for a streaming URL and
 * joins the client's connection to it. {@code /run} answers with a command's output.
 */
final class StreamRoutes {
  private static final Duration RUN_LIMIT = Duration.ofMinutes(1);

  private final PodWorkers workers;
  private final ContainerRuntime runtime;

  StreamRoutes(PodWorkers workers, ContainerRuntime runtime) {
    this.workers = workers;
    this.runtime = runtime;
  }

  /** Paths are {@code /exec/<namespace>/<pod>[/<uid>]/<container>}. True if taken over. */
  boolean serve(Call call, List<String> path) throws CallException, IOException {
    if (!call.upgrade()) {
      throw new CallException(
          400, "you must specify at least 1 of stdin, stdout, stderr, or upgrade the connection");
    }
    String url;
    try {
      url =
          switch (path.getFirst()) {
            case "exec" -> execUrl(call, path);
            case "attach" -> attachUrl(call, path);
            default -> portForwardUrl(call, path);
          };
    } catch (RuntimeCallException problem) {
      throw new CallException(500, String.valueOf(problem.getMessage()));
    }
    try {
      Splice.to(URI.create(url), call);
      return true;
    } catch (IOException | IllegalArgumentException problem) {
      throw new CallException(502, String.valueOf(problem.getMessage()));
    }
  }

  void run(Call call, List<String> path) throws CallException, IOException {
    Target target = target(path);
    String command = call.query("cmd");
    if (command == null || command.isBlank()) {
      throw new CallException(400, "no command given: ?cmd=");
    }
    try {
      ExecSyncResponse response =
          runtime.execSync(target.view().id(), List.of(command.split(" ")), RUN_LIMIT);
      call.answer(
          response.getExitCode() == 0
              ? HttpResponseStatus.OK
              : HttpResponseStatus.INTERNAL_SERVER_ERROR,
          "text/plain; charset=utf-8",
          response.getStdout().concat(response.getStderr()).toByteArray());
    } catch (RuntimeCallException problem) {
      throw new CallException(500, String.valueOf(problem.getMessage()));
    }
  }

  private String execUrl(Call call, List<String> path) throws CallException, RuntimeCallException {
    Target target = target(path);
    requireRunning(target);
    return runtime.execUrl(target.view().id(), call.queryAll("command"), options(call));
  }

  private String attachUrl(Call call, List<String> path)
      throws CallException, RuntimeCallException {
    Target target = target(path);
    requireRunning(target);
    StreamOptions asked = options(call);
    // the container decides whether it has a terminal
    boolean tty = Boolean.TRUE.equals(target.container().tty());
    return runtime.attachUrl(
        target.view().id(),
        new StreamOptions(asked.stdin(), asked.stdout(), asked.stderr() && !tty, tty));
  }

  private String portForwardUrl(Call call, List<String> path)
      throws CallException, RuntimeCallException {
    if (path.size() < 3) {
      throw new CallException(400, "expected /portForward/<namespace>/<pod>");
    }
    Pod pod = Target.pod(workers, path.get(1), path.get(2));
    PodSandboxStatus sandbox = Target.view(runtime, pod).readySandbox();
    if (sandbox == null) {
      throw new CallException(
          404,
          "pod not found (\"%s_%s\")".formatted(pod.metadata().name(), pod.metadata().namespace()));
    }
    List<Integer> ports = new ArrayList<>();
    for (String name : List.of("port", "ports")) {
      for (String value : call.queryAll(name)) {
        for (String part : value.split(",")) {
          ports.add(port(part));
        }
      }
    }
    return runtime.portForwardUrl(sandbox.getId(), ports);
  }

  private static int port(String text) throws CallException {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65_536) {
        return port;
      }
    } catch (NumberFormatException notNumber) {
      // told below
    }
    throw new CallException(400, "not a port: " + text);
  }

  private Target target(List<String> path) throws CallException {
    if (path.size() != 4 && path.size() != 5) {
      throw new CallException(
          400, "expected /" + path.getFirst() + "/<namespace>/<pod>/<container>");
    }
    return Target.running(workers, runtime, path.get(1), path.get(2), path.getLast());
  }

  private static void requireRunning(Target target) throws CallException {
    if (!target.view().running()) {
      throw new CallException(404, "container not found (\"" + target.container().name() + "\")");
    }
  }

  /** The API server says {@code input=1}; its own clients' words are understood too. */
  private static StreamOptions options(Call call) throws CallException {
    boolean tty = call.flag("tty");
    StreamOptions options =
        new StreamOptions(
            call.flag("input") || call.flag("stdin"),
            call.flag("output") || call.flag("stdout"),
            (call.flag("error") || call.flag("stderr")) && !tty,
            tty);
    if (!options.stdin() && !options.stdout() && !options.stderr()) {
      throw new CallException(400, "you must specify at least 1 of stdin, stdout, stderr");
    }
    return options;
  }
}
