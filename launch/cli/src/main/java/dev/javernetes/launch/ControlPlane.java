package dev.javernetes.launch;

import dev.javernetes.apiserver.authentication.AuthenticationSettings;
import dev.javernetes.apiserver.connect.KubeletOptions;
import dev.javernetes.apiserver.http.EdgeSettings;
import dev.javernetes.apiserver.http.HttpEdge;
import dev.javernetes.apiserver.request.UserInfo;
import dev.javernetes.apiserver.security.SecuritySettings;
import dev.javernetes.apiserver.server.KubeApiServer;
import dev.javernetes.apiserver.server.KubeApiServerOptions;
import dev.javernetes.client.Client;
import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.AutoCompaction;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import dev.javernetes.pki.ClusterPki;
import dev.javernetes.pki.Kubeconfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store, the API server over it, and its HTTPS edge, in this process. */
final class ControlPlane implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
  private static final String CLUSTER_DOMAIN = "cluster.local";

  private final Store store;
  private final KubeApiServer server;
  private final HttpEdge edge;
  private final ClusterPki pki;
  private final ScheduledExecutorService scheduler;
  private final ExecutorService threads;

  private ControlPlane(
      Store store,
      KubeApiServer server,
      HttpEdge edge,
      ClusterPki pki,
      ScheduledExecutorService scheduler,
      ExecutorService threads) {
    this.store = store;
    this.server = server;
    this.edge = edge;
    this.pki = pki;
    this.scheduler = scheduler;
    this.threads = threads;
  }

  /** Answers requests when it returns; {@link #awaitReady} waits for /readyz. */
  static ControlPlane start(ClusterOptions options, NetworkPlan network) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("timer").factory());
    var opening = threads.submit(() -> openStore(options.directory()));
    ClusterPki pki = openPki(options, network);
    Store store = await(opening);
    try {
      KubeApiServer server =
          KubeApiServer.start(serverOptions(store, pki, network, scheduler, threads));
      HttpEdge edge = listen(options, network, pki, server);
      Kubeconfig.withCertificate(
              "j8s",
              "kubernetes-admin",
              network.serverUrl(),
              dev.javernetes.pki.Pem.certificates(List.of(pki.authority().certificate())),
              pki.admin())
          .write(options.directory().kubeconfig());
      return new ControlPlane(store, server, edge, pki, scheduler, threads);
    } catch (RuntimeException problem) {
      store.close();
      throw problem;
    }
  }

  private static Store openStore(DataDirectory directory) {
    try {
      StoreRuntime runtime = StoreRuntime.system("etcd");
      Store store = DurableStore.open(directory.etcd(), StoreOptions.DEFAULTS, runtime);
      AutoCompaction.byAge(store, AutoCompaction.API_SERVER_RETENTION, runtime.ticker());
      return store;
    } catch (StoreException problem) {
      throw new LaunchException("cannot open the store: " + problem.getMessage(), problem);
    }
  }

  private static Store await(java.util.concurrent.Future<Store> opening) {
    try {
      return opening.get();
    } catch (java.util.concurrent.ExecutionException problem) {
      throw problem.getCause() instanceof LaunchException known
          ? known
          : new LaunchException("cannot open the store: " + problem.getCause(), problem);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new LaunchException("interrupted", stopped);
    }
  }

  private static ClusterPki openPki(ClusterOptions options, NetworkPlan network) {
    return ClusterPki.open(
        options.directory().pki(),
        new ClusterPki.ServingNames(
            CLUSTER_DOMAIN,
            network.firstServiceAddress(),
            network.nodeAddresses(),
            List.of(options.nodeName())),
        Instant.now(),
        new SecureRandom());
  }

  private static KubeApiServerOptions serverOptions(
      Store store,
      ClusterPki pki,
      NetworkPlan network,
      ScheduledExecutorService scheduler,
      ExecutorService threads) {
    AuthenticationSettings authentication =
        AuthenticationSettings.standard(
            List.of(pki.authority().certificate()),
            List.of(pki.frontProxyAuthority().certificate()),
            pki.serviceAccountKey());
    return new KubeApiServerOptions(
        store,
        SecuritySettings.standard(authentication),
        new KubeApiServerOptions.Network(
            network.advertiseAddress().getHostAddress(),
            network.apiServerPort(),
            List.of(network.serviceCidr()),
            30_000,
            32_767),
        KubeletOptions.standard(
            ClientTls.factory(pki.kubeletClient(), List.of(pki.authority().certificate()))),
        new KubeApiServerOptions.Runtime(
            Clock.systemUTC(), System::nanoTime, RandomGenerator.getDefault(), scheduler, threads));
  }

  private static HttpEdge listen(
      ClusterOptions options, NetworkPlan network, ClusterPki pki, KubeApiServer server) {
    InetAddress address = options.bindAddress();
    try {
      return HttpEdge.start(
          EdgeSettings.of(address, network.apiServerPort(), pki.apiServer().keyManager()), server);
    } catch (java.net.BindException taken) {
      throw new LaunchException(
          "port "
              + network.apiServerPort()
              + " is in use: stop the program that has it, or choose another with --port",
          taken);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** A client in this process, as a user that we vouch for. */
  Client client(String user, String userAgent, String... groups) {
    String[] all = java.util.Arrays.copyOf(groups, groups.length + 1);
    all[groups.length] = UserInfo.AUTHENTICATED_GROUP;
    return new Client(new InProcessTransport(server, UserInfo.of(user, all)), userAgent);
  }

  /** A client in this process, as a service account. */
  Client serviceAccount(String namespace, String name) {
    return client(
        "system:serviceaccount:" + namespace + ":" + name,
        "j8s",
        "system:serviceaccounts",
        "system:serviceaccounts:" + namespace);
  }

  ClusterPki pki() {
    return pki;
  }

  void awaitReady() throws InterruptedException {
    server.awaitReady();
  }

  @Override
  public void close() {
    edge.close();
    server.close();
    store.close();
    scheduler.shutdownNow();
    threads.shutdownNow();
    log.info("the control plane has stopped");
  }
}
