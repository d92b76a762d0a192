package dev.javernetes.apiserver.discovery;

import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /healthz}, {@code /livez} and {@code /readyz}, each made of named checks that can be asked
 * one by one ({@code /readyz/etcd}), listed ({@code ?verbose}) and left out ({@code
 * ?exclude=etcd}).
 */
public final class HealthChecks {
  /** Upstream's names of what has to have run once after the start, in its order. */
  private static final List<String> START_HOOKS =
      List.of(
          "start-apiserver-admission-initializer",
          "generic-apiserver-start-informers",
          "priority-and-fairness-config-consumer",
          "priority-and-fairness-filter",
          "storage-object-count-tracker-hook",
          "start-apiextensions-informers",
          "start-apiextensions-controllers",
          "crd-informer-synced",
          "start-system-namespaces-controller",
          "peer-endpoint-reconciler-controller",
          "start-cluster-authentication-info-controller",
          "start-kube-apiserver-identity-lease-controller",
          "start-kube-apiserver-identity-lease-garbage-collector",
          "storage-readiness",
          "start-legacy-token-tracking-controller",
          "start-service-ip-repair-controllers",
          "rbac/bootstrap-roles",
          "scheduling/bootstrap-system-priority-classes",
          "priority-and-fairness-config-producer",
          "bootstrap-controller",
          "start-kubernetes-service-cidr-controller",
          "aggregator-reload-proxy-client-cert",
          "start-kube-aggregator-informers",
          "apiservice-status-local-available-controller",
          "apiservice-status-remote-available-controller",
          "apiservice-registration-controller",
          "apiservice-wait-for-first-sync",
          "apiservice-discovery-controller",
          "kube-apiserver-autoregistration");

  /** {@code null} if all is well, else what is not. */
  @FunctionalInterface
  public interface Check {
    @Nullable String problem();
  }

  private final Map<String, Map<String, Check>> endpoints = new LinkedHashMap<>();

  /**
   * @param store whether the store answers
   * @param started whether everything that runs once after the start has run
   * @param stopping whether the server is shutting down
   */
  public HealthChecks(Check store, Supplier<Boolean> started, Supplier<Boolean> stopping) {
    Check fine = () -> null;
    Check hook = () -> started.get() ? null : "not finished";
    for (String endpoint : List.of("/readyz", "/livez", "/healthz")) {
      Map<String, Check> checks = new LinkedHashMap<>();
      boolean ready = endpoint.equals("/readyz");
      checks.put("ping", fine);
      checks.put("log", fine);
      if (!ready) {
        checks.put("loopback-serving-certificate", fine);
      }
      checks.put("etcd", store);
      if (ready) {
        checks.put("etcd-readiness", store);
        checks.put("informer-sync", hook);
      }
      for (String name : START_HOOKS) {
        checks.put("poststarthook/" + name, hook);
      }
      checks.put("autoregister-completion", hook);
      checks.put("poststarthook/apiservice-openapi-controller", hook);
      checks.put("poststarthook/apiservice-openapiv3-controller", hook);
      if (ready) {
        checks.put("shutdown", () -> stopping.get() ? "process is shutting down" : null);
      }
      endpoints.put(endpoint, checks);
    }
  }

  /** The paths under which checks can be asked. */
  public Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    endpoints.forEach((endpoint, checks) -> {
      paths.add(endpoint);
      checks.keySet().forEach(name -> paths.add(endpoint + "/" + name));
    });
    return paths;
  }

  /** {@code null} if the path is none of a check. */
  public @Nullable ApiResponse handle(ApiRequest request) {
    for (Map.Entry<String, Map<String, Check>> endpoint : endpoints.entrySet()) {
      String path = endpoint.getKey();
      if (request.path().equals(path) || request.path().equals(path + "/")) {
        return all(path.substring(1), endpoint.getValue(), request);
      }
      if (request.path().startsWith(path + "/")) {
        Check check = endpoint.getValue().get(request.path().substring(path.length() + 1));
        if (check == null) {
          return null;
        }
        String problem = check.problem();
        return problem == null
            ? text(200, "ok")
            : text(500, "internal server error: " + problem + "\n");
      }
    }
    return null;
  }

  private static ApiResponse all(String name, Map<String, Check> checks, ApiRequest request) {
    List<String> excluded = request.query().all("exclude");
    StringBuilder report = new StringBuilder();
    boolean failed = false;
    for (Map.Entry<String, Check> check : checks.entrySet()) {
      if (excluded.contains(check.getKey())) {
        report.append("[+]").append(check.getKey()).append(" excluded: ok\n");
        continue;
      }
      String problem = check.getValue().problem();
      if (problem == null) {
        report.append("[+]").append(check.getKey()).append(" ok\n");
      } else {
        failed = true;
        report.append("[-]").append(check.getKey()).append(" failed: reason withheld\n");
      }
    }
    if (failed) {
      return text(500, report + name + " check failed\n");
    }
    return request.query().has("verbose")
        ? text(200, report + name + " check passed\n")
        : text(200, "ok");
  }

  private static ApiResponse text(int code, String body) {
    return ApiResponse.of(code, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8))
        .withHeader("X-Content-Type-Options", "nosniff");
  }
}
