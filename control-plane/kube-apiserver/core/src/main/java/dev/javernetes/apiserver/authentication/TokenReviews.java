package dev.javernetes.apiserver.authentication;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.apiserver.access.Review;
import dev.javernetes.apiserver.request.UserInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** TokenReview (whose token is this) and SelfSubjectReview (who am I). */
final class TokenReviews {
  private TokenReviews() {}

  static Review tokenReview(AuthenticationChain chain) {
    return request -> {
      JsonObject object = request.object();
      JsonObject spec = object.objectOrEmpty("spec");
      String token = spec.string("token");
      if (token.isEmpty()) {
        throw ApiException.badRequest("token is required for TokenReview in authentication");
      }
      request.admission().run();
      List<String> audiences = spec.strings("audiences");
      JsonObject status = new JsonObject();
      try {
        TokenAuthenticator.TokenUser found =
            chain.reviewed(token, audiences.isEmpty() ? chain.audiences() : audiences);
        status.put("authenticated", true);
        status.put("user", json(found.user()));
        if (!found.audiences().isEmpty()) {
          status.put("audiences", new ArrayList<Object>(found.audiences()));
        }
      } catch (CredentialException bad) {
        status.put("user", new JsonObject());
        status.put("error", String.valueOf(bad.getMessage()));
      }
      object.put("status", status);
      return object;
    };
  }

  static Review selfReview(InstantSource clock) {
    return request -> {
      request.admission().run();
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      return JsonObject.of(
          "kind",
          request.object().string("kind"),
          "apiVersion",
          request.object().string("apiVersion"),
          "metadata",
          JsonObject.of("creationTimestamp", now.toString()),
          "status",
          JsonObject.of("userInfo", json(request.user())));
    };
  }

  private static JsonObject json(UserInfo user) {
    JsonObject json = new JsonObject();
    if (!user.name().isEmpty()) {
      json.put("username", user.name());
    }
    if (!user.uid().isEmpty()) {
      json.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      json.put("groups", new ArrayList<Object>(user.groups()));
    }
    if (!user.extra().isEmpty()) {
      JsonObject extra = new JsonObject();
      user.extra().keySet().stream()
          .sorted()
          .forEach(key ->
              extra.put(key, new ArrayList<Object>(user.extra().getOrDefault(key, List.of()))));
      json.put("extra", extra);
    }
    return json;
  }
}
