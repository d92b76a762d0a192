package dev.javernetes.apiserver.pipeline;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.field.GoQuote;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.ApiServer;
import dev.javernetes.apiserver.access.Authenticator;
import dev.javernetes.apiserver.access.Authorizer;
import dev.javernetes.apiserver.access.RequestAttributes;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.authorization.Refusals;
import dev.javernetes.apiserver.discovery.NotHere;
import dev.javernetes.apiserver.registry.ResourceDefinition;
import dev.javernetes.apiserver.registry.ResourceTable;
import dev.javernetes.apiserver.registry.ServedVersion;
import dev.javernetes.apiserver.registry.SubresourceDefinition;
import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.ApiResponse;
import dev.javernetes.apiserver.request.RequestInfo;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.watchcache.StoreFeed;
import dev.javernetes.etcd.mvcc.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request passes: who is it, may they, what is it about, do it, answer. The only place
 * where exceptions become responses.
 */
public final class RequestPipeline implements ApiServer {
  private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);

  /** {@code /api/v1/watch}: the verb of old paths, and nothing that it is for. */
  private static final Pattern BARE_VERB =
      Pattern.compile("/+(api/+[^/]+|apis/+[^/]+/+[^/]+)/+(watch|proxy)/*");

  /** Serves paths that are not resources: discovery, health, version, openapi, metrics. */
  @FunctionalInterface
  public interface PathHandler {
    /** {@code null} if the path is not served here. */
    @Nullable ApiResponse handle(ApiRequest request, UserInfo user, Instant now);
  }

  /** Takes requests for groups or objects that another server serves: aggregation. */
  @FunctionalInterface
  public interface Delegate {
    /** {@code null} if the request is for this server. */
    @Nullable ApiResponse handle(ApiRequest request, RequestInfo info, UserInfo user);
  }

  /** Told of each finished request. */
  @FunctionalInterface
  public interface RequestObserver {
    void finished(RequestInfo info, String method, int code, long startNanos);
  }

  private final Authenticator authenticator;
  private final Authorizer authorizer;
  private final ResourceTable resources;
  private final List<PathHandler> paths;
  private final Delegate aggregation;
  private final ObjectReads reads;
  private final WriteHandlers writes;
  private final DeleteHandlers deletes;
  private final Subresources subresources;
  private final Reviews reviews;
  private final PodBinding binding;
  private final Responder responder;
  private final StoreFeed feed;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final RequestObserver observer;
  private final Runnable onClose;
  private volatile boolean closed;

  RequestPipeline(Parts parts) {
    this.authenticator = parts.authenticator;
    this.authorizer = parts.authorizer;
    this.resources = parts.resources;
    this.paths = parts.paths;
    this.aggregation = parts.aggregation;
    this.reads = parts.reads;
    this.writes = parts.writes;
    this.deletes = parts.deletes;
    this.subresources = parts.subresources;
    this.reviews = parts.reviews;
    this.binding = parts.binding;
    this.responder = parts.responder;
    this.feed = parts.feed;
    this.clock = parts.clock;
    this.nanoTime = parts.nanoTime;
    this.observer = parts.observer;
    this.onClose = parts.onClose;
  }

  /** What a pipeline is put together from. */
  record Parts(
      Authenticator authenticator,
      Authorizer authorizer,
      ResourceTable resources,
      List<PathHandler> paths,
      Delegate aggregation,
      ObjectReads reads,
      WriteHandlers writes,
      DeleteHandlers deletes,
      Subresources subresources,
      Reviews reviews,
      PodBinding binding,
      Responder responder,
      StoreFeed feed,
      Clock clock,
      LongSupplier nanoTime,
      RequestObserver observer,
      Runnable onClose) {}

  @Override
  public ApiResponse handle(ApiRequest request) {
    long start = nanoTime.getAsLong();
    RequestInfo info = RequestInfo.of(request.method(), request.path(), request.query());
    ApiResponse response = answer(request, info);
    observer.finished(info, request.method(), response.status(), start);
    return response;
  }

  private ApiResponse answer(ApiRequest request, RequestInfo info) {
    try {
      if (closed) {
        throw ApiException.retryLater(
            StatusReason.SERVICE_UNAVAILABLE, "the server is shutting down", 5);
      }
      if (BARE_VERB.matcher(request.path()).matches()) {
        return withoutKind(request);
      }
      UserInfo user = authenticate(request);
      authorize(request, info, user);
      ApiResponse delegated = aggregation.handle(request, info, user);
      if (delegated != null) {
        return delegated;
      }
      if (info.isResourceRequest()) {
        return resource(request, info, user);
      }
      return path(request, user);
    } catch (ApiException problem) {
      return responder.failure(problem, request);
    } catch (StoreException problem) {
      return responder.failure(translate(problem), request);
    } catch (RuntimeException | StackOverflowError defect) {
      LOG.error("{} {} failed", request.method(), request.path(), defect);
      return responder.failure(ApiException.internal(String.valueOf(defect)), request);
    }
  }

  /** Upstream fails before it knows who asks, and not with a Status. */
  private static ApiResponse withoutKind(ApiRequest request) {
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    String text =
        "Internal Server Error: "
            + GoQuote.quote(request.path() + query)
            + ": failed to create RequestInfo: unable to determine kind and namespace from url, "
            + request.path()
            + query
            + "\n";
    return ApiResponse.of(
        500, "text/plain; charset=utf-8", text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private UserInfo authenticate(ApiRequest request) {
    UserInfo user = authenticator.authenticate(request);
    if (user == null) {
      throw ApiException.of(StatusReason.UNAUTHORIZED, "Unauthorized");
    }
    return user;
  }

  private void authorize(ApiRequest request, RequestInfo info, UserInfo user) {
    RequestAttributes attributes =
        RequestAttributes.of(
            user, info, request.query().get("fieldSelector"), request.query().get("labelSelector"));
    Authorizer.Decision decision = authorizer.authorize(attributes);
    if (!decision.allowed()) {
      throw Refusals.forbidden(attributes, decision.reason());
    }
  }

  private ApiResponse path(ApiRequest request, UserInfo user) {
    Instant now = clock.instant();
    for (PathHandler handler : paths) {
      ApiResponse response = handler.handle(request, user, now);
      if (response != null) {
        return response;
      }
    }
    return ApiResponse.of(
        404,
        "text/plain; charset=utf-8",
        "404 page not found\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private ApiResponse resource(ApiRequest request, RequestInfo info, UserInfo user) {
    GroupVersionResource wanted =
        new GroupVersionResource(info.apiGroup(), info.apiVersion(), info.resource());
    ResourceTable.Served served = resources.find(wanted);
    if (served == null || !served.version().served()) {
      if (resources.all().stream().noneMatch(known -> servesGroup(known, info.apiGroup()))) {
        return path(request, user);
      }
      throw NotHere.notServed();
    }
    RequestScope scope =
        RequestScope.of(
            request, info, user, served.definition(), served.version(), clock.instant());
    checkPath(scope);
    String deprecation = served.version().deprecationWarning();
    if (deprecation != null) {
      scope.warnings().add(deprecation);
    }
    ApiResponse response;
    try {
      response = verb(scope);
    } catch (ApiException problem) {
      // a refusal carries the warnings up to then
      if (NotHere.isThrownBefore(problem)) {
        throw problem; // upstream's router says that, and it knows of no warnings
      }
      response = responder.failure(problem, request);
    } catch (StoreException problem) {
      response = responder.failure(translate(problem), request);
    }
    for (String warning : scope.warnings()) {
      response.withHeader("Warning", "299 - " + WarningText.quote(warning));
    }
    return response;
  }

  private static boolean servesGroup(ResourceDefinition definition, String group) {
    for (ServedVersion version : definition.versions()) {
      if (!definition.custom() && version.resource().group().equals(group)) {
        return true;
      }
    }
    return false;
  }

  private static void checkPath(RequestScope scope) {
    RequestInfo info = scope.info();
    boolean named = info.parts().size() > 1;
    boolean onlyAsked =
        scope.definition().verbs().equals(List.of("create"))
            && (named || info.verb().equals("watch") && !scope.query().has("watch"));
    if (onlyAsked) {
      throw NotHere.notServed();
    }
    boolean inNamespace = !info.namespace().isEmpty();
    boolean isNamespace = scope.definition().groupResource().toString().equals("namespaces");
    if (scope.definition().namespaced()) {
      // across namespaces there is only list, watch
      if (!inNamespace && named) {
        throw NotHere.notServed();
      }
      if (!inNamespace && !info.verb().equals("list") && !info.verb().equals("watch")) {
        throw NotHere.methodNotAllowed();
      }
    } else if (inNamespace && !isNamespace) {
      throw NotHere.notServed();
    }
    if (named) {
      ObjectReads.checkName(scope);
    }
  }

  private ApiResponse verb(RequestScope scope) {
    RequestInfo info = scope.info();
    if (!info.subresource().isEmpty()) {
      return subresource(scope);
    }
    if (info.parts().size() > 2) {
      throw NotHere.notServed();
    }
    String verb = info.verb();
    boolean head = scope.request().method().equals("HEAD");
    if (verb.isEmpty() || head || !allowed(scope, verb)) {
      throw NotHere.methodNotAllowed();
    }
    boolean named = info.parts().size() > 1;
    return switch (verb) {
      case "get" -> reads.get(scope);
      case "list" -> reads.list(scope);
      case "watch" -> reads.watch(scope);
      case "create" -> {
        if (named) {
          throw NotHere.methodNotAllowed();
        }
        Review review = reviews.find(scope, "");
        if (review != null) {
          yield reviews.answer(scope, review, "", scope.requested().kind());
        }
        yield scope.groupResource().toString().equals("bindings")
            ? binding.create(scope, "")
            : writes.create(scope);
      }
      case "update", "patch" -> {
        if (!named) {
          throw NotHere.methodNotAllowed();
        }
        yield verb.equals("update") ? writes.update(scope, "") : writes.patch(scope, "");
      }
      case "delete" -> deletes.delete(scope);
      case "deletecollection" -> deletes.deleteCollection(scope);
      default -> throw NotHere.methodNotAllowed();
    };
  }

  private static boolean allowed(RequestScope scope, String verb) {
    if (verb.equals("watch") && !scope.request().method().equals("GET")) {
      return false;
    }
    return scope.definition().verbs().contains(verb);
  }

  private ApiResponse subresource(RequestScope scope) {
    RequestInfo info = scope.info();
    SubresourceDefinition definition =
        scope.definition().subresource(info.subresource()).orElse(null);
    if (definition == null || !scope.requested().offers(definition.name())) {
      throw scope.definition().custom()
          ? ApiException.notFound(scope.groupResource(), scope.name())
          : NotHere.notServed();
    }
    return subresources.handle(scope, definition);
  }

  /** What the store refused, in HTTP's terms. */
  static ApiException translate(StoreException problem) {
    String message = String.valueOf(problem.getMessage());
    return switch (problem.reason()) {
      case COMPACTED -> ApiException.of(StatusReason.EXPIRED, message);
      case TOO_LARGE ->
          ApiException.of(StatusReason.REQUEST_ENTITY_TOO_LARGE, "etcdserver: " + message);
      case NO_SPACE -> ApiException.internal("etcdserver: mvcc: database space exceeded");
      case TIMEOUT, UNAVAILABLE ->
          ApiException.retryLater(StatusReason.SERVICE_UNAVAILABLE, message, 1);
      case FUTURE_REVISION,
          KEY_NOT_FOUND,
          LEASE_NOT_FOUND,
          LEASE_EXISTS,
          LEASE_TTL_TOO_LARGE,
          MEMBER_NOT_FOUND,
          DUPLICATE_KEY,
          INVALID,
          CORRUPT,
          LOCKED,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          UNSUPPORTED ->
          ApiException.internal(message);
    };
  }

  @Override
  public void close() {
    closed = true;
    feed.close();
    onClose.run();
  }
}
