package dev.javernetes.launch;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "kubeconfig",
    description =
        "Prints the path of the administrator's kubeconfig: export KUBECONFIG=$(./j8s kubeconfig)",
    mixinStandardHelpOptions = true)
final class KubeconfigCommand implements Callable<Integer> {
  @Mixin private DataDirOption data = new DataDirOption();

  @Override
  public Integer call() {
    DataDirectory directory = data.directory();
    if (!Files.exists(directory.kubeconfig())) {
      throw new LaunchException("no cluster in " + directory.path() + ": ./j8s up starts one");
    }
    System.out.println(directory.kubeconfig());
    return 0;
  }
}
