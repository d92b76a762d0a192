package dev.javernetes.client;

import dev.javernetes.api.machinery.GroupVersionKind;
import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.KubernetesObject;
import dev.javernetes.api.model.ResourceType;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.RequestOptions.ListOptions;
import dev.javernetes.client.RequestOptions.WatchOptions;
import dev.javernetes.client.RequestOptions.WriteOptions;
import dev.javernetes.client.Transport.Parameter;
import dev.javernetes.client.Transport.Request;
import dev.javernetes.client.Transport.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of the API, typed: one method per verb, one request per call, no retry and no cache
 * (those are {@link Informer} and {@link WorkQueue}).
 *
 * <pre>{@code
 * Pod pod = client.get(Pod.TYPE, "default", "web");
 * client.updateStatus(Pod.TYPE, pod.toBuilder().status(running).build());
 * client.delete(Pod.TYPE, "default", "web", DeleteOptions.uid(pod.metadata().uid()));
 * }</pre>
 *
 * <p>The namespace of a cluster-scoped resource, and "all namespaces" of a list, is {@code ""}. A
 * refusal is an {@link ApiException}; a server that cannot be reached an {@link
 * UncheckedIOException}.
 */
public final class Client implements AutoCloseable {
  private final Transport transport;
  private final String userAgent;

  public Client(Transport transport) {
    this(transport, "");
  }

  /** {@code userAgent} also names the field manager that the server records: its first word. */
  public Client(Transport transport, String userAgent) {
    this.transport = transport;
    this.userAgent = userAgent;
  }

  public Transport transport() {
    return transport;
  }

  /** A client over the same transport that calls itself by another name. */
  public Client as(String newUserAgent) {
    return new Client(transport, newUserAgent);
  }

  public <T extends KubernetesObject> T get(ResourceType<T> type, String namespace, String name) {
    return read(type, call("GET", path(type.resource(), namespace, name), List.of(), null));
  }

  /** As {@link #get}, and empty where that would be NotFound. */
  public <T extends KubernetesObject> Optional<T> find(
      ResourceType<T> type, String namespace, String name) {
    try {
      return Optional.of(get(type, namespace, name));
    } catch (ApiException refusal) {
      if (refusal.is(StatusReason.NOT_FOUND)) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  public <T extends KubernetesObject> ResourceList<T> list(
      ResourceType<T> type, String namespace, ListOptions options) {
    return list(type.resource(), type.kind(), namespace, options, type.fromJson());
  }

  <R> ResourceList<R> list(
      GroupVersionResource resource,
      GroupVersionKind kind,
      String namespace,
      ListOptions options,
      Function<JsonObject, R> fromJson) {
    JsonObject list = call("GET", path(resource, namespace, ""), options.query(), null);
    JsonObject metadata = list.objectOrEmpty("metadata");
    List<R> items = new ArrayList<>();
    for (JsonObject item : list.objects("items")) {
      item.putIfAbsent("apiVersion", kind.apiVersion());
      item.putIfAbsent("kind", kind.kind());
      items.add(fromJson.apply(item));
    }
    return new ResourceList<>(
        items, metadata.string("resourceVersion"), metadata.string("continue"));
  }

  public <T extends KubernetesObject> List<T> list(ResourceType<T> type, String namespace) {
    return list(type, namespace, ListOptions.ALL).items();
  }

  public <T extends KubernetesObject> Watch<T> watch(
      ResourceType<T> type, String namespace, WatchOptions options) {
    return watch(type.resource(), namespace, options, type.fromJson());
  }

  <R> Watch<R> watch(
      GroupVersionResource resource,
      String namespace,
      WatchOptions options,
      Function<JsonObject, R> fromJson) {
    String path = path(resource, namespace, "");
    return new Watch<>(
        open(new Request("GET", path, options.query(), headers(null), null)), fromJson);
  }

  public <T extends KubernetesObject> T create(ResourceType<T> type, T object) {
    return create(type, object, WriteOptions.NONE);
  }

  public <T extends KubernetesObject> T create(
      ResourceType<T> type, T object, WriteOptions options) {
    JsonObject json = object.toJson();
    String namespace = type.namespaced() ? metadata(json, "namespace") : "";
    return read(
        type, call("POST", path(type.resource(), namespace, ""), options.query(), json(json)));
  }

  /**
   * Refused with Conflict if {@code object} carries another resourceVersion than the stored one.
   */
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object) {
    return update(type, object, "", WriteOptions.NONE);
  }

  public <T extends KubernetesObject> T updateStatus(ResourceType<T> type, T object) {
    return update(type, object, "status", WriteOptions.NONE);
  }

  /** {@code subresource} {@code ""} is the object itself. */
  public <T extends KubernetesObject> T update(
      ResourceType<T> type, T object, String subresource, WriteOptions options) {
    JsonObject json = object.toJson();
    String namespace = type.namespaced() ? metadata(json, "namespace") : "";
    String path = path(type.resource(), namespace, metadata(json, "name"), subresource);
    return read(type, call("PUT", path, options.query(), json(json)));
  }

  public <T extends KubernetesObject> T patch(
      ResourceType<T> type, String namespace, String name, Patch patch) {
    return patch(type, namespace, name, "", patch, WriteOptions.NONE);
  }

  public <T extends KubernetesObject> T patchStatus(
      ResourceType<T> type, String namespace, String name, Patch patch) {
    return patch(type, namespace, name, "status", patch, WriteOptions.NONE);
  }

  public <T extends KubernetesObject> T patch(
      ResourceType<T> type,
      String namespace,
      String name,
      String subresource,
      Patch patch,
      WriteOptions options) {
    String path = path(type.resource(), namespace, name, subresource);
    return read(type, call("PATCH", path, options.query(), patch));
  }

  public void delete(ResourceType<?> type, String namespace, String name, DeleteOptions options) {
    delete(type.resource(), namespace, name, options);
  }

  public void delete(
      GroupVersionResource resource, String namespace, String name, DeleteOptions options) {
    call("DELETE", path(resource, namespace, name), List.of(), json(body(options)));
  }

  public void deleteCollection(
      GroupVersionResource resource,
      String namespace,
      ListOptions selected,
      DeleteOptions options) {
    call("DELETE", path(resource, namespace, ""), selected.query(), json(body(options)));
  }

  /**
   * POSTs to a subresource whose body is another kind: {@code binding}, {@code eviction}, {@code
   * token}.
   */
  public JsonObject createSubresource(
      ResourceType<?> type, String namespace, String name, String subresource, JsonObject body) {
    return call("POST", path(type.resource(), namespace, name, subresource), List.of(), json(body));
  }

  /** Any path, its JSON answer: discovery, {@code /version}, resources without a type. */
  public JsonObject getJson(String path, Parameter... query) {
    return call("GET", path, List.of(query), null);
  }

  /** Any verb on any path; {@code patch} gives the body and its media type, null is no body. */
  public JsonObject call(String method, String path, List<Parameter> query, @Nullable Patch patch) {
    byte[] body = patch == null ? null : patch.body();
    String contentType = patch == null ? null : patch.contentType();
    try (Response response = open(new Request(method, path, query, headers(contentType), body))) {
      byte[] answer = response.body().readAllBytes();
      return answer.length == 0 ? new JsonObject() : Json.parseObject(answer);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    } catch (JsonSyntaxException problem) {
      throw new UncheckedIOException(
          new IOException(method + " " + path + ": not a JSON answer", problem));
    }
  }

  /** Any request, its answer as a stream (a log, a proxied answer); the caller closes it. */
  public Response open(Request request) {
    Response response;
    try {
      response = transport.send(request);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    if (response.code() < 400) {
      return response;
    }
    try (response) {
      throw refusal(request, response.code(), response.body().readAllBytes());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** Closes the transport under this client. */
  @Override
  public void close() {
    transport.close();
  }

  /** {@code /apis/apps/v1/namespaces/default/deployments/web/status}; empty parts are left out. */
  public static String path(GroupVersionResource resource, String... namespaceNameSubresource) {
    String namespace = namespaceNameSubresource.length > 0 ? namespaceNameSubresource[0] : "";
    StringBuilder path = new StringBuilder(resource.root());
    if (!namespace.isEmpty()) {
      path.append("/namespaces/").append(segment(namespace));
    }
    path.append('/').append(resource.resource());
    for (int i = 1; i < namespaceNameSubresource.length; i++) {
      if (!namespaceNameSubresource[i].isEmpty()) {
        path.append('/').append(segment(namespaceNameSubresource[i]));
      }
    }
    return path.toString();
  }

  private static String segment(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_'
              || c == '~';
      if (!plain) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
      }
    }
    return text;
  }

  private static ApiException refusal(Request request, int code, byte[] body) {
    try {
      JsonObject status = Json.parseObject(body);
      if (status.string("kind").equals("Status")) {
        if (!status.has("code")) {
          status.put("code", (long) code);
        }
        return new ApiException(status);
      }
    } catch (JsonSyntaxException notStatus) {
      // a proxy's or an early filter's answer: told below as it came
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    JsonObject status =
        ApiException.status(
            reason(code),
            "%s %s: %d %s".formatted(request.method(), request.path(), code, text),
            null);
    status.put("code", (long) code);
    return new ApiException(status);
  }

  private static StatusReason reason(int code) {
    if (code == 500) {
      return StatusReason.INTERNAL_ERROR; // two others share the code
    }
    for (StatusReason reason : StatusReason.values()) {
      if (reason.code() == code && reason != StatusReason.UNKNOWN) {
        return reason;
      }
    }
    return StatusReason.UNKNOWN;
  }

  private Map<String, String> headers(@Nullable String contentType) {
    Map<String, String> headers = new HashMap<>(4);
    headers.put("Accept", "application/json");
    if (contentType != null) {
      headers.put("Content-Type", contentType);
    }
    if (!userAgent.isEmpty()) {
      headers.put("User-Agent", userAgent);
    }
    return headers;
  }

  private static <T> T read(ResourceType<T> type, JsonObject json) {
    return type.fromJson().apply(json);
  }

  private static Patch json(JsonObject body) {
    return new Patch("application/json", Json.bytes(body));
  }

  private static String metadata(JsonObject object, String name) {
    return object.objectOrEmpty("metadata").string(name);
  }

  private static JsonObject body(DeleteOptions options) {
    JsonObject body = JsonObject.of("kind", "DeleteOptions", "apiVersion", "v1");
    if (options.gracePeriodSeconds() != null) {
      body.put("gracePeriodSeconds", (long) options.gracePeriodSeconds());
    }
    if (!options.propagationPolicy().isEmpty()) {
      body.put("propagationPolicy", options.propagationPolicy());
    }
    if (!options.uid().isEmpty()) {
      body.ensureObject("preconditions").put("uid", options.uid());
    }
    if (!options.resourceVersion().isEmpty()) {
      body.ensureObject("preconditions").put("resourceVersion", options.resourceVersion());
    }
    if (options.dryRun()) {
      body.ensureArray("dryRun").add("All");
    }
    return body;
  }
}
