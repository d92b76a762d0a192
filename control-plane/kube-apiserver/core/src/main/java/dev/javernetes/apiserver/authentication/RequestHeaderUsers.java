package dev.javernetes.apiserver.authentication;

import dev.javernetes.apiserver.request.ApiRequest;
import dev.javernetes.apiserver.request.UserInfo;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Users that a trusted proxy vouches for in headers ({@code X-Remote-User: jane}), believed only
 * over a connection with a client certificate of the front proxy's authority.
 */
final class RequestHeaderUsers {

  /** Which headers say what, and which proxies are trusted (by common name; empty: any). */
  record Settings(
      List<String> usernameHeaders,
      List<String> uidHeaders,
      List<String> groupHeaders,
      List<String> extraPrefixes,
      Set<String> allowedNames) {
    Settings {
      usernameHeaders = List.copyOf(usernameHeaders);
      uidHeaders = List.copyOf(uidHeaders);
      groupHeaders = List.copyOf(groupHeaders);
      extraPrefixes = List.copyOf(extraPrefixes);
      allowedNames = Set.copyOf(allowedNames);
    }

    /** kubeadm's. */
    static Settings standard(Set<String> allowedNames) {
      return new Settings(
          List.of("X-Remote-User"),
          List.of("X-Remote-Uid"),
          List.of("X-Remote-Group"),
          List.of("X-Remote-Extra-"),
          allowedNames);
    }
  }

  private final Settings settings;
  private final CertificateUsers proxies;
  private final java.time.InstantSource clock;

  RequestHeaderUsers(Settings settings, CertificateUsers proxies, java.time.InstantSource clock) {
    this.settings = settings;
    this.proxies = proxies;
    this.clock = clock;
  }

  /** {@code null} if no trusted proxy speaks, or names nobody. */
  @Nullable UserInfo user(ApiRequest request) throws CredentialException {
    String name = first(request, settings.usernameHeaders);
    if (name.isEmpty() || request.clientCertificates().isEmpty()) {
      return null;
    }
    proxies.verify(request.clientCertificates(), clock.instant());
    String proxy = CertificateUsers.commonName(request.clientCertificates().getFirst());
    if (!settings.allowedNames.isEmpty() && !settings.allowedNames.contains(proxy)) {
      throw new CredentialException(
          "x509: subject with cn=" + proxy + " is not in the allowed list");
    }
    List<String> groups = new ArrayList<>();
    settings.groupHeaders.forEach(header -> groups.addAll(request.headers().all(header)));
    Map<String, List<String>> extra = new LinkedHashMap<>();
    request
        .headers()
        .forEach((header, value) -> {
          for (String prefix : settings.extraPrefixes) {
            if (header.regionMatches(true, 0, prefix, 0, prefix.length())) {
              String key = header.substring(prefix.length()).toLowerCase(Locale.ROOT);
              extra.computeIfAbsent(unescape(key), unused -> new ArrayList<>()).add(value);
            }
          }
        });
    return new UserInfo(name, first(request, settings.uidHeaders), groups, extra);
  }

  private static String first(ApiRequest request, List<String> headers) {
    for (String header : headers) {
      String value = request.headers().get(header);
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  /** Percent-decoding as in a path; a key that cannot be decoded is taken as it is. */
  static String unescape(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return key;
    }
  }
}
