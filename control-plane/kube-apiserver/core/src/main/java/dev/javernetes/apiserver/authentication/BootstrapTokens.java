package dev.javernetes.apiserver.authentication;

import dev.javernetes.api.machinery.GroupResource;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.request.UserInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens with which new nodes introduce themselves: {@code 07401b.f395accd246ae52d} is good while
 * kube-system has a Secret {@code bootstrap-token-07401b} of type bootstrap.kubernetes.io/token
 * with that secret, not expired, made for authentication. Its user is {@code
 * system:bootstrap:07401b}.
 */
final class BootstrapTokens implements TokenAuthenticator {
  private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
  private static final Pattern GROUP =
      Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
  private static final GroupResource SECRETS = new GroupResource("", "secrets");

  private final ObjectReader reader;
  private final InstantSource clock;

  BootstrapTokens(ObjectReader reader, InstantSource clock) {
    this.reader = reader;
    this.clock = clock;
  }

  @Override
  public @Nullable TokenUser authenticate(String token, List<String> audiences) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()) {
      return null;
    }
    String id = matcher.group(1);
    JsonObject secret = reader.get(SECRETS, "kube-system", "bootstrap-token-" + id);
    if (secret == null
        || secret.objectOrEmpty("metadata").has("deletionTimestamp")
        || !secret.string("type").equals("bootstrap.kubernetes.io/token")) {
      return null;
    }
    JsonObject data = secret.objectOrEmpty("data");
    boolean equal =
        MessageDigest.isEqual(
            matcher.group(2).getBytes(StandardCharsets.UTF_8),
            value(data, "token-secret").getBytes(StandardCharsets.UTF_8));
    if (!equal
        || !value(data, "token-id").equals(id)
        || expired(value(data, "expiration"))
        || !value(data, "usage-bootstrap-authentication").equals("true")) {
      return null;
    }
    List<String> groups = new ArrayList<>(List.of("system:bootstrappers"));
    for (String group : value(data, "auth-extra-groups").split(",")) {
      if (group.isEmpty()) {
        continue;
      }
      if (!GROUP.matcher(group).matches()) {
        return null; // a malformed secret opens nothing
      }
      groups.add(group);
    }
    return new TokenUser(new UserInfo("system:bootstrap:" + id, "", groups, Map.of()), audiences);
  }

  private boolean expired(String expiration) {
    if (expiration.isEmpty()) {
      return false;
    }
    try {
      Instant until = OffsetDateTime.parse(expiration).toInstant();
      return !clock.instant().isBefore(until);
    } catch (DateTimeException unreadable) {
      return true;
    }
  }

  private static String value(JsonObject data, String key) {
    try {
      return new String(Base64.getDecoder().decode(data.string(key)), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return "";
    }
  }
}
