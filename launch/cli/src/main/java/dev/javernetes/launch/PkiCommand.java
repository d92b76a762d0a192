package dev.javernetes.launch;

import dev.javernetes.pki.ClusterPki;
import dev.javernetes.pki.KeyAndCertificate;
import dev.javernetes.pki.Kubeconfig;
import dev.javernetes.pki.Pem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pki",
    description =
        "Makes the certificates, keys and kubeconfigs that components need to run one by one.",
    mixinStandardHelpOptions = true)
final class PkiCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      description = "Certificates go into pki/ below it, kubeconfigs (NAME.conf) beside that.")
  private Path dataDir = Path.of("");

  @Option(
      names = "--server",
      required = true,
      description = "The API server's URL, such as https://127.0.0.1:6443.")
  private String server = "";

  @Option(
      names = "--address",
      split = ",",
      description = "More addresses that the serving certificates shall name.")
  private List<InetAddress> addresses = List.of();

  @Option(
      names = "--service-cluster-ip-range",
      defaultValue = "10.96.0.0/16",
      description = "Its first address is named, too.")
  private String serviceCidr = "10.96.0.0/16";

  @Option(names = "--node-name", description = "The kubelet's node (default: the host's name).")
  private @Nullable String nodeName;

  @Override
  public Integer call() throws UnknownHostException {
    String node =
        nodeName == null
            ? InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT)
            : nodeName;
    List<InetAddress> named = new ArrayList<>(addresses);
    named.add(InetAddress.getByName("127.0.0.1"));
    Instant now = Instant.now();
    ClusterPki pki =
        ClusterPki.open(
            dataDir.resolve("pki"),
            new ClusterPki.ServingNames(
                "cluster.local", NetworkPlan.firstAddress(serviceCidr), named, List.of(node)),
            now,
            new SecureRandom());
    pki.kubeletServer(node, named, now);
    pki.etcdServer(node, named, now);
    pki.etcdClient(now);
    Map<String, KeyAndCertificate> users = new LinkedHashMap<>();
    users.put("admin", pki.admin());
    users.put("controller-manager", pki.controllerManager());
    users.put("cloud-controller-manager", pki.cloudControllerManager());
    users.put("scheduler", pki.scheduler());
    users.put("kube-proxy", pki.kubeProxy());
    users.put("kubelet", pki.kubelet(node, now));
    String authority = Pem.certificates(List.of(pki.authority().certificate()));
    users.forEach((name, identity) -> {
      Path file = dataDir.resolve(name + ".conf");
      Kubeconfig.withCertificate("j8s", name, server, authority, identity).write(file);
      System.out.println(file);
    });
    return 0;
  }
}
