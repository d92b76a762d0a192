package dev.javernetes.kubelet.probe;

import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.Probe;
import dev.javernetes.kubelet.container.Expansion;
import dev.javernetes.kubelet.container.GoDuration;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks once, in the way that the probe says. Blocks for as long as its timeout. */
final class Prober {
  private static final int MAX_OUTPUT = 10 << 10;
  private static final String USER_AGENT = "kube-probe/1.36";

  private final ContainerRuntime runtime;

  Prober(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  ProbeAnswer ask(Probe probe, Container container, String containerId, String podIp) {
    Duration timeout =
        Duration.ofSeconds(probe.timeoutSeconds() == null ? 1 : probe.timeoutSeconds());
    try {
      if (probe.exec() != null) {
        return exec(probe.exec().command(), container, containerId, timeout);
      }
      if (probe.httpGet() != null) {
        return http(HttpRequest.of(probe.httpGet(), container, podIp, USER_AGENT), timeout);
      }
      if (probe.tcpSocket() != null) {
        String host = probe.tcpSocket().host().isEmpty() ? podIp : probe.tcpSocket().host();
        return tcp(host, HttpRequest.port(probe.tcpSocket().port(), container), timeout);
      }
      if (probe.grpc() != null && probe.grpc().port() != null) {
        return GrpcHealth.check(podIp, probe.grpc().port(), probe.grpc().service(), timeout);
      }
      return ProbeAnswer.error("missing probe handler");
    } catch (ProbeException problem) {
      return ProbeAnswer.failure(String.valueOf(problem.getMessage()));
    }
  }

  private ProbeAnswer exec(
      List<String> command, Container container, String containerId, Duration timeout) {
    Map<String, String> environment = new java.util.HashMap<>();
    container.env().forEach(variable -> environment.put(variable.name(), variable.value()));
    List<String> expanded =
        command.stream().map(word -> Expansion.expand(word, environment::get)).toList();
    try {
      var response = runtime.execSync(containerId, expanded, timeout);
      String output = response.getStdout().concat(response.getStderr()).toStringUtf8();
      if (output.length() > MAX_OUTPUT) {
        output = output.substring(0, MAX_OUTPUT);
      }
      return response.getExitCode() == 0
          ? ProbeAnswer.success(output)
          : ProbeAnswer.failure(output);
    } catch (RuntimeCallException problem) {
      if (problem.is(RuntimeCallException.Kind.TIMEOUT)) {
        return ProbeAnswer.failure(
            "command timed out: \"%s\" timed out after %s"
                .formatted(String.join(" ", expanded), GoDuration.text(timeout)));
      }
      return ProbeAnswer.error(String.valueOf(problem.getMessage()));
    }
  }

  private static ProbeAnswer http(HttpRequest request, Duration timeout) throws ProbeException {
    HttpExchange.Answer answer = HttpExchange.get(request, timeout);
    if (answer.code() >= 200 && answer.code() < 400) {
      return ProbeAnswer.success(answer.body());
    }
    return ProbeAnswer.failure("HTTP probe failed with statuscode: " + answer.code());
  }

  private static ProbeAnswer tcp(String host, int port, Duration timeout) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
      return ProbeAnswer.success("");
    } catch (SocketTimeoutException problem) {
      return ProbeAnswer.failure("dial tcp " + host + ":" + port + ": i/o timeout");
    } catch (UnknownHostException problem) {
      return ProbeAnswer.failure("dial tcp: lookup " + host + ": no such host");
    } catch (IOException problem) {
      return ProbeAnswer.failure(
          "dial tcp " + host + ":" + port + ": " + HttpExchange.connectText(problem));
    }
  }
}
