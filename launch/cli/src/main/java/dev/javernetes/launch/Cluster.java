package dev.javernetes.launch;

import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers;
import dev.javernetes.client.StoredEvents;
import dev.javernetes.client.Timers;
import dev.javernetes.cloudcontrollermanager.CloudControllerManager;
import dev.javernetes.cloudcontrollermanager.local.LocalCloud;
import dev.javernetes.controllermanager.ControllerManager;
import dev.javernetes.controllermanager.ControllerManagerOptions;
import dev.javernetes.kubelet.simulated.SimulatedNodes;
import dev.javernetes.kubelet.simulated.SimulatedOptions;
import dev.javernetes.runtime.ContainerRuntime;
import dev.javernetes.scheduler.Scheduler;
import dev.javernetes.scheduler.SchedulerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in one process: control plane, loops, node. Started from the store outwards,
 * closed the other way round.
 *
 * <pre>
 * ControlPlane (store ► API server ► HTTPS)  ►  controllers, scheduler  ►  node: runtime ► kubelet, proxy
 * </pre>
 */
final class Cluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final String MASTERS = "system:masters";

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final ClusterOptions options;
  private final Progress progress;
  private final Timers timers = Timers.system();
  private @Nullable Client nodesClient;

  private Cluster(ClusterOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Returns once the API server is ready and everything else is on its way; {@link #awaitNodes}
   * waits for the rest.
   */
  static Cluster start(ClusterOptions options, Progress progress) throws Exception {
    Cluster cluster = new Cluster(options, progress);
    try {
      cluster.startAll();
      return cluster;
    } catch (Exception | Error problem) {
      cluster.close();
      throw problem;
    }
  }

  private void startAll() throws Exception {
    Slot slot = options.simulated() ? new Slot(0) : Slot.claim(options.directory());
    NetworkPlan network = NetworkPlan.of(options, slot);
    boolean ownRuntime = !options.simulated() && options.runtimeEndpoint() == null;
    FutureTask<ContainerRuntime> runtime =
        new FutureTask<>(() -> RealNode.startRuntime(options, slot));
    if (ownRuntime) { // it needs no API server, so both start at once
      Thread.ofPlatform().name("runtime start").start(runtime);
    }
    ControlPlane controlPlane = keep(ControlPlane.start(options, network));
    controlPlane.awaitReady();
    progress.say("API server ready at " + network.serverUrl());
    nodesClient = controlPlane.client("system:j8s", "j8s", MASTERS);
    startControllers(controlPlane, network);
    startCloud(controlPlane);
    startScheduler(controlPlane);
    if (options.simulated()) {
      Client client = controlPlane.client("system:simulated-nodes", "kubelet", MASTERS);
      keep(
          SimulatedNodes.start(
              client,
              options.simulatedNodes(),
              SimulatedOptions.defaults(),
              timers,
              RandomGenerator.getDefault()));
      return;
    }
    if (ownRuntime) {
      keep(runtime.get());
      progress.say("container runtime ready at unix://" + slot.criSocket());
    }
    keep(RealNode.start(options, slot, network, controlPlane, timers));
  }

  private <T extends AutoCloseable> T keep(T part) {
    started.push(part);
    return part;
  }

  private void startControllers(ControlPlane controlPlane, NetworkPlan network) {
    ControllerManagerOptions settings =
        ControllerManagerOptions.defaults()
            .with("leader-elect", "false")
            .with("allocate-node-cidrs", "true")
            .with("cluster-cidr", network.podCidr())
            .with("service-cluster-ip-range", network.serviceCidr())
            .with("root-ca-file", options.directory().pki().resolve("ca.crt").toString())
            .with(
                "service-account-private-key-file",
                options.directory().pki().resolve("sa.key").toString())
            .with(
                "cluster-signing-cert-file", options.directory().pki().resolve("ca.crt").toString())
            .with(
                "cluster-signing-key-file", options.directory().pki().resolve("ca.key").toString());
    keep(
        ControllerManager.start(
            settings,
            controlPlane.client("system:kube-controller-manager", "kube-controller-manager"),
            account -> controlPlane.serviceAccount("kube-system", account),
            new ControllerManager.Surroundings(
                timers,
                RandomGenerator.getDefault(),
                options.nodeName(),
                () -> log.error("lost the lead"))));
  }

  private void startCloud(ControlPlane controlPlane) {
    Client client =
        controlPlane.client("system:cloud-controller-manager", "cloud-controller-manager", MASTERS);
    keep(
        CloudControllerManager.start(
            CloudControllerManager.FLAGS.with("leader-elect", "false"),
            new LocalCloud(),
            client,
            new CloudControllerManager.Surroundings(
                timers,
                RandomGenerator.getDefault(),
                options.nodeName(),
                () -> log.error("lost the lead"))));
  }

  private void startScheduler(ControlPlane controlPlane) {
    Client client = controlPlane.client("system:kube-scheduler", "kube-scheduler");
    Informers informers = keep(new Informers(client, timers, RandomGenerator.getDefault()));
    keep(
        Scheduler.start(
            SchedulerOptions.DEFAULT,
            client,
            informers,
            StoredEvents.v1(
                client, "default-scheduler", "default-scheduler-" + options.nodeName(), timers),
            Clock.systemUTC(),
            RandomGenerator.getDefault()));
  }

  /** Waits until every node is Ready. */
  void awaitNodes(Duration patience) throws InterruptedException {
    Client client = Objects.requireNonNull(nodesClient);
    int wanted = Math.max(1, options.simulatedNodes());
    CountDownLatch ready = new CountDownLatch(1);
    try (Informers informers = new Informers(client, timers, RandomGenerator.getDefault())) {
      Informer<Node> nodes = informers.of(Node.TYPE);
      nodes.handle(
          EventHandler.each(node -> {
            if (nodes.list().stream().filter(StatusCommand::ready).count() >= wanted) {
              ready.countDown();
            }
          }));
      informers.start();
      if (!ready.await(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new LaunchException(
            "the node is not Ready after "
                + patience.toSeconds()
                + " s; the log says why: "
                + options.directory().log());
      }
    }
    progress.say(
        wanted == 1 ? "node " + options.nodeName() + " is Ready" : wanted + " nodes are Ready");
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception problem) {
        log.warn("while stopping {}", part.getClass().getSimpleName(), problem);
      }
    }
  }
}
