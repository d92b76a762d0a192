package dev.javernetes.launch.bench;

import dev.javernetes.api.machinery.json.JsonObject;
import dev.javernetes.api.model.core.v1.Namespace;
import dev.javernetes.client.Client;
import dev.javernetes.client.RequestOptions.DeleteOptions;
import dev.javernetes.client.Timers;
import dev.javernetes.client.https.Connection;
import dev.javernetes.client.https.HttpsTransport;
import dev.javernetes.client.https.Kubeconfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A cluster that is measured. */
public final class Target implements AutoCloseable {
  /** Where all that a measurement makes is. */
  static final String NAMESPACE = "j8s-bench";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Connection connection;
  private final ServerProcesses servers;
  private final Client client;
  private final Timers timers;

  public Target(Path kubeconfig, ServerProcesses servers, Timers timers) throws IOException {
    this.connection = Kubeconfig.read(kubeconfig).connection("");
    this.servers = servers;
    this.timers = timers;
    this.client = new Client(new HttpsTransport(connection, timers), "j8s-bench");
  }

  Connection connection() {
    return connection;
  }

  ServerProcesses servers() {
    return servers;
  }

  Client client() {
    return client;
  }

  Timers timers() {
    return timers;
  }

  /** An empty namespace for {@code work}, gone afterwards with all that is in it. */
  <T> T inNamespace(Work<T> work) throws Exception {
    client.create(
        Namespace.TYPE,
        Namespace.fromJson(JsonObject.of("metadata", JsonObject.of("name", NAMESPACE))));
    try {
      return work.run();
    } finally {
      client.delete(Namespace.TYPE, "", NAMESPACE, DeleteOptions.NONE);
      awaitGone();
    }
  }

  private void awaitGone() throws InterruptedException {
    long deadline = timers.nanoTime() + PATIENCE.toNanos();
    while (client.list(Namespace.TYPE, "").stream()
        .anyMatch(one -> one.metadata().name().equals(NAMESPACE))) {
      if (timers.nanoTime() > deadline) {
        throw new BenchException(
            "namespace " + NAMESPACE + " is not gone after " + PATIENCE.toSeconds() + " s");
      }
      timers.sleep(Duration.ofMillis(100));
    }
  }

  /** What a namespace is for. */
  interface Work<T> {
    T run() throws Exception;
  }

  @Override
  public void close() {
    client.close();
  }
}
