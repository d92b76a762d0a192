package dev.javernetes.client.https;

import dev.javernetes.api.machinery.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A kubeconfig file: clusters, users, and contexts that pair them.
 *
 * <pre>{@code
 * Connection connection = Kubeconfig.read(Path.of("/etc/kubernetes/scheduler.conf")).connection("");
 * }</pre>
 *
 * <p>Relative file names stand for files beside the kubeconfig. What we cannot do (exec plugins,
 * proxies, another TLS name) is refused, not ignored.
 */
public final class Kubeconfig {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final JsonObject config;
  private final Path folder;

  private Kubeconfig(JsonObject config, Path folder) {
    this.config = config;
    this.folder = folder;
  }

  public static Kubeconfig read(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    return parse(Files.readString(file), folder == null ? Path.of("/") : folder, file.toString());
  }

  static Kubeconfig parse(String yaml, Path folder, String file) throws IOException {
    try {
      Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
      if (tree(document) instanceof JsonObject config) {
        return new Kubeconfig(config, folder);
      }
      throw new IOException(file + ": not a kubeconfig: no object at the top");
    } catch (YamlEngineException problem) {
      throw new IOException(file + ": not YAML: " + problem.getMessage(), problem);
    }
  }

  /** What {@code context} says ({@code ""}: the current one). */
  public Connection connection(String context) throws IOException {
    String name = context.isEmpty() ? config.string("current-context") : context;
    JsonObject chosen = named("contexts", name).objectOrEmpty("context");
    JsonObject cluster = named("clusters", chosen.string("cluster")).objectOrEmpty("cluster");
    String userName = chosen.string("user");
    JsonObject user =
        userName.isEmpty() ? new JsonObject() : named("users", userName).objectOrEmpty("user");
    refuse(cluster, "proxy-url", "tls-server-name");
    refuse(user, "exec", "auth-provider", "as", "as-groups", "as-uid", "as-user-extra");
    String tokenFile = user.string("tokenFile");
    String basic =
        user.string("username").isEmpty()
            ? ""
            : user.string("username") + ":" + user.string("password");
    try {
      return new Connection(
          URI.create(cluster.string("server")),
          data(cluster, "certificate-authority"),
          data(user, "client-certificate"),
          data(user, "client-key"),
          user.string("token"),
          tokenFile.isEmpty() ? null : folder.resolve(tokenFile),
          basic,
          cluster.bool("insecure-skip-tls-verify"));
    } catch (IllegalArgumentException problem) {
      throw new IOException("kubeconfig: context " + name + ": " + problem.getMessage(), problem);
    }
  }

  /** What the kubelet puts into every pod; {@code environment} is the process's. */
  public static Connection inCluster(Map<String, String> environment) throws IOException {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
    if (host.isEmpty() || port.isEmpty()) {
      throw new IOException("not in a pod: KUBERNETES_SERVICE_HOST or _PORT is not set");
    }
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return new Connection(
        URI.create("https://" + literal + ":" + port),
        Files.readAllBytes(SERVICE_ACCOUNT.resolve("ca.crt")),
        null,
        null,
        "",
        SERVICE_ACCOUNT.resolve("token"),
        "",
        false);
  }

  private JsonObject named(String list, String name) throws IOException {
    for (JsonObject entry : config.objects(list)) {
      if (entry.string("name").equals(name)) {
        return entry;
      }
    }
    throw new IOException("kubeconfig: no entry '" + name + "' in " + list);
  }

  private byte @Nullable [] data(JsonObject entry, String name) throws IOException {
    String inline = entry.string(name + "-data");
    if (!inline.isEmpty()) {
      return Base64.getMimeDecoder().decode(inline.getBytes(StandardCharsets.US_ASCII));
    }
    String file = entry.string(name);
    return file.isEmpty() ? null : Files.readAllBytes(folder.resolve(file));
  }

  private static void refuse(JsonObject entry, String... names) throws IOException {
    for (String name : names) {
      if (entry.has(name)) {
        throw new IOException("kubeconfig: " + name + " is not supported");
      }
    }
  }

  private static @Nullable Object tree(@Nullable Object yaml) {
    return switch (yaml) {
      case null -> null;
      case Map<?, ?> map -> {
        JsonObject object = new JsonObject();
        map.forEach((key, value) -> object.put(String.valueOf(key), tree(value)));
        yield object;
      }
      case List<?> list -> {
        List<@Nullable Object> array = new ArrayList<>();
        list.forEach(element -> array.add(tree(element)));
        yield array;
      }
      case Integer number -> number.longValue();
      case String text -> text;
      case Boolean flag -> flag;
      default -> yaml.toString();
    };
  }
}
