package dev.javernetes.etcd.client;

import dev.javernetes.etcd.protocol.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster is.
 *
 * @param endpoints client URLs such as {@code https://10.0.0.1:2379}; all http or all https
 * @param tls for https: certificate, key and trusted authorities; null for the system's authorities
 *     and no certificate
 * @param requestTimeout how long one request may take, retries included
 */
public record RemoteStoreOptions(
    List<URI> endpoints, @Nullable TlsFiles tls, Duration requestTimeout) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  public RemoteStoreOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no etcd endpoint is given");
    }
    for (URI endpoint : endpoints) {
      boolean known = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
      if (!known || endpoint.getHost() == null || endpoint.getPort() <= 0) {
        throw new IllegalArgumentException(
            "etcd endpoint \"" + endpoint + "\" is not of the form https://host:port");
      }
      if (!endpoint.getScheme().equals(endpoints.getFirst().getScheme())) {
        throw new IllegalArgumentException("etcd endpoints mix http and https");
      }
    }
    if (tls != null && !"https".equals(endpoints.getFirst().getScheme())) {
      throw new IllegalArgumentException("etcd certificates are given, but the endpoints are http");
    }
  }

  /** Reads the form of {@code --etcd-servers}: URLs with commas between. */
  public static RemoteStoreOptions of(String servers) {
    List<URI> endpoints =
        Arrays.stream(servers.split(",", -1)).map(String::strip).map(URI::create).toList();
    return new RemoteStoreOptions(endpoints, null, DEFAULT_TIMEOUT);
  }

  public RemoteStoreOptions withTls(@Nullable TlsFiles value) {
    return new RemoteStoreOptions(endpoints, value, requestTimeout);
  }

  public RemoteStoreOptions withRequestTimeout(Duration value) {
    return new RemoteStoreOptions(endpoints, tls, value);
  }

  boolean secure() {
    return "https".equals(endpoints.getFirst().getScheme());
  }
}
