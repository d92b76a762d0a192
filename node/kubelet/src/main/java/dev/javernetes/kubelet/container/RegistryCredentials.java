package dev.javernetes.kubelet.container;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.model.core.v1.Secret;
import dev.javernetes.cri.v1.AuthConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/**
 * Which of a pod's pull secrets fit an image.
 *
 * <p>Entries are matched by host and path prefix, the longest first, as upstream's keyring: {@code
 * registry:5000/team} fits {@code registry:5000/team/app} but not {@code registry:5000/other}; a
 * host may start with {@code *.}.
 */
public final class RegistryCredentials {
  private record Entry(String host, String path, AuthConfig auth) {}

  private final List<Entry> entries;

  private RegistryCredentials(List<Entry> entries) {
    this.entries = entries;
  }

  /** Secrets that are not docker configurations, or broken, give no credentials. */
  public static RegistryCredentials of(List<Secret> secrets) {
    List<Entry> entries = new ArrayList<>();
    for (Secret secret : secrets) {
      byte[] config = SecretData.get(secret.data(), ".dockerconfigjson");
      byte[] legacy = SecretData.get(secret.data(), ".dockercfg");
      try {
        if (config != null) {
          add(entries, Json.parseObject(config).objectOrEmpty("auths"));
        } else if (legacy != null) {
          add(entries, Json.parseObject(legacy));
        }
      } catch (JsonSyntaxException broken) {
        // The pull without it fails and says so; the secret's content must not reach a log.
      }
    }
    entries.sort(Comparator.comparingInt((Entry entry) -> entry.path.length()).reversed());
    return new RegistryCredentials(entries);
  }

  public List<AuthConfig> lookup(ImageName image) {
    List<AuthConfig> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (hostMatches(entry.host, image.registry())
          && (entry.path.isEmpty()
              || image.path().equals(entry.path)
              || image.path().startsWith(entry.path + "/"))) {
        found.add(entry.auth);
      }
    }
    return found;
  }

  private static boolean hostMatches(String pattern, String host) {
    if (pattern.startsWith("*.")) {
      String suffix = pattern.substring(1);
      // one label per star: *.example.com fits a.example.com, not a.b.example.com
      return host.endsWith(suffix)
          && host.indexOf('.') == host.length() - suffix.length()
          && host.length() > suffix.length();
    }
    return pattern.equals(host)
        || (host.equals("docker.io")
            && (pattern.equals("index.docker.io") || pattern.equals("registry-1.docker.io")));
  }

  private static void add(List<Entry> entries, JsonObject auths) {
    for (String key : auths.keySet()) {
      JsonObject auth = auths.objectOrEmpty(key);
      String location = key.replaceFirst("^https?://", "");
      int slash = location.indexOf('/');
      String host = slash < 0 ? location : location.substring(0, slash);
      String path = slash < 0 ? "" : location.substring(slash + 1).replaceAll("/+$", "");
      if (path.equals("v1") || path.equals("v2")) {
        path = "";
      }
      String user = auth.string("username");
      String password = auth.string("password");
      if (!auth.string("auth").isEmpty()) {
        String decoded = decode(auth.string("auth"));
        int colon = decoded.indexOf(':');
        if (colon >= 0) {
          user = decoded.substring(0, colon);
          password = decoded.substring(colon + 1);
        }
      }
      entries.add(
          new Entry(
              host,
              path,
              AuthConfig.newBuilder()
                  .setUsername(user)
                  .setPassword(password)
                  .setIdentityToken(auth.string("identitytoken"))
                  .setServerAddress(location)
                  .build()));
    }
  }

  private static String decode(String base64) {
    try {
      return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return "";
    }
  }
}
