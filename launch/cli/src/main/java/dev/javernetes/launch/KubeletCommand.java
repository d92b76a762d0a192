package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.kubelet.Kubelet;
import dev.javernetes.kubelet.KubeletFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(
    name = "kubelet",
    description =
        "The kubelet alone, with upstream's flags and configuration file (--kubeconfig, --config, --container-runtime-endpoint, …).",
    mixinStandardHelpOptions = true)
final class KubeletCommand implements Callable<Integer> {
  @Unmatched private List<String> flags = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    KubeletFlags parsed;
    try {
      parsed = KubeletFlags.parse(flags);
    } catch (IllegalArgumentException problem) {
      throw new LaunchException(String.valueOf(problem.getMessage()), problem);
    }
    if (parsed.kubeconfig() == null) {
      throw new LaunchException(
          "--kubeconfig is needed: a kubelet without an API server is not built yet");
    }
    try (Client client = Clients.fromKubeconfig(parsed.kubeconfig(), "kubelet");
        Kubelet kubelet = Kubelet.start(parsed.options(), client)) {
      System.err.println(
          "kubelet of " + parsed.options().nodeName() + " serves on port " + kubelet.port());
      Standalone.awaitStop();
    }
    return 0;
  }
}
