package dev.javernetes.kubelet.volume;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import dev.javernetes.client.Client;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens bound to pods, asked for by TokenRequest and asked for again when four fifths of their
 * life or a day have passed, whichever is first.
 */
public final class ServiceAccountTokens {
  private static final Duration MAX_AGE = Duration.ofHours(24);

  private record Key(String podUid, String audience, long expirationSeconds) {}

  /** {@code refreshAt}: from then on it is asked for anew. */
  record Token(String value, Instant refreshAt, Instant expires) {}

  private final Client client;
  private final InstantSource clock;
  private final Map<Key, Token> tokens = new ConcurrentHashMap<>();

  public ServiceAccountTokens(Client client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * @throws dev.javernetes.api.machinery.status.ApiException if refused and the old one has expired
   */
  Token get(Pod pod, String audience, long expirationSeconds) {
    Key key = new Key(pod.metadata().uid(), audience, expirationSeconds);
    Instant now = clock.instant();
    Token known = tokens.get(key);
    if (known != null && now.isBefore(known.refreshAt)) {
      return known;
    }
    try {
      Token fresh = request(pod, audience, expirationSeconds, now);
      tokens.put(key, fresh);
      return fresh;
    } catch (RuntimeException problem) {
      if (known != null && now.isBefore(known.expires)) {
        return new Token(known.value, now.plusSeconds(60), known.expires);
      }
      throw problem;
    }
  }

  void forget(String podUid) {
    tokens.keySet().removeIf(key -> key.podUid.equals(podUid));
  }

  private Token request(Pod pod, String audience, long expirationSeconds, Instant now) {
    JsonObject spec =
        JsonObject.of(
            "expirationSeconds",
            expirationSeconds,
            "boundObjectRef",
            JsonObject.of(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "name",
                pod.metadata().name(),
                "uid",
                pod.metadata().uid()));
    spec.put("audiences", audience.isEmpty() ? List.of() : List.of(audience));
    JsonObject answer =
        client.createSubresource(
            ServiceAccount.TYPE,
            pod.metadata().namespace(),
            pod.spec().serviceAccountName().isEmpty() ? "default" : pod.spec().serviceAccountName(),
            "token",
            JsonObject.of(
                "apiVersion", "authentication.k8s.io/v1", "kind", "TokenRequest", "spec", spec));
    JsonObject status = answer.objectOrEmpty("status");
    Instant expires = parse(status.string("expirationTimestamp"));
    if (expires == null) {
      expires = now.plusSeconds(expirationSeconds);
    }
    Duration life = Duration.between(now, expires);
    Duration refresh = life.multipliedBy(4).dividedBy(5);
    if (refresh.compareTo(MAX_AGE) > 0) {
      refresh = MAX_AGE;
    }
    return new Token(status.string("token"), now.plus(refresh), expires);
  }

  private static @Nullable Instant parse(String text) {
    try {
      return text.isEmpty() ? null : Instant.parse(text);
    } catch (DateTimeParseException problem) {
      return null;
    }
  }
}
