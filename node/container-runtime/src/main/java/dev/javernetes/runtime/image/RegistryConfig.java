package dev.javernetes.runtime.image;

import dev.javernetes.api.machinery.json.Json;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.machinery.json.JsonSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How each registry is reached. The file of {@code --registry-config}:
 *
 * <pre>{@code
 * {"registries": {
 *   "registry.lan:5000": {"caFile": "/etc/ssl/lan.pem", "auth": {"username": "ci", "password": "…"}},
 *   "docker.io":         {"mirrors": ["https://mirror.lan"]},
 *   "localhost:5000":    {"plainHttp": true},
 *   "old.lan":           {"insecureSkipVerify": true}}}
 * }</pre>
 *
 * A registry that is not named is reached by HTTPS with the JDK's certificate authorities; on a
 * loopback address plain HTTP is tried when it does not speak TLS, as other runtimes do.
 */
public record RegistryConfig(Map<String, Host> hosts) {
  public static final RegistryConfig EMPTY = new RegistryConfig(Map.of());
  private static final Host DEFAULT = new Host(false, false, "", List.of(), Credentials.NONE);
  private static final Set<String> FIELDS =
      Set.of("plainHttp", "insecureSkipVerify", "caFile", "mirrors", "auth");

  public RegistryConfig {
    hosts = Map.copyOf(hosts);
  }

  /** {@code caFile} empty: the JDK's authorities. Mirrors are asked first, in order. */
  public record Host(
      boolean plainHttp,
      boolean insecureSkipVerify,
      String caFile,
      List<String> mirrors,
      Credentials credentials) {
    public Host {
      mirrors = List.copyOf(mirrors);
    }
  }

  Host host(String name) {
    return hosts.getOrDefault(name, DEFAULT);
  }

  public static RegistryConfig read(Path file) throws IOException {
    JsonObject json;
    try {
      json = Json.parseObject(Files.readAllBytes(file));
    } catch (JsonSyntaxException e) {
      throw new IOException("registry config " + file + " is not JSON: " + e.getMessage(), e);
    }
    Map<String, Host> hosts = new LinkedHashMap<>();
    JsonObject registries = json.objectOrEmpty("registries");
    for (String name : registries.keySet()) {
      JsonObject host = registries.objectOrEmpty(name);
      for (String field : host.keySet()) {
        if (!FIELDS.contains(field)) {
          throw new IOException(
              "registry config " + file + ": " + name + ": unknown field " + field);
        }
      }
      JsonObject auth = host.objectOrEmpty("auth");
      hosts.put(
          name,
          new Host(
              host.bool("plainHttp"),
              host.bool("insecureSkipVerify"),
              host.string("caFile"),
              host.strings("mirrors"),
              Credentials.of(
                  auth.string("username"),
                  auth.string("password"),
                  auth.string("auth"),
                  auth.string("identitytoken"),
                  auth.string("registrytoken"))));
    }
    return new RegistryConfig(hosts);
  }
}
