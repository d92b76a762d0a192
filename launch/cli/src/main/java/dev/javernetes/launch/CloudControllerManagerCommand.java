package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import dev.javernetes.client.component.Flags;
import dev.javernetes.cloudcontrollermanager.CloudControllerManager;
import dev.javernetes.cloudcontrollermanager.local.LocalCloud;
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
    name = "cloud-controller-manager",
    description =
        "cloud-controller-manager alone, with upstream's flags (--kubeconfig, --cloud-provider=local, …).",
    mixinStandardHelpOptions = true)
final class CloudControllerManagerCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    Flags flags;
    try {
      flags = CloudControllerManager.FLAGS.parse(arguments);
    } catch (IllegalArgumentException problem) {
      throw new LaunchException(String.valueOf(problem.getMessage()), problem);
    }
    if (!flags.text("cloud-provider").equals("local")) {
      throw new LaunchException(
          "--cloud-provider=" + flags.text("cloud-provider") + ": local is the only provider here");
    }
    if (flags.text("kubeconfig").isEmpty()) {
      throw new LaunchException("--kubeconfig is needed");
    }
    CloudControllerManager.Surroundings surroundings =
        new CloudControllerManager.Surroundings(
            Timers.system(),
            RandomGenerator.getDefault(),
            InetAddress.getLocalHost().getHostName() + "_" + UUID.randomUUID(),
            () -> {
              LoggerFactory.getLogger(CloudControllerManagerCommand.class)
                  .error("another cloud controller manager leads now");
              Runtime.getRuntime().halt(1);
            });
    try (Client client =
            Clients.fromKubeconfig(Path.of(flags.text("kubeconfig")), "cloud-controller-manager");
        CloudControllerManager manager =
            CloudControllerManager.start(flags, new LocalCloud(), client, surroundings)) {
      LoggerFactory.getLogger(CloudControllerManagerCommand.class)
          .info("{} runs for cloud local", manager.getClass().getSimpleName());
      Standalone.awaitStop();
    }
    return 0;
  }
}
