package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.ServiceAccountTransport;
import dev.javernetes.client.Timers;
import dev.javernetes.client.Transport;
import dev.javernetes.controllermanager.ControllerClients;
import dev.javernetes.controllermanager.ControllerManager;
import dev.javernetes.controllermanager.ControllerManagerOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(
    name = "controller-manager",
    description =
        "kube-controller-manager alone, with upstream's flags (--kubeconfig, --controllers, --cluster-cidr, …).",
    mixinStandardHelpOptions = true)
final class ControllerManagerCommand implements Callable<Integer> {
  private static final String NAME = "kube-controller-manager";

  @Unmatched private List<String> flags = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    ControllerManagerOptions options;
    try {
      options = ControllerManagerOptions.parse(flags);
    } catch (IllegalArgumentException problem) {
      throw new LaunchException(String.valueOf(problem.getMessage()), problem);
    }
    if (options.text("kubeconfig").isEmpty()) {
      throw new LaunchException("--kubeconfig is needed");
    }
    String identity = InetAddress.getLocalHost().getHostName() + "_" + UUID.randomUUID();
    ControllerManager.Surroundings surroundings =
        new ControllerManager.Surroundings(
            Timers.system(),
            RandomGenerator.getDefault(),
            identity,
            () -> {
              LoggerFactory.getLogger(ControllerManagerCommand.class)
                  .error("another controller manager leads now");
              Runtime.getRuntime().halt(1);
            });
    Path kubeconfig = Path.of(options.text("kubeconfig"));
    boolean ownAccounts = options.on("use-service-account-credentials");
    try (Client client = Clients.fromKubeconfig(kubeconfig, NAME);
        Transport anonymous = Clients.anonymous(kubeconfig);
        ControllerManager manager =
            ControllerManager.start(
                options,
                client,
                ownAccounts ? accounts(client, anonymous) : ControllerClients.shared(client),
                surroundings)) {
      System.err.println("runs " + manager.controllers());
      Standalone.awaitStop();
    }
    return 0;
  }

  private static ControllerClients accounts(Client root, Transport anonymous) {
    return account ->
        new Client(
            new ServiceAccountTransport(root, anonymous, Timers.system(), "kube-system", account),
            NAME);
  }
}
