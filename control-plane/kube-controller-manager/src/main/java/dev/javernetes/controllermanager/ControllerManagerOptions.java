package dev.javernetes.controllermanager;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings, by upstream's flag names.
 *
 * <pre>{@code
 * ControllerManagerOptions.parse(List.of("--allocate-node-cidrs", "--cluster-cidr=10.244.0.0/16"))
 * }</pre>
 *
 * <p>A flag that is not in the table is refused. {@link #KNOWN} says which there are, with
 * upstream's defaults.
 */
public final class ControllerManagerOptions {

  /** Every flag with its default. */
  public static final Map<String, String> KNOWN = known();

  private final Map<String, String> values;

  private ControllerManagerOptions(Map<String, String> values) {
    this.values = values;
  }

  public static ControllerManagerOptions defaults() {
    return new ControllerManagerOptions(KNOWN);
  }

  /**
   * @throws IllegalArgumentException naming the flag that is unknown or lacks a value
   */
  public static ControllerManagerOptions parse(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>(KNOWN);
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        throw new IllegalArgumentException("unexpected argument: " + argument);
      }
      int equal = argument.indexOf('=');
      String name = equal < 0 ? argument.substring(2) : argument.substring(2, equal);
      String preset = KNOWN.get(name);
      if (preset == null) {
        throw new IllegalArgumentException("unknown flag: --" + name);
      }
      if (equal >= 0) {
        values.put(name, argument.substring(equal + 1));
      } else if (preset.equals("true") || preset.equals("false")) {
        values.put(name, "true");
      } else if (i + 1 < arguments.size()) {
        i++;
        values.put(name, arguments.get(i));
      } else {
        throw new IllegalArgumentException("flag needs an argument: --" + name);
      }
    }
    return new ControllerManagerOptions(values);
  }

  /** The same with one flag set. */
  public ControllerManagerOptions with(String flag, String value) {
    if (!KNOWN.containsKey(flag)) {
      throw new IllegalArgumentException("unknown flag: --" + flag);
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(flag, value);
    return new ControllerManagerOptions(changed);
  }

  public String text(String flag) {
    String value = values.get(flag);
    if (value == null) {
      throw new IllegalArgumentException("unknown flag: --" + flag);
    }
    return value;
  }

  public boolean on(String flag) {
    return switch (text(flag)) {
      case "true", "1", "t", "T", "TRUE", "True" -> true;
      case "false", "0", "f", "F", "FALSE", "False", "" -> false;
      default -> throw invalid(flag, "not true or false");
    };
  }

  public int number(String flag) {
    try {
      return Integer.parseInt(text(flag));
    } catch (NumberFormatException problem) {
      throw invalid(flag, "not a number");
    }
  }

  public double fraction(String flag) {
    try {
      return Double.parseDouble(text(flag));
    } catch (NumberFormatException problem) {
      throw invalid(flag, "not a number");
    }
  }

  public List<String> list(String flag) {
    List<String> parts = new ArrayList<>();
    for (String part : text(flag).split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  /**
   * The content of a file that a flag names.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public byte[] file(String flag) {
    try {
      return Files.readAllBytes(Path.of(text(flag)));
    } catch (IOException problem) {
      throw invalid(flag, "cannot be read: " + problem);
    }
  }

  /** A duration as Go writes it: {@code 1h30m}, {@code 15s}, {@code 500ms}. */
  public Duration duration(String flag) {
    String text = text(flag);
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Duration sum = Duration.ZERO;
    int position = 0;
    while (position < text.length()) {
      int start = position;
      while (position < text.length()
          && (Character.isDigit(text.charAt(position)) || text.charAt(position) == '.')) {
        position++;
      }
      int unitStart = position;
      while (position < text.length()
          && !Character.isDigit(text.charAt(position))
          && text.charAt(position) != '.') {
        position++;
      }
      double nanos =
          switch (text.substring(unitStart, position)) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> throw invalid(flag, "not a duration");
          };
      if (start == unitStart) {
        throw invalid(flag, "not a duration");
      }
      sum = sum.plusNanos((long) (Double.parseDouble(text.substring(start, unitStart)) * nanos));
    }
    return sum;
  }

  private IllegalArgumentException invalid(String flag, String why) {
    return new IllegalArgumentException("--" + flag + "=" + text(flag) + ": " + why);
  }

  private static Map<String, String> known() {
    String[] table = {
      "controllers", "*",
      "leader-elect", "true",
      "leader-elect-lease-duration", "15s",
      "leader-elect-renew-deadline", "10s",
      "leader-elect-retry-period", "2s",
      "leader-elect-resource-lock", "leases",
      "leader-elect-resource-name", "kube-controller-manager",
      "leader-elect-resource-namespace", "kube-system",
      "kubeconfig", "",
      "authentication-kubeconfig", "",
      "authorization-kubeconfig", "",
      "bind-address", "0.0.0.0",
      "secure-port", "10257",
      "tls-cert-file", "",
      "tls-private-key-file", "",
      "client-ca-file", "",
      "requestheader-client-ca-file", "",
      "profiling", "false",
      "v", "0",
      "use-service-account-credentials", "false",
      "cluster-name", "kubernetes",
      "cluster-cidr", "",
      "service-cluster-ip-range", "",
      "allocate-node-cidrs", "false",
      "node-cidr-mask-size", "24",
      "node-cidr-mask-size-ipv4", "24",
      "node-cidr-mask-size-ipv6", "64",
      "node-monitor-period", "5s",
      "node-monitor-grace-period", "50s",
      "node-startup-grace-period", "1m0s",
      "node-eviction-rate", "0.1",
      "secondary-node-eviction-rate", "0.01",
      "unhealthy-zone-threshold", "0.55",
      "large-cluster-size-threshold", "50",
      "root-ca-file", "",
      "service-account-private-key-file", "",
      "cluster-signing-cert-file", "",
      "cluster-signing-key-file", "",
      "cluster-signing-duration", "8760h0m0s",
      "terminated-pod-gc-threshold", "12500",
      "legacy-service-account-token-clean-up-period", "8760h0m0s",
      "enable-garbage-collector", "true",
      "enable-hostpath-provisioner", "false",
      "horizontal-pod-autoscaler-sync-period", "15s",
      "horizontal-pod-autoscaler-downscale-stabilization", "5m0s",
      "horizontal-pod-autoscaler-tolerance", "0.1",
      "horizontal-pod-autoscaler-cpu-initialization-period", "5m0s",
      "horizontal-pod-autoscaler-initial-readiness-delay", "30s",
      "resource-quota-sync-period", "5m0s",
      "namespace-sync-period", "5m0s",
      "pvclaimbinder-sync-period", "15s",
      "attach-detach-reconcile-sync-period", "1m0s",
      "min-resync-period", "12h0m0s",
      "concurrent-deployment-syncs", "5",
      "concurrent-replicaset-syncs", "5",
      "concurrent-rc-syncs", "5",
      "concurrent-endpoint-syncs", "5",
      "concurrent-service-endpoint-syncs", "5",
      "mirroring-concurrent-service-endpoint-syncs", "5",
      "mirroring-max-endpoints-per-subset", "1000",
      "max-endpoints-per-slice", "100",
      "concurrent-namespace-syncs", "10",
      "concurrent-serviceaccount-token-syncs", "5",
      "concurrent-gc-syncs", "20",
      "concurrent-job-syncs", "5",
      "concurrent-cron-job-syncs", "5",
      "concurrent-statefulset-syncs", "5",
      "concurrent-daemonset-syncs", "2",
      "concurrent-resource-quota-syncs", "5",
      "concurrent-horizontal-pod-autoscaler-syncs", "5",
      "concurrent-ttl-after-finished-syncs", "5",
      "concurrent-ephemeralvolume-syncs", "5"
    };
    Map<String, String> known = new LinkedHashMap<>();
    for (int i = 0; i < table.length; i += 2) {
      known.put(table[i], table[i + 1]);
    }
    return java.util.Collections.unmodifiableMap(known);
  }
}
