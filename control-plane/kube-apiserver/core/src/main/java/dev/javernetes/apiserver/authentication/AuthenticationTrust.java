package dev.javernetes.apiserver.authentication;

import dev.javernetes.api.machinery.GroupVersionResource;
import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import dev.javernetes.api.machinery.status.ApiException;
import dev.javernetes.api.machinery.status.StatusReason;
import dev.javernetes.apiserver.registry.ObjectReader;
import dev.javernetes.apiserver.registry.ObjectWriter;
import dev.javernetes.pki.Pem;
import dev.javernetes.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells servers behind this one whom they may believe: the ConfigMap {@code
 * kube-system/extension-apiserver-authentication}, which metrics-server and the like read at their
 * start. What other API servers of the cluster have written there stays.
 */
public final class AuthenticationTrust {
  private static final GroupVersionResource MAPS = new GroupVersionResource("", "v1", "configmaps");
  private static final String NAMESPACE = "kube-system";
  private static final String NAME = "extension-apiserver-authentication";
  private static final String CLIENT_CA = "client-ca-file";
  private static final String PROXY = "requestheader-";
  private static final String PROXY_CA = PROXY + "client-ca-file";
  private static final int ATTEMPTS = 5;

  private final AuthenticationSettings settings;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final InstantSource clock;

  public AuthenticationTrust(
      AuthenticationSettings settings,
      ObjectReader reader,
      ObjectWriter writer,
      InstantSource clock) {
    this.settings = settings;
    this.reader = reader;
    this.writer = writer;
    this.clock = clock;
  }

  /** Writes the ConfigMap if something is missing in it. */
  public void publish() {
    for (int attempt = 1; ; attempt++) {
      try {
        write();
        return;
      } catch (ApiException problem) {
        boolean raced =
            problem.is(StatusReason.CONFLICT) || problem.is(StatusReason.ALREADY_EXISTS);
        if (!raced || attempt == ATTEMPTS) {
          throw problem;
        }
      }
    }
  }

  private void write() {
    JsonObject map = reader.get(MAPS.groupResource(), NAMESPACE, NAME);
    JsonObject before = map == null ? new JsonObject() : map.objectOrEmpty("data");
    JsonObject data = combined(before);
    if (map == null) {
      writer.create(
          MAPS,
          NAMESPACE,
          JsonObject.of(
              "kind",
              "ConfigMap",
              "apiVersion",
              "v1",
              "metadata",
              JsonObject.of("name", NAME, "namespace", NAMESPACE),
              "data",
              data));
    } else if (!data.equals(before)) {
      map.put("data", data);
      writer.update(MAPS, NAMESPACE, map, "");
    }
  }

  private JsonObject combined(JsonObject before) {
    JsonObject data = new JsonObject();
    putAuthorities(data, before, CLIENT_CA, settings.clientAuthorities());
    if (putAuthorities(data, before, PROXY_CA, settings.frontProxyAuthorities())) {
      RequestHeaderUsers.Settings headers =
          RequestHeaderUsers.Settings.standard(settings.frontProxyNames());
      putNames(data, before, "username-headers", headers.usernameHeaders());
      putNames(data, before, "group-headers", headers.groupHeaders());
      putNames(data, before, "extra-headers-prefix", headers.extraPrefixes());
      putNames(data, before, "allowed-names", headers.allowedNames().stream().sorted().toList());
    }
    return data;
  }

  private boolean putAuthorities(
      JsonObject data, JsonObject before, String key, List<X509Certificate> own) {
    Set<X509Certificate> all = new LinkedHashSet<>();
    all.addAll(written(before.string(key)));
    all.addAll(own);
    Date now = Date.from(clock.instant());
    all.removeIf(certificate -> certificate.getNotAfter().before(now));
    if (!all.isEmpty()) {
      data.put(key, Pem.certificates(List.copyOf(all)));
    }
    return !all.isEmpty();
  }

  private static List<X509Certificate> written(String bundle) {
    try {
      return Pem.parseCertificates(bundle);
    } catch (PkiException spoilt) {
      return List.of(); // written anew
    }
  }

  private static void putNames(
      JsonObject data, JsonObject before, String key, Collection<String> own) {
    Set<String> all = new LinkedHashSet<>(names(before.stringOrNull(PROXY + key)));
    all.addAll(own);
    data.put(PROXY + key, Json.text(new ArrayList<Object>(all)));
  }

  private static List<String> names(@Nullable String json) {
    if (json == null) {
      return List.of();
    }
    try {
      return Json.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof List<?> list
          ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
          : List.of();
    } catch (JsonSyntaxException spoilt) {
      return List.of(); // written anew
    }
  }
}
