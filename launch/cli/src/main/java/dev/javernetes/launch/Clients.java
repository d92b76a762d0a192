package dev.javernetes.launch;

import dev.javernetes.client.Client;
import dev.javernetes.client.Timers;
import dev.javernetes.client.Transport;
import dev.javernetes.client.https.Connection;
import dev.javernetes.client.https.HttpsTransport;
import dev.javernetes.client.https.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Clients over HTTPS. */
final class Clients {
  private Clients() {}

  static Client fromKubeconfig(Path kubeconfig, String userAgent) {
    return new Client(transport(kubeconfig, UnaryOperator.identity()), userAgent);
  }

  /** To the same server as nobody, for those who bring a token. */
  static Transport anonymous(Path kubeconfig) {
    return transport(kubeconfig, Connection::withoutCredentials);
  }

  private static Transport transport(Path kubeconfig, UnaryOperator<Connection> change) {
    if (!Files.exists(kubeconfig)) {
      throw new LaunchException("no kubeconfig at " + kubeconfig + ": ./j8s up writes one");
    }
    try {
      return new HttpsTransport(
          change.apply(Kubeconfig.read(kubeconfig).connection("")), Timers.system());
    } catch (IOException problem) {
      throw new LaunchException(
          "cannot use the kubeconfig " + kubeconfig + ": " + problem.getMessage(), problem);
    }
  }
}
