package dev.javernetes.kubelet;

import dev.javernetes.api.machinery.Quantity;
import dev.javernetes.api.model.core.v1.Node;
import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.api.model.core.v1.Service;
import dev.javernetes.api.model.node.v1.RuntimeClass;
import dev.javernetes.client.Client;
import dev.javernetes.client.EventHandler;
import dev.javernetes.client.Informer;
import dev.javernetes.client.Informers;
import dev.javernetes.client.StoredEvents;
import dev.javernetes.client.Timers;
import dev.javernetes.cri.CriEndpoint;
import dev.javernetes.cri.v1.VersionResponse;
import dev.javernetes.kubelet.admission.NodeAdmission;
import dev.javernetes.kubelet.cgroup.PodCgroups;
import dev.javernetes.kubelet.container.ImagePuller;
import dev.javernetes.kubelet.container.ResolvConf;
import dev.javernetes.kubelet.container.Resources;
import dev.javernetes.kubelet.cri.ContainerRuntime;
import dev.javernetes.kubelet.cri.GrpcContainerRuntime;
import dev.javernetes.kubelet.cri.RuntimeCallException;
import dev.javernetes.kubelet.event.Events;
import dev.javernetes.kubelet.eviction.EvictionThresholds;
import dev.javernetes.kubelet.eviction.Evictions;
import dev.javernetes.kubelet.garbage.DeadContainers;
import dev.javernetes.kubelet.garbage.LogRotation;
import dev.javernetes.kubelet.garbage.OrphanedPods;
import dev.javernetes.kubelet.garbage.UnusedImages;
import dev.javernetes.kubelet.node.Capacity;
import dev.javernetes.kubelet.node.Machine;
import dev.javernetes.kubelet.node.NodeDescription;
import dev.javernetes.kubelet.node.NodeIdentity;
import dev.javernetes.kubelet.node.NodeLease;
import dev.javernetes.kubelet.node.NodeReporter;
import dev.javernetes.kubelet.node.PodCidr;
import dev.javernetes.kubelet.node.RuntimeHealth;
import dev.javernetes.kubelet.pod.NodeFacts;
import dev.javernetes.kubelet.pod.PodServices;
import dev.javernetes.kubelet.pod.PodWorkers;
import dev.javernetes.kubelet.pod.ResizeFit;
import dev.javernetes.kubelet.pod.RuntimeEvents;
import dev.javernetes.kubelet.probe.Probes;
import dev.javernetes.kubelet.server.AccessControl;
import dev.javernetes.kubelet.server.KubeletServer;
import dev.javernetes.kubelet.server.Routes;
import dev.javernetes.kubelet.server.Tls;
import dev.javernetes.kubelet.source.MirrorPods;
import dev.javernetes.kubelet.source.StaticPodSource;
import dev.javernetes.kubelet.status.StatusInputs.Verdict;
import dev.javernetes.kubelet.status.StatusWriter;
import dev.javernetes.kubelet.volume.Claims;
import dev.javernetes.kubelet.volume.ContainerMounts;
import dev.javernetes.kubelet.volume.CsiVolumes;
import dev.javernetes.kubelet.volume.LinuxMounter;
import dev.javernetes.kubelet.volume.Mounter;
import dev.javernetes.kubelet.volume.PlainDirectories;
import dev.javernetes.kubelet.volume.PodDirectories;
import dev.javernetes.kubelet.volume.PodVolumes;
import dev.javernetes.kubelet.volume.ServiceAccountTokens;
import dev.javernetes.kubelet.volume.WatchedReferences;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A kubelet: registers its node, runs the pods bound to it, and tells how they are.
 *
 * <pre>{@code
 * Kubelet kubelet = Kubelet.start(KubeletOptions.defaults("node-1"), client);
 * …
 * kubelet.close();          // pods run on; the next kubelet adopts them
 * }</pre>
 *
 * <p>Pods arrive from {@code source} and get a worker each ({@code pod}); workers speak to the
 * runtime ({@code cri}), set up volumes, watch probes and hand statuses to the writer. What else
 * there is runs beside: heartbeat and node status ({@code node}), evictions, garbage, and the HTTPS
 * server that the API server calls for logs and exec.
 */
public final class Kubelet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kubelet.class);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);
  private static final Duration RUNTIME_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STATIC_POD_CHECK = Duration.ofSeconds(20);

  private final KubeletOptions options;
  private final Timers timers;
  private final ContainerRuntime runtime;
  private final Informers informers;
  private final Informer<Pod> apiPods;
  private final Informer<Node> nodes;
  private final MirrorPods mirrors;
  private final WatchedReferences references;
  private final PodWorkers workers;
  private final NodeReporter reporter;
  private final NodeLease lease;
  private final RuntimeEvents runtimeEvents;
  private final Evictions evictions;
  private final Housekeeping housekeeping;
  private final KubeletServer server;
  private final List<StaticPodSource> staticSources = new ArrayList<>();
  private final ReentrantLock sources = new ReentrantLock();
  private Map<String, Pod> staticPods = Map.of();

  /** Connects to the runtime that the options name. */
  public static Kubelet start(KubeletOptions options, Client client)
      throws IOException, InterruptedException {
    CriEndpoint endpoint = CriEndpoint.parse(options.runtimeEndpoint());
    return start(
        options,
        client,
        GrpcContainerRuntime.open(endpoint, endpoint),
        Timers.system(),
        RandomGenerator.getDefault());
  }

  /** With a runtime of the caller's; it is closed with the kubelet. */
  public static Kubelet start(
      KubeletOptions options,
      Client client,
      ContainerRuntime runtime,
      Timers timers,
      RandomGenerator random)
      throws IOException, InterruptedException {
    Kubelet kubelet = new Kubelet(options, client.as("kubelet"), runtime, timers, random);
    kubelet.run();
    return kubelet;
  }

  private Kubelet(
      KubeletOptions options,
      Client client,
      ContainerRuntime runtime,
      Timers timers,
      RandomGenerator random)
      throws IOException, InterruptedException {
    this.options = options;
    this.timers = timers;
    this.runtime = runtime;
    Machine machine = Machine.read();
    if (machine.swapOn() && options.limits().failSwapOn()) {
      throw new IOException(
          "running with swap on is not supported; turn it off or set --fail-swap-on=false");
    }
    VersionResponse version = awaitRuntime();
    Files.createDirectories(options.paths().root());
    Files.createDirectories(options.paths().podLogs());
    FileStore store = Files.getFileStore(options.paths().root());
    EvictionThresholds thresholds = EvictionThresholds.parse(options.limits().evictionHard());
    Capacity capacity =
        Capacity.of(
            machine,
            store.getTotalSpace(),
            options.limits().maxPods(),
            kept(options, thresholds, machine, store.getTotalSpace()));
    List<String> addresses =
        options.registration().nodeIps().isEmpty()
            ? List.of(machine.addresses().getFirst())
            : options.registration().nodeIps();

    Events events =
        new RecordedEvents(
            StoredEvents.core(client, "kubelet", options.nodeName(), timers), options.nodeName());
    this.informers = new Informers(client, timers, random);
    String nodeName = options.nodeName();
    this.apiPods =
        informers.of(Pod.TYPE, new Informers.Selection("", "", "spec.nodeName=" + nodeName));
    Informer<Service> services = informers.of(Service.TYPE);
    this.nodes =
        informers.of(Node.TYPE, new Informers.Selection("", "", "metadata.name=" + nodeName));

    PodCgroups cgroups =
        options.limits().cgroupsPerQos()
            ? PodCgroups.at(
                options.paths().cgroupMount(),
                options.limits().cgroupRoot(),
                options.limits().cpuCfsQuota(),
                options.limits().podPidsLimit())
            : PodCgroups.disabled();
    cgroups.start(
        Resources.amount(capacity.allocatable(), Resources.CPU),
        Resources.amount(capacity.allocatable(), Resources.MEMORY));

    PodDirectories directories = new PodDirectories(options.paths().root());
    Mounter mounter = isRoot() ? new LinuxMounter() : new PlainDirectories();
    this.references = new WatchedReferences(client, timers, random, uid -> wake(uid));
    PodVolumes volumes =
        new PodVolumes(
            directories,
            mounter,
            references,
            new ServiceAccountTokens(client, timers),
            new Claims(client),
            CsiVolumes.NONE,
            timers);
    Probes probes = new Probes(runtime, events, timers, uid -> wake(uid));
    this.mirrors = new MirrorPods(client, apiPods, this::node);
    RuntimeHealth health = new RuntimeHealth(runtime, () -> wakeAll());
    this.evictions =
        new Evictions(thresholds, options.paths().root(), machine.memoryBytes(), timers);
    PodServices podServices =
        new PodServices(
            runtime,
            directories,
            volumes,
            new ContainerMounts(directories, mounter),
            references,
            services::list,
            new ImagePuller(runtime, events, timers, options.limits().parallelImagePulls()),
            probes,
            cgroups,
            name -> name.isEmpty() ? "" : client.get(RuntimeClass.TYPE, "", name).handler(),
            asked -> resizeProblem(asked, capacity),
            new StatusWriter(client, timers, mirrors::twin),
            events,
            timers,
            nodeFacts(options, machine, capacity, addresses, version));
    this.workers =
        new PodWorkers(
            podServices,
            health::networkReady,
            (pod, active) -> admit(pod, active, nodes.get("", nodeName).orElse(null), capacity));
    this.runtimeEvents = new RuntimeEvents(runtime, timers, uid -> wake(uid));
    this.housekeeping =
        new Housekeeping(
            timers,
            HOUSEKEEPING,
            new OrphanedPods(runtime, directories, volumes, cgroups, workers::knows),
            new DeadContainers(runtime),
            new LogRotation(
                runtime,
                timers,
                options.limits().containerLogMaxBytes(),
                options.limits().containerLogMaxFiles()),
            new UnusedImages(
                runtime,
                events,
                timers,
                options.limits().imageGcHighPercent(),
                options.limits().imageGcLowPercent(),
                options.limits().imageMinimumAge()),
            events);
    this.server = startServer(client, addresses);
    NodeIdentity identity =
        new NodeIdentity(
            nodeName,
            nodeName,
            addresses,
            options.registration().labels(),
            options.registration().taints(),
            server.port(),
            version.getRuntimeName() + "://" + version.getRuntimeVersion(),
            options.registration().externalCloudProvider());
    this.reporter =
        new NodeReporter(
            client,
            timers,
            identity,
            new NodeDescription(machine, identity, capacity),
            () -> {
              evictions.measure(workers, events);
              return health.look(
                  evictions.memoryPressure(), evictions.diskPressure(), evictions.pidPressure());
            },
            options.registration().register());
    this.lease = new NodeLease(client, timers, nodeName, this::node);
    events.node(Events.EventType.NORMAL, "Starting", "Starting kubelet.");
  }

  private void run() throws IOException, InterruptedException {
    reporter.start();
    lease.start();
    runtimeEvents.start();
    apiPods.handle(new ApiPodHandler());
    nodes.handle(new PodCidr(runtime, timers, reporter::lookNow));
    informers.start();
    if (options.paths().staticPods() != null) {
      Path path = options.paths().staticPods();
      staticSources.add(
          StaticPodSource.folder(
              path, options.nodeName(), STATIC_POD_CHECK, pods -> staticPods("file", pods)));
    }
    if (options.paths().staticPodUrl() != null) {
      staticSources.add(
          StaticPodSource.url(
              options.paths().staticPodUrl(),
              Map.of(),
              options.nodeName(),
              STATIC_POD_CHECK,
              timers,
              pods -> staticPods("http", pods)));
    }
    Thread.ofVirtual().name("kubelet-housekeeping").start(this::afterSync);
  }

  /** What may only begin when every source has said which pods there are. */
  private void afterSync() {
    try {
      while (!apiPods.awaitSynced(Duration.ofMinutes(1))) {
        LOG.info("waiting for the API server");
      }
      housekeeping.run();
    } catch (InterruptedException stopped) {
      // the kubelet ends
    }
  }

  /** Where the server listens; negative if there is none. */
  public int port() {
    return server.port();
  }

  /** The node as the API has it; null before it is registered. */
  public @Nullable Node node() {
    return reporter.latest();
  }

  @Override
  public void close() {
    housekeeping.close();
    for (StaticPodSource source : staticSources) {
      try {
        source.close();
      } catch (IOException problem) {
        LOG.debug("closing static pods", problem);
      }
    }
    server.close();
    runtimeEvents.close();
    lease.close();
    reporter.close();
    informers.close();
    references.close();
    try {
      workers.close(Duration.ofSeconds(5));
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    runtime.close();
  }

  private final class ApiPodHandler implements EventHandler<Pod> {
    @Override
    public void added(Pod pod, boolean initial) {
      seen(pod);
    }

    @Override
    public void changed(Pod before, Pod now) {
      if (!before.metadata().uid().equals(now.metadata().uid())) {
        deleted(before);
      }
      seen(now);
    }

    @Override
    public void deleted(Pod pod) {
      if (MirrorPods.isMirror(pod)) {
        reconcileMirrors();
        return;
      }
      workers.remove(pod.metadata().uid());
    }

    private void seen(Pod pod) {
      if (MirrorPods.isMirror(pod)) {
        reconcileMirrors();
        return;
      }
      sources.lock();
      try {
        workers.update(pod);
      } finally {
        sources.unlock();
      }
    }
  }

  private void staticPods(String source, Map<String, Pod> pods) {
    sources.lock();
    try {
      Map<String, Pod> before = staticPods;
      Map<String, Pod> now = new HashMap<>(pods);
      before.forEach((uid, pod) -> {
        boolean otherSource =
            !pod.metadata()
                .annotations()
                .getOrDefault("kubernetes.io/config.source", "")
                .equals(source);
        if (otherSource) {
          now.put(uid, pod);
        }
      });
      staticPods = Map.copyOf(now);
      before.keySet().stream().filter(uid -> !now.containsKey(uid)).forEach(workers::remove);
      now.forEach((uid, pod) -> {
        if (!before.containsKey(uid)) {
          workers.update(pod);
        }
      });
      if (before.keySet().equals(now.keySet())) {
        return;
      }
    } finally {
      sources.unlock();
    }
    reconcileMirrors();
  }

  /** On a thread of its own: the caller is the informer's, and must not wait for the API. */
  private void reconcileMirrors() {
    Thread.ofVirtual()
        .name("mirror-pods")
        .start(() -> {
          try {
            if (apiPods.awaitSynced(Duration.ofMinutes(5))) {
              mirrors.reconcile(staticPods);
              staticPods.keySet().forEach(workers::wake);
            }
          } catch (InterruptedException stopped) {
            // the kubelet ends
          }
        });
  }

  private @Nullable Verdict admit(
      Pod pod, List<Pod> active, @Nullable Node node, Capacity capacity) {
    if (pod.status().startTime() != null) {
      return null; // admitted before this kubelet's restart
    }
    return NodeAdmission.check(
        pod, active, node, capacity.allocatable(), evictions.memoryPressure());
  }

  private ResizeFit.@Nullable Problem resizeProblem(Pod asked, Capacity capacity) {
    Map<String, Quantity> allocatable = capacity.allocatable();
    Verdict never = NodeAdmission.room(asked, List.of(), allocatable);
    if (never != null) {
      return new ResizeFit.Problem("Infeasible", never.message().replace("Pod was rejected: ", ""));
    }
    List<Pod> others =
        workers.active().stream()
            .filter(pod -> !pod.metadata().uid().equals(asked.metadata().uid()))
            .toList();
    Verdict now = NodeAdmission.room(asked, others, allocatable);
    return now == null
        ? null
        : new ResizeFit.Problem("Deferred", now.message().replace("Pod was rejected: ", ""));
  }

  private void wake(String uid) {
    workers.wake(uid);
  }

  private void wakeAll() {
    workers.wakeAll();
  }

  private VersionResponse awaitRuntime() throws IOException, InterruptedException {
    long deadline = timers.nanoTime() + RUNTIME_PATIENCE.toNanos();
    while (true) {
      try {
        return runtime.version();
      } catch (RuntimeCallException problem) {
        if (timers.nanoTime() > deadline) {
          throw new IOException(
              "the container runtime at %s does not answer: %s"
                  .formatted(options.runtimeEndpoint(), problem.description()),
              problem);
        }
        timers.sleep(Duration.ofMillis(100));
      }
    }
  }

  private KubeletServer startServer(Client client, List<String> addresses) throws IOException {
    KubeletOptions.Server wanted = options.server();
    if (wanted.port() < 0) {
      return KubeletServer.none();
    }
    Path certificate = wanted.certificate();
    Path key = wanted.privateKey();
    if (certificate == null || key == null) {
      Path pki = options.paths().root().resolve("pki");
      certificate = Tls.selfSigned(pki, options.nodeName(), addresses, timers.instant());
      key = pki.resolve("kubelet.key");
    }
    AccessControl access =
        new AccessControl(
            client,
            timers,
            options.nodeName(),
            wanted.anonymous(),
            wanted.webhookAuthentication(),
            wanted.webhookAuthorization());
    Routes routes =
        new Routes(access, workers, runtime, timers, options.nodeName(), () -> Configz.of(options));
    return KubeletServer.start(
        wanted.address(), wanted.port(), Tls.server(certificate, key, wanted.clientCa()), routes);
  }

  private static Map<String, Quantity> kept(
      KubeletOptions options, EvictionThresholds thresholds, Machine machine, long storage) {
    Map<String, Quantity> kept = new HashMap<>(options.limits().reserved());
    kept.merge(
        "memory",
        Quantity.of(thresholds.bytes("memory.available", machine.memoryBytes())),
        Quantity::add);
    kept.merge(
        "ephemeral-storage",
        Quantity.of(thresholds.bytes("nodefs.available", storage)),
        Quantity::add);
    return kept;
  }

  private static NodeFacts nodeFacts(
      KubeletOptions options,
      Machine machine,
      Capacity capacity,
      List<String> addresses,
      VersionResponse version)
      throws IOException {
    Path resolv = options.paths().resolvConf();
    return new NodeFacts(
        options.nodeName(),
        addresses,
        options.network().clusterDns(),
        options.network().clusterDomain(),
        Files.isReadable(resolv) ? ResolvConf.parse(Files.readString(resolv)) : ResolvConf.EMPTY,
        machine.memoryBytes(),
        Resources.amount(capacity.allocatable(), Resources.CPU),
        Resources.amount(capacity.allocatable(), Resources.MEMORY),
        Resources.amount(capacity.allocatable(), Resources.EPHEMERAL_STORAGE),
        options.paths().podLogs().toString(),
        version.getRuntimeName(),
        options.limits().cpuCfsQuota(),
        options.limits().seccompByDefault(),
        options.limits().maxCrashLoopBackOff());
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }
}
