package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.Informers;
import dev.javernetes.client.Timers;
import dev.javernetes.proxy.KubeProxy;
import dev.javernetes.proxy.iptables.Iptables;
import dev.javernetes.proxy.iptables.IptablesDataPlane;
import dev.javernetes.proxy.iptables.IptablesRules;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "proxy", description = "kube-proxy alone.", mixinStandardHelpOptions = true)
final class ProxyCommand implements Callable<Integer> {
  private static final Duration MIN_SYNC_PERIOD = Duration.ofSeconds(1);

  @Option(names = "--kubeconfig", description = "How to reach the API server, and as whom.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--cluster-cidr",
      defaultValue = "",
      description = "Where pods live; traffic from elsewhere is masqueraded.")
  private String clusterCidr = "";

  @Option(names = "--hostname-override", description = "The node's name (default: the host's).")
  private @Nullable String hostnameOverride;

  @Option(
      names = "--proxy-mode",
      defaultValue = "iptables",
      description = "iptables is the only one so far.")
  private String proxyMode = "iptables";

  @Option(names = "--masquerade-all", description = "Masquerade all traffic to Services.")
  private boolean masqueradeAll;

  @Option(
      names = "--iptables-masquerade-bit",
      defaultValue = "14",
      description = "Which bit of the packet mark (default: ${DEFAULT-VALUE}).")
  private int masqueradeBit = 14;

  @Option(
      names = "--nodeport-addresses",
      split = ",",
      description = "CIDRs of own addresses that node ports listen on (default: all).")
  private List<String> nodePortAddresses = List.of();

  @Option(
      names = "--chain-prefix",
      defaultValue = "KUBE",
      description = "First part of our chains' names, for a second cluster on one machine.")
  private String chainPrefix = "KUBE";

  @Option(names = "--cleanup", description = "Remove all rules and end.")
  private boolean cleanup;

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    if (!proxyMode.equals("iptables")) {
      throw new LaunchException(
          "--proxy-mode=" + proxyMode + " is not built yet: only iptables is");
    }
    if (masqueradeBit < 0 || masqueradeBit > 31) {
      throw new LaunchException("--iptables-masquerade-bit must be between 0 and 31");
    }
    IptablesDataPlane dataPlane =
        new IptablesDataPlane(
            new Iptables("iptables"),
            new IptablesRules.Settings(
                chainPrefix,
                clusterCidr,
                masqueradeAll,
                "0x" + Integer.toHexString(1 << masqueradeBit),
                nodePortAddresses));
    if (cleanup) {
      dataPlane.cleanUp();
      return 0;
    }
    if (kubeconfig == null) {
      throw new LaunchException("--kubeconfig is needed");
    }
    String node =
        hostnameOverride == null
            ? InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT)
            : hostnameOverride;
    IptablesDataPlane.prepareKernel();
    Timers timers = Timers.system();
    try (Client client = Clients.fromKubeconfig(kubeconfig, "kube-proxy");
        Informers informers = new Informers(client, timers, RandomGenerator.getDefault());
        KubeProxy proxy =
            KubeProxy.start(
                new KubeProxy.Options(node, MIN_SYNC_PERIOD), informers, dataPlane, timers)) {
      System.err.println(
          "proxies on " + node + (proxy.hasSynced() ? "" : ", waiting for services"));
      Standalone.awaitStop();
    }
    return 0;
  }
}
