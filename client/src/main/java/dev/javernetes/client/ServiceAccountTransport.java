package dev.javernetes.client;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.api.model.core.v1.ServiceAccount;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends requests in the name of a service account, with a token that it asks for and renews in good
 * time. The account is made if it is not there.
 *
 * <pre>{@code
 * Client root = …;                        // may create service accounts and their tokens
 * Transport anonymous = …;                // the same server, no credentials; shared by many accounts
 * Client jobs = new Client(new ServiceAccountTransport(root, anonymous, "kube-system", "job-controller"));
 * }</pre>
 */
public final class ServiceAccountTransport implements Transport {
  private static final long TOKEN_SECONDS = 3600;

  /** Renewed when a fifth of its life is left, as the kubelet does. */
  private static final Duration RENEW_BEFORE_END = Duration.ofSeconds(TOKEN_SECONDS / 5);

  private final Client root;
  private final Transport anonymous;
  private final Timers timers;
  private final String namespace;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private String token = "";
  private Instant renewAt = Instant.MIN;

  public ServiceAccountTransport(
      Client root, Transport anonymous, Timers timers, String namespace, String name) {
    this.root = root;
    this.anonymous = anonymous;
    this.timers = timers;
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public Response send(Request request) throws IOException {
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.put("Authorization", "Bearer " + token());
    return anonymous.send(
        new Request(request.method(), request.path(), request.query(), headers, request.body()));
  }

  private String token() {
    lock.lock(); // held over the request on purpose: everybody needs the new token
    try {
      if (!timers.instant().isBefore(renewAt)) {
        JsonObject status = requestToken().objectOrEmpty("status");
        token = status.string("token");
        renewAt = Instant.parse(status.string("expirationTimestamp")).minus(RENEW_BEFORE_END);
      }
      return token;
    } finally {
      lock.unlock();
    }
  }

  private JsonObject requestToken() {
    try {
      return askForToken();
    } catch (ApiException problem) {
      if (!problem.is(StatusReason.NOT_FOUND)) {
        throw problem;
      }
    }
    try {
      root.create(
          ServiceAccount.TYPE,
          ServiceAccount.fromJson(
              JsonObject.of("metadata", JsonObject.of("name", name, "namespace", namespace))));
    } catch (ApiException problem) {
      if (!problem.is(StatusReason.ALREADY_EXISTS)) {
        throw problem;
      }
    }
    return askForToken();
  }

  private JsonObject askForToken() {
    return root.createSubresource(
        ServiceAccount.TYPE,
        namespace,
        name,
        "token",
        JsonObject.of(
            "apiVersion", "authentication.k8s.io/v1",
            "kind", "TokenRequest",
            "spec", JsonObject.of("expirationSeconds", TOKEN_SECONDS)));
  }

  /** The transport below is shared, and its owner's to close. */
  @Override
  public void close() {}
}
