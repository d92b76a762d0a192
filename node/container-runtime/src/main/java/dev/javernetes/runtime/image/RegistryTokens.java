package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.failure.RuntimeFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is put into {@code Authorization} for one registry and one pull.
 *
 * <p>A registry answers {@code Bearer realm="https://auth…/token",service="reg"}; the realm then
 * gives a token for {@code scope=repository:a/b:pull}, to basic credentials, to a refresh token, or
 * to nobody at all (Docker Hub's public images). Or it answers {@code Basic}, and gets user name
 * and password themselves. Tokens live as long as this object, which is one pull.
 */
final class RegistryTokens {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int MAX_TOKEN_BYTES = 1 << 20;

  private final HttpClient http;
  private final Credentials credentials;
  private final Map<String, String> headers = new ConcurrentHashMap<>();

  RegistryTokens(HttpClient http, Credentials credentials) {
    this.http = http;
    this.credentials = credentials;
  }

  @Nullable String authorization(String repository) {
    if (credentials instanceof Credentials.Bearer(String token)) {
      return "Bearer " + token;
    }
    return headers.get(repository);
  }

  /** False if none of the challenges can be met. */
  boolean answer(List<String> headerValues, String repository) throws IOException {
    for (String value : headerValues) {
      for (AuthChallenge challenge : AuthChallenge.parse(value)) {
        if (challenge.scheme().equals("bearer") && !(credentials instanceof Credentials.Bearer)) {
          headers.put(repository, "Bearer " + token(challenge, repository));
          return true;
        }
        if (challenge.scheme().equals("basic")
            && credentials instanceof Credentials.Basic basic
            && !basic.header().equals(headers.put(repository, basic.header()))) {
          return true;
        }
      }
    }
    return false;
  }

  private String token(AuthChallenge challenge, String repository) throws IOException {
    URI realm = URI.create(challenge.parameter("realm"));
    if (realm.getHost() == null) {
      throw new RuntimeFailure(Reason.DENIED, "the registry names no token server: realm=" + realm);
    }
    String scope = challenge.parameter("scope");
    String query =
        "service="
            + encode(challenge.parameter("service"))
            + "&scope="
            + encode(scope.isEmpty() ? "repository:" + repository + ":pull" : scope);
    HttpRequest.Builder request;
    if (credentials instanceof Credentials.Identity(String refresh)) {
      String form =
          query + "&grant_type=refresh_token&client_id=j8s&refresh_token=" + encode(refresh);
      request =
          HttpRequest.newBuilder(realm)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form));
    } else {
      String separator = realm.getQuery() == null ? "?" : "&";
      request = HttpRequest.newBuilder(URI.create(realm + separator + query));
      if (credentials instanceof Credentials.Basic basic) {
        request.header("Authorization", basic.header());
      }
    }
    HttpResponse<InputStream> response =
        RegistryClient.exchange(http, request.timeout(TIMEOUT).build());
    try (InputStream body = response.body()) {
      byte[] bytes = body.readNBytes(MAX_TOKEN_BYTES);
      if (response.statusCode() != 200) {
        throw new RuntimeFailure(
            Reason.DENIED,
            "pull access denied, authorization failed: token server %s answered %d"
                .formatted(realm, response.statusCode()));
      }
      JsonObject json = Json.parseObject(bytes);
      String token = json.string("token");
      return token.isEmpty() ? json.string("access_token") : token;
    } catch (JsonSyntaxException e) {
      throw new IOException("token server " + realm + " did not answer with JSON", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
