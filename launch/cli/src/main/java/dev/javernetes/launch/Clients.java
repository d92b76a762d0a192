package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import dev.javernetes.client.https.HttpsTransport;
import dev.javernetes.client.https.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Clients over HTTPS. */
final class Clients {
  private Clients() {}

  static Client fromKubeconfig(Path kubeconfig, String userAgent) {
    if (!Files.exists(kubeconfig)) {
      throw new LaunchException("no kubeconfig at " + kubeconfig + ": ./j8s up writes one");
    }
    try {
      return new Client(
          new HttpsTransport(Kubeconfig.read(kubeconfig).connection(""), Timers.system()),
          userAgent);
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot use the kubeconfig " + kubeconfig + ": " + problem.getMessage(), problem);
    }
  }
}
