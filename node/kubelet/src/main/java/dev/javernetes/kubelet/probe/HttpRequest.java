package dev.javernetes.kubelet.probe;

import dev.javernetes.api.machinery.IntOrString;
import dev.javernetes.api.model.core.v1.Container;
import dev.javernetes.api.model.core.v1.ContainerPort;
import dev.javernetes.api.model.core.v1.HTTPGetAction;
import dev.javernetes.api.model.core.v1.HTTPHeader;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where an HTTP probe or hook goes. */
public record HttpRequest(
    boolean tls, String host, int port, String path, Map<String, String> headers) {

  /** {@code podIp} is used where the action names no host. */
  public static HttpRequest of(
      HTTPGetAction action, Container container, String podIp, String userAgent)
      throws ProbeException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (HTTPHeader header : action.httpHeaders()) {
      headers.put(header.name(), header.value());
    }
    putIfMissing(headers, "User-Agent", userAgent);
    putIfMissing(headers, "Accept", "*/*");
    String path = action.path().startsWith("/") ? action.path() : "/" + action.path();
    return new HttpRequest(
        action.scheme().equals("HTTPS"),
        action.host().isEmpty() ? podIp : action.host(),
        port(action.port(), container),
        path,
        headers);
  }

  /** A number, or the name of one of the container's ports. */
  public static int port(@Nullable IntOrString port, Container container) throws ProbeException {
    return switch (port) {
      case null -> throw new ProbeException("no port given");
      case IntOrString.OfInt(int number) -> number;
      case IntOrString.OfString(String name) -> {
        for (ContainerPort candidate : container.ports()) {
          if (candidate.name().equals(name) && candidate.containerPort() != null) {
            yield candidate.containerPort();
          }
        }
        try {
          yield Integer.parseInt(name);
        } catch (NumberFormatException notNumber) {
          throw new ProbeException("couldn't find port: " + name + " in container");
        }
      }
    };
  }

  String url() {
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return (tls ? "https://" : "http://") + authority + ":" + port + path;
  }

  private static void putIfMissing(Map<String, String> headers, String name, String value) {
    boolean present =
        headers.keySet().stream()
            .anyMatch(key -> key.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
    if (!present) {
      headers.put(name, value);
    }
  }
}
