package dev.javernetes.apiserver.server;

import dev.javernetes.apiserver.connect.KubeletOptions;
import dev.javernetes.apiserver.security.SecuritySettings;
import dev.javernetes.etcd.mvcc.Store;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an API server is started with.
 *
 * @param store embedded or a real etcd; not closed by the server
 * @param features what is not as upstream has it by default
 * @param kubelets how to reach kubelets; {@code null} if they cannot be reached
 */
public record KubeApiServerOptions(
    Store store,
    SecuritySettings security,
    Network network,
    @Nullable KubeletOptions kubelets,
    FeatureGates features,
    Runtime runtime) {

  /** With upstream's features as they are by default. */
  public KubeApiServerOptions(
      Store store,
      SecuritySettings security,
      Network network,
      @Nullable KubeletOptions kubelets,
      Runtime runtime) {
    this(store, security, network, kubelets, FeatureGates.DEFAULT, runtime);
  }

  /**
   * @param advertiseAddress where the cluster reaches this server: the endpoints of Service {@code
   *     kubernetes}
   * @param serviceCidrs {@code --service-cluster-ip-range}, one or two
   * @param nodePortFirst {@code --service-node-port-range}
   */
  public record Network(
      String advertiseAddress,
      int securePort,
      List<String> serviceCidrs,
      int nodePortFirst,
      int nodePortLast) {
    public Network {
      serviceCidrs = List.copyOf(serviceCidrs);
    }

    public static Network standard(String advertiseAddress, int securePort) {
      return new Network(advertiseAddress, securePort, List.of("10.96.0.0/16"), 30_000, 32_767);
    }
  }

  /**
   * Time, chance and threads, from the composition root.
   *
   * @param threads a virtual thread per task
   */
  public record Runtime(
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      ScheduledExecutorService scheduler,
      ExecutorService threads) {}
}
