package dev.javernetes.apiserver.connect;

import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.pipeline.Connector;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.Headers;
import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Passes a request on to the kubelet, pod or service it is meant for and hands its answer back: a
 * log is streamed; exec, attach and port-forward hand the connection over once both sides have
 * agreed to switch protocols.
 */
public final class BackendConnector implements Connector {
  /** RFC 9110 §7.6.1, and what identifies the client to us and to nobody else. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "authorization",
          "accept-encoding");

  private static final int ERROR_BODY_LIMIT = 2_048;

  private final BackendLocator locator;
  private final KubeletOptions options;

  public BackendConnector(ObjectReader objects, KubeletOptions options) {
    this.locator = new BackendLocator(objects, options.addressTypes());
    this.options = options;
  }

  @Override
  public ApiResponse connect(
      ApiRequest request, RequestInfo info, UserInfo user, SubresourceDefinition subresource) {
    return switch (subresource.name()) {
      case "log" -> log(request, info);
      case "exec", "attach" ->
          upgrade(request, locator.stream(info, request.query(), subresource.name()));
      case "portforward" -> upgrade(request, locator.portForward(info, request.query()));
      default -> proxy(request, info);
    };
  }

  private ApiResponse log(ApiRequest request, RequestInfo info) {
    LogOptions.check(info.name(), request.query());
    Backend backend = locator.log(info, request.query());
    if (backend == null) {
      return new ApiResponse(204, new Headers(), new ApiResponse.Parts(List.of()));
    }
    BackendExchange exchange = exchange("GET", backend, new Headers(), new byte[0]);
    if (exchange.status() != 200) {
      throw refused(exchange);
    }
    return new ApiResponse(
        200, Headers.of("Content-Type", "text/plain"), new ApiResponse.Stream(exchange.body()));
  }

  private ApiResponse upgrade(ApiRequest request, Backend backend) {
    String wanted = request.headers().get("Upgrade");
    if (wanted.isEmpty()) {
      throw ApiException.badRequest("Upgrade request required");
    }
    Headers headers = passedOn(request.headers());
    headers.set("Connection", "Upgrade");
    headers.set("Upgrade", wanted);
    BackendExchange exchange = exchange(request.method(), backend, headers, request.body());
    return answer(exchange);
  }

  private ApiResponse proxy(ApiRequest request, RequestInfo info) {
    Backend place = locator.proxy(info);
    List<String> parts = info.parts();
    String path = "/" + String.join("/", parts.subList(Math.min(3, parts.size()), parts.size()));
    if (request.path().endsWith("/") && !path.endsWith("/")) {
      path += "/";
    }
    String target = escape(path) + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
    Headers headers = passedOn(request.headers());
    String upgrade = request.headers().get("Upgrade");
    if (upgrade.isEmpty()) {
      headers.set("Connection", "close");
    } else {
      headers.set("Connection", "Upgrade");
      headers.set("Upgrade", upgrade);
    }
    return answer(exchange(request.method(), place.withTarget(target), headers, request.body()));
  }

  private static ApiResponse answer(BackendExchange exchange) {
    if (exchange.status() == 101) {
      return new ApiResponse(101, exchange.headers(), new ApiResponse.Upgrade(exchange.raw()));
    }
    Headers headers = new Headers();
    exchange
        .headers()
        .forEach((name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!NOT_PASSED_ON.contains(lower) && !lower.equals("connection")) {
            headers.add(name, value);
          }
        });
    return new ApiResponse(exchange.status(), headers, new ApiResponse.Stream(exchange.body()));
  }

  private BackendExchange exchange(String method, Backend backend, Headers headers, byte[] body) {
    Socket socket = new Socket();
    BackendExchange exchange = null;
    try {
      socket.connect(
          new InetSocketAddress(backend.host(), backend.port()), options.connectMillis());
      socket.setTcpNoDelay(true);
      Socket secured =
          backend.tls()
              ? options.tls().createSocket(socket, backend.host(), backend.port(), true)
              : socket;
      exchange = new BackendExchange(secured);
      exchange.send(method, backend.target(), backend.authority(), headers, body);
      return exchange;
    } catch (IOException problem) {
      try {
        socket.close();
      } catch (IOException alreadyBroken) {
        // the first problem is the one to tell
      }
      throw ApiException.of(
          StatusReason.SERVICE_UNAVAILABLE,
          "error dialing backend: dial tcp " + backend.authority() + ": " + problem.getMessage());
    }
  }

  private static ApiException refused(BackendExchange exchange) {
    String text;
    try (InputStream body = exchange.body()) {
      text = new String(body.readNBytes(ERROR_BODY_LIMIT), StandardCharsets.UTF_8).strip();
    } catch (IOException problem) {
      text = String.valueOf(problem.getMessage());
    }
    return switch (exchange.status()) {
      case 400 -> ApiException.badRequest(text);
      case 404 -> new ApiException(ApiException.status(StatusReason.NOT_FOUND, text, null));
      default -> ApiException.internal(text);
    };
  }

  private static Headers passedOn(Headers from) {
    Headers to = new Headers();
    from.forEach((name, value) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!NOT_PASSED_ON.contains(lower)
          && !lower.equals("connection")
          && !lower.equals("upgrade")
          && !lower.startsWith("impersonate-")
          && !lower.startsWith(":")) {
        to.add(name, value);
      }
    });
    return to;
  }

  private static String escape(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c > 0x20 && c < 0x7f && "\"<>\\^`{|}%?#".indexOf(c) < 0) {
        out.append(c);
      } else {
        out.append(String.format("%%%02X", b & 0xff));
      }
    }
    return out.toString();
  }
}
