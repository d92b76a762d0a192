package dev.javernetes.kubelet.server;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.client.Client;
import dev.javernetes.client.Patch;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call this server: identity by client certificate, else by TokenReview; permission by
 * SubjectAccessReview on {@code nodes/<subresource>}. Answers are remembered: identities and grants
 * for two and five minutes, denials for 30 seconds, at most {@link #MAX_REMEMBERED} each.
 */
public final class AccessControl {
  private static final Logger LOG = LoggerFactory.getLogger(AccessControl.class);
  private static final int MAX_REMEMBERED = 4096;
  private static final Duration IDENTITY = Duration.ofMinutes(2);
  private static final Duration GRANT = Duration.ofMinutes(5);
  private static final Duration DENIAL = Duration.ofSeconds(30);

  private record Identity(String user, String uid, List<String> groups, JsonObject extra) {}

  private record Timed<T>(T value, Instant until) {}

  private final Client client;
  private final InstantSource clock;
  private final String nodeName;
  private final boolean anonymous;
  private final boolean tokenReview;
  private final boolean accessReview;
  private final Map<String, Timed<Identity>> identities = new ConcurrentHashMap<>();
  private final Map<String, Timed<Boolean>> decisions = new ConcurrentHashMap<>();

  /** {@code accessReview} false lets every authenticated caller do everything (AlwaysAllow). */
  public AccessControl(
      Client client,
      InstantSource clock,
      String nodeName,
      boolean anonymous,
      boolean tokenReview,
      boolean accessReview) {
    this.client = client;
    this.clock = clock;
    this.nodeName = nodeName;
    this.anonymous = anonymous;
    this.tokenReview = tokenReview;
    this.accessReview = accessReview;
  }

  /** Why the call is refused. */
  record Refusal(int code, String message) {}

  /** Null if it may go on. */
  @Nullable Refusal check(Call call, @Nullable ClientCertificate certificate) {
    Identity identity;
    try {
      identity = identify(call, certificate);
      if (identity == null) {
        return new Refusal(401, "Unauthorized");
      }
      if (!accessReview) {
        return null;
      }
      String verb = verb(call.method());
      List<String> subresources = subresources(call.path());
      for (String subresource : subresources) {
        if (allowed(identity, verb, subresource)) {
          return null;
        }
      }
      return new Refusal(
          403,
          "Forbidden (user=%s, verb=%s, resource=nodes, subresource(s)=[%s])"
              .formatted(identity.user, verb, String.join(" ", subresources)));
    } catch (ApiException | UncheckedIOException problem) {
      LOG.warn("access check: {}", problem.getMessage());
      return new Refusal(500, "Authorization error: " + problem.getMessage());
    }
  }

  /** Fine-grained permissions first (KEP-2862), the catch-all {@code proxy} last. */
  static List<String> subresources(String path) {
    String first = path.replaceFirst("^/+", "").replaceFirst("/.*", "");
    return switch (first) {
      case "stats" -> List.of("stats");
      case "metrics" -> List.of("metrics");
      case "logs" -> List.of("log");
      case "checkpoint" -> List.of("checkpoint");
      case "pods", "runningpods" -> List.of("pods", "proxy");
      case "healthz" -> List.of("healthz", "proxy");
      case "configz" -> List.of("configz", "proxy");
      default -> List.of("proxy");
    };
  }

  static String verb(String method) {
    return switch (method) {
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> "get";
    };
  }

  private @Nullable Identity identify(Call call, @Nullable ClientCertificate certificate) {
    if (certificate != null) {
      List<String> groups = new ArrayList<>(certificate.groups());
      groups.add("system:authenticated");
      return new Identity(certificate.user(), "", groups, new JsonObject());
    }
    String header = call.header("Authorization");
    if (header != null && header.startsWith("Bearer ") && tokenReview) {
      return review(header.substring("Bearer ".length()).strip());
    }
    if (header == null && anonymous) {
      return new Identity(
          "system:anonymous", "", List.of("system:unauthenticated"), new JsonObject());
    }
    return null;
  }

  private @Nullable Identity review(String token) {
    Timed<Identity> known = identities.get(token);
    Instant now = clock.instant();
    if (known != null && now.isBefore(known.until)) {
      return known.value;
    }
    JsonObject review =
        post(
            "/apis/authentication.k8s.io/v1/tokenreviews",
            JsonObject.of(
                "apiVersion", "authentication.k8s.io/v1",
                "kind", "TokenReview",
                "spec", JsonObject.of("token", token)));
    JsonObject status = review.objectOrEmpty("status");
    if (!status.bool("authenticated")) {
      return null;
    }
    JsonObject user = status.objectOrEmpty("user");
    Identity identity =
        new Identity(
            user.string("username"),
            user.string("uid"),
            user.strings("groups"),
            user.objectOrEmpty("extra"));
    remember(identities, token, new Timed<>(identity, now.plus(IDENTITY)));
    return identity;
  }

  private boolean allowed(Identity identity, String verb, String subresource) {
    String key =
        String.join(
            "\n",
            identity.user,
            identity.uid,
            String.join(",", identity.groups),
            Json.text(identity.extra),
            verb,
            subresource);
    Instant now = clock.instant();
    Timed<Boolean> known = decisions.get(key);
    if (known != null && now.isBefore(known.until)) {
      return known.value;
    }
    JsonObject attributes =
        JsonObject.of(
            "verb", verb,
            "version", "v1",
            "resource", "nodes",
            "subresource", subresource,
            "name", nodeName);
    JsonObject spec = JsonObject.of("user", identity.user, "resourceAttributes", attributes);
    if (!identity.groups.isEmpty()) {
      spec.put("groups", new ArrayList<Object>(identity.groups));
    }
    if (!identity.uid.isEmpty()) {
      spec.put("uid", identity.uid);
    }
    if (!identity.extra.isEmpty()) {
      spec.put("extra", identity.extra);
    }
    JsonObject review =
        post(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            JsonObject.of(
                "apiVersion", "authorization.k8s.io/v1",
                "kind", "SubjectAccessReview",
                "spec", spec));
    boolean allowed = review.objectOrEmpty("status").bool("allowed");
    remember(decisions, key, new Timed<>(allowed, now.plus(allowed ? GRANT : DENIAL)));
    return allowed;
  }

  private JsonObject post(String path, JsonObject body) {
    return client.call("POST", path, List.of(), new Patch("application/json", Json.bytes(body)));
  }

  private <T> void remember(Map<String, Timed<T>> map, String key, Timed<T> value) {
    if (map.size() >= MAX_REMEMBERED) {
      Instant now = clock.instant();
      map.values().removeIf(entry -> !now.isBefore(entry.until));
      if (map.size() >= MAX_REMEMBERED) {
        map.clear();
      }
    }
    map.put(key, value);
  }
}
