package dev.javernetes.proxy;

import com.sun.net.httpserver.HttpServer;
import dev.javernetes.proxy.rules.Endpoint;
import dev.javernetes.proxy.rules.ServicePort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a load balancer on {@code healthCheckNodePort}: 200 while this node has an endpoint of
 * the Service, else 503.
 */
final class HealthCheckPorts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthCheckPorts.class);

  private final Map<Integer, HttpServer> servers = new HashMap<>();
  private volatile Map<Integer, Health> health = Map.of();

  private record Health(String namespace, String service, Set<String> localEndpoints) {}

  void update(List<ServicePort> ports) {
    Map<Integer, Health> wanted = new HashMap<>();
    for (ServicePort port : ports) {
      if (port.healthCheckNodePort() != 0) {
        Health known =
            wanted.computeIfAbsent(
                port.healthCheckNodePort(),
                number -> new Health(port.namespace(), port.service(), new HashSet<>()));
        port.endpoints().stream()
            .filter(endpoint -> endpoint.local() && endpoint.ready())
            .map(Endpoint::ip)
            .forEach(known.localEndpoints()::add);
      }
    }
    health = Map.copyOf(wanted);
    servers
        .entrySet()
        .removeIf(entry -> !wanted.containsKey(entry.getKey()) && stop(entry.getValue()));
    for (Integer number : wanted.keySet()) {
      if (!servers.containsKey(number)) {
        listen(number);
      }
    }
  }

  private static boolean stop(HttpServer server) {
    server.stop(0);
    return true;
  }

  private void listen(int number) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(number), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            Health of = health.get(number);
            int local = of == null ? 0 : of.localEndpoints().size();
            byte[] body =
                """
                {"service": {"namespace": "%s", "name": "%s"}, "localEndpoints": %d}
                """
                    .formatted(
                        of == null ? "" : of.namespace(), of == null ? "" : of.service(), local)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(local > 0 ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      servers.put(number, server);
    } catch (IOException problem) {
      log.warn("cannot listen on healthCheckNodePort {}: {}", number, problem.getMessage());
    }
  }

  @Override
  public void close() {
    servers.values().forEach(HealthCheckPorts::stop);
    servers.clear();
  }
}
