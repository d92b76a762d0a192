package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Taint;
import dev.javernetes.kubelet.source.YamlTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Upstream's flags and configuration file, as many as this kubelet honours; everything else is
 * refused by name, never ignored. The file is read first, flags win.
 *
 * <pre>{@code
 * var flags = KubeletFlags.parse(List.of("--kubeconfig=/etc/kubelet.conf", "--max-pods=50"));
 * Kubelet.start(flags.options(), client);
 * }</pre>
 */
public final class KubeletFlags {
  /** The flags that have an entry in the file under another name. */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("pod-manifest-path", "staticPodPath"),
          Map.entry("manifest-url", "staticPodURL"),
          Map.entry("address", "address"),
          Map.entry("port", "port"),
          Map.entry("cluster-dns", "clusterDNS"),
          Map.entry("cluster-domain", "clusterDomain"),
          Map.entry("resolv-conf", "resolvConf"),
          Map.entry("max-pods", "maxPods"),
          Map.entry("pod-max-pids", "podPidsLimit"),
          Map.entry("tls-cert-file", "tlsCertFile"),
          Map.entry("tls-private-key-file", "tlsPrivateKeyFile"),
          Map.entry("client-ca-file", "authentication.x509.clientCAFile"),
          Map.entry("anonymous-auth", "authentication.anonymous.enabled"),
          Map.entry("authentication-token-webhook", "authentication.webhook.enabled"),
          Map.entry("authorization-mode", "authorization.mode"),
          Map.entry("fail-swap-on", "failSwapOn"),
          Map.entry("cgroups-per-qos", "cgroupsPerQOS"),
          Map.entry("cgroup-root", "cgroupRoot"),
          Map.entry("cgroup-driver", "cgroupDriver"),
          Map.entry("cpu-cfs-quota", "cpuCFSQuota"),
          Map.entry("container-log-max-size", "containerLogMaxSize"),
          Map.entry("container-log-max-files", "containerLogMaxFiles"),
          Map.entry("image-gc-high-threshold", "imageGCHighThresholdPercent"),
          Map.entry("image-gc-low-threshold", "imageGCLowThresholdPercent"),
          Map.entry("minimum-image-ttl-duration", "imageMinimumGCAge"),
          Map.entry("eviction-hard", "evictionHard"),
          Map.entry("system-reserved", "systemReserved"),
          Map.entry("kube-reserved", "kubeReserved"),
          Map.entry("seccomp-default", "seccompDefault"),
          Map.entry("register-node", "registerNode"),
          Map.entry("register-with-taints", "registerWithTaints"),
          Map.entry("container-runtime-endpoint", "containerRuntimeEndpoint"));

  /** Those that only exist on the command line. */
  private static final List<String> OWN =
      List.of(
          "kubeconfig",
          "config",
          "hostname-override",
          "node-ip",
          "node-labels",
          "root-dir",
          "pod-logs-dir",
          "cloud-provider");

  private final Map<String, String> flags;
  private final KubeletOptions options;

  private KubeletFlags(Map<String, String> flags, KubeletOptions options) {
    this.flags = flags;
    this.options = options;
  }

  /** An unknown flag or field, or a bad value, is an IllegalArgumentException that names it. */
  public static KubeletFlags parse(List<String> arguments) throws IOException {
    Map<String, String> flags = split(arguments);
    Fields fields = new Fields();
    String file = flags.get("config");
    if (file != null) {
      fields.readFile(Path.of(file));
    }
    flags.forEach((name, value) -> {
      String field = FIELDS.get(name);
      if (field != null) {
        fields.set(field, value);
      }
    });
    return new KubeletFlags(flags, fields.options(flags));
  }

  public KubeletOptions options() {
    return options;
  }

  /** Null: none was given. */
  public @Nullable Path kubeconfig() {
    String path = flags.get("kubeconfig");
    return path == null ? null : Path.of(path);
  }

  /** {@code --name=value}, {@code --name value}, and {@code --name} for true. */
  private static Map<String, String> split(List<String> arguments) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        throw new IllegalArgumentException("unknown command \"" + argument + "\"");
      }
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
      if (!FIELDS.containsKey(name) && !OWN.contains(name)) {
        throw new IllegalArgumentException("unknown flag: --" + name);
      }
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
        value = arguments.get(++i);
      } else {
        value = "true";
      }
      flags.put(name, value);
    }
    return flags;
  }

  /** The configuration as a flat map of field paths to texts; maps and lists as {@code a=b,c=d}. */
  private static final class Fields {
    private final Map<String, String> values = new LinkedHashMap<>();

    void set(String field, String value) {
      values.put(field, value);
    }

    void readFile(Path file) throws IOException {
      Object tree;
      try {
        tree =
            YamlTree.json(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
      } catch (YamlEngineException problem) {
        throw new IllegalArgumentException(file + ": " + problem.getMessage(), problem);
      }
      if (!(tree instanceof JsonObject config)
          || !config.string("kind").equals("KubeletConfiguration")
          || !config.string("apiVersion").equals("kubelet.config.k8s.io/v1beta1")) {
        throw new IllegalArgumentException(
            file + ": not a KubeletConfiguration of kubelet.config.k8s.io/v1beta1");
      }
      config.remove("kind");
      config.remove("apiVersion");
      flatten(file, "", config);
    }

    private void flatten(Path file, String prefix, JsonObject object) {
      object.forEach((name, value) -> {
        String path = prefix + name;
        boolean known = FIELDS.containsValue(path);
        boolean parent = FIELDS.values().stream().anyMatch(field -> field.startsWith(path + "."));
        if (parent && value instanceof JsonObject child) {
          flatten(file, path + ".", child);
        } else if (!known) {
          throw new IllegalArgumentException(
              "%s: field %s is not supported by this kubelet".formatted(file, path));
        } else if (value != null) {
          values.put(path, text(value));
        }
      });
    }

    private static String text(Object value) {
      return switch (value) {
        case JsonObject map -> {
          List<String> parts = new ArrayList<>();
          map.forEach((key, member) -> parts.add(key + "=" + member));
          yield String.join(",", parts);
        }
        case List<?> list -> String.join(",", list.stream().map(Fields::element).toList());
        default -> value.toString();
      };
    }

    private static String element(@Nullable Object element) {
      return element instanceof JsonObject taint && taint.has("effect")
          ? taint.string("key") + "=" + taint.string("value") + ":" + taint.string("effect")
          : String.valueOf(element);
    }

    KubeletOptions options(Map<String, String> flags) {
      KubeletOptions base =
          KubeletOptions.defaults(flags.getOrDefault("hostname-override", hostname()));
      String driver = values.getOrDefault("cgroupDriver", "cgroupfs");
      if (!driver.equals("cgroupfs")) {
        throw new IllegalArgumentException("cgroup driver " + driver + " is not supported");
      }
      String mode = values.getOrDefault("authorization.mode", "Webhook");
      if (!mode.equals("Webhook") && !mode.equals("AlwaysAllow")) {
        throw new IllegalArgumentException("authorization mode " + mode + " is not supported");
      }
      return new KubeletOptions(
          base.nodeName().toLowerCase(Locale.ROOT),
          values.getOrDefault("containerRuntimeEndpoint", base.runtimeEndpoint()),
          registration(flags),
          paths(flags, base.paths()),
          new KubeletOptions.Network(
              list("clusterDNS"), values.getOrDefault("clusterDomain", "cluster.local")),
          limits(base.limits()),
          server(base.server(), mode));
    }

    private KubeletOptions.Registration registration(Map<String, String> flags) {
      String nodeIp = flags.getOrDefault("node-ip", "");
      List<Taint> taints = new ArrayList<>();
      for (String text : list("registerWithTaints")) {
        taints.add(taint(text));
      }
      String provider = flags.getOrDefault("cloud-provider", "");
      if (!provider.isEmpty() && !provider.equals("external")) {
        throw new IllegalArgumentException("cloud provider " + provider + " is not supported");
      }
      return new KubeletOptions.Registration(
          bool("registerNode", true),
          map(flags.getOrDefault("node-labels", "")),
          taints,
          nodeIp.isEmpty() ? List.of() : List.of(nodeIp.split(",")),
          provider.equals("external"));
    }

    private KubeletOptions.Paths paths(Map<String, String> flags, KubeletOptions.Paths base) {
      String manifests = values.getOrDefault("staticPodPath", "");
      String url = values.getOrDefault("staticPodURL", "");
      return new KubeletOptions.Paths(
          Path.of(flags.getOrDefault("root-dir", base.root().toString())),
          Path.of(flags.getOrDefault("pod-logs-dir", base.podLogs().toString())),
          manifests.isEmpty() ? null : Path.of(manifests),
          url.isEmpty() ? null : URI.create(url),
          Path.of(values.getOrDefault("resolvConf", base.resolvConf().toString())),
          base.cgroupMount());
    }

    private KubeletOptions.Limits limits(KubeletOptions.Limits base) {
      Map<String, Quantity> reserved = new LinkedHashMap<>();
      for (String field : List.of("systemReserved", "kubeReserved")) {
        map(values.getOrDefault(field, ""))
            .forEach(
                (name, amount) -> reserved.merge(name, quantity(field, amount), Quantity::add));
      }
      return new KubeletOptions.Limits(
          (int) number("maxPods", base.maxPods()),
          number("podPidsLimit", base.podPidsLimit()),
          reserved,
          values.containsKey("evictionHard") ? thresholds() : base.evictionHard(),
          (int) number("imageGCHighThresholdPercent", base.imageGcHighPercent()),
          (int) number("imageGCLowThresholdPercent", base.imageGcLowPercent()),
          duration("imageMinimumGCAge", base.imageMinimumAge()),
          values.containsKey("containerLogMaxSize")
              ? quantity("containerLogMaxSize", values.getOrDefault("containerLogMaxSize", ""))
                  .value()
              : base.containerLogMaxBytes(),
          (int) number("containerLogMaxFiles", base.containerLogMaxFiles()),
          bool("cgroupsPerQOS", base.cgroupsPerQos()),
          values.getOrDefault("cgroupRoot", base.cgroupRoot()),
          bool("cpuCFSQuota", base.cpuCfsQuota()),
          bool("failSwapOn", base.failSwapOn()),
          bool("seccompDefault", base.seccompByDefault()),
          base.parallelImagePulls(),
          base.maxCrashLoopBackOff());
    }

    private KubeletOptions.Server server(KubeletOptions.Server base, String mode) {
      return new KubeletOptions.Server(
          values.getOrDefault("address", base.address()),
          (int) number("port", base.port()),
          path("tlsCertFile"),
          path("tlsPrivateKeyFile"),
          path("authentication.x509.clientCAFile"),
          bool("authentication.anonymous.enabled", base.anonymous()),
          bool("authentication.webhook.enabled", base.webhookAuthentication()),
          mode.equals("Webhook"));
    }

    /** {@code memory.available<100Mi,nodefs.available<10%}, or with = as the file has it. */
    private Map<String, String> thresholds() {
      Map<String, String> thresholds = new LinkedHashMap<>();
      for (String part : list("evictionHard")) {
        String[] sides = part.split("[<=]", 2);
        if (sides.length != 2) {
          throw new IllegalArgumentException("evictionHard: not a threshold: " + part);
        }
        thresholds.put(sides[0], sides[1]);
      }
      return thresholds;
    }

    private @Nullable Path path(String field) {
      String value = values.getOrDefault(field, "");
      return value.isEmpty() ? null : Path.of(value);
    }

    private List<String> list(String field) {
      String value = values.getOrDefault(field, "");
      return value.isEmpty() ? List.of() : List.of(value.split(","));
    }

    private boolean bool(String field, boolean fallback) {
      String value = values.get(field);
      if (value == null) {
        return fallback;
      }
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "1", "t" -> true;
        case "false", "0", "f" -> false;
        default -> throw new IllegalArgumentException(field + ": not true or false: " + value);
      };
    }

    private long number(String field, long fallback) {
      String value = values.get(field);
      try {
        return value == null ? fallback : Long.parseLong(value);
      } catch (NumberFormatException problem) {
        throw new IllegalArgumentException(field + ": not a number: " + value, problem);
      }
    }

    private Duration duration(String field, Duration fallback) {
      String value = values.get(field);
      if (value == null) {
        return fallback;
      }
      try {
        return Duration.parse("PT" + value.toUpperCase(Locale.ROOT)); // 2m0s is PT2M0S
      } catch (java.time.format.DateTimeParseException problem) {
        throw new IllegalArgumentException(field + ": not a duration: " + value, problem);
      }
    }

    private static Quantity quantity(String field, String text) {
      Quantity quantity = Quantity.parseOrNull(text);
      if (quantity == null) {
        throw new IllegalArgumentException(field + ": not a quantity: " + text);
      }
      return quantity;
    }

    private static Map<String, String> map(String text) {
      Map<String, String> map = new LinkedHashMap<>();
      for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
        int equals = part.indexOf('=');
        map.put(
            equals < 0 ? part : part.substring(0, equals),
            equals < 0 ? "" : part.substring(equals + 1));
      }
      return map;
    }

    private static Taint taint(String text) {
      int colon = text.lastIndexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("not a taint, key=value:Effect expected: " + text);
      }
      String key = text.substring(0, colon);
      int equals = key.indexOf('=');
      return Taint.builder()
          .key(equals < 0 ? key : key.substring(0, equals))
          .value(equals < 0 ? "" : key.substring(equals + 1))
          .effect(text.substring(colon + 1))
          .build();
    }

    private static String hostname() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException problem) {
        return "localhost";
      }
    }
  }
}
