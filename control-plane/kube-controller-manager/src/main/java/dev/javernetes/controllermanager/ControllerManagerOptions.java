package dev.javernetes.controllermanager;

import dev.javernetes.client.component.Flags;
import java.time.Duration;
import java.util.List;

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
  public static final Flags KNOWN =
      Flags.of(
          "controllers", "*",
          "leader-elect", "true",
          "leader-elect-lease-duration", "15s",
          "leader-elect-renew-deadline", "10s",
          "leader-elect-retry-period", "2s",
          "leader-elect-resource-name", "kube-controller-manager",
          "leader-elect-resource-namespace", "kube-system",
          "kubeconfig", "",
          "use-service-account-credentials", "false",
          "bind-address", "0.0.0.0",
          "secure-port", "10257",
          "tls-cert-file", "",
          "tls-private-key-file", "",
          "v", "0",
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
          "enable-garbage-collector", "true",
          "resource-quota-sync-period", "5m0s",
          "namespace-sync-period", "5m0s",
          "pvclaimbinder-sync-period", "15s",
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
          "concurrent-ttl-after-finished-syncs", "5",
          "concurrent-ephemeralvolume-syncs", "5",
          "concurrent-validating-admission-policy-status-syncs", "5");

  private final Flags flags;

  private ControllerManagerOptions(Flags flags) {
    this.flags = flags;
  }

  public static ControllerManagerOptions defaults() {
    return new ControllerManagerOptions(KNOWN);
  }

  /**
   * @throws IllegalArgumentException naming the flag that is unknown or lacks a value
   */
  public static ControllerManagerOptions parse(List<String> arguments) {
    return new ControllerManagerOptions(KNOWN.parse(arguments));
  }

  /** The same with one flag set. */
  public ControllerManagerOptions with(String flag, String value) {
    return new ControllerManagerOptions(flags.with(flag, value));
  }

  public String text(String flag) {
    return flags.text(flag);
  }

  public boolean on(String flag) {
    return flags.on(flag);
  }

  public int number(String flag) {
    return flags.number(flag);
  }

  public double fraction(String flag) {
    return flags.fraction(flag);
  }

  public List<String> list(String flag) {
    return flags.list(flag);
  }

  public Duration duration(String flag) {
    return flags.duration(flag);
  }

  /**
   * The content of a file that a flag names.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public byte[] file(String flag) {
    return flags.file(flag);
  }
}
