package dev.javernetes.runtime;

import dev.javernetes.runtime.cni.CniNetwork;
import dev.javernetes.runtime.cni.DefaultNetwork;
import dev.javernetes.runtime.failure.RuntimeFailure;
import dev.javernetes.runtime.image.ImageImporter;
import dev.javernetes.runtime.image.ImagePuller;
import dev.javernetes.runtime.image.ImageStore;
import dev.javernetes.runtime.linux.Posix;
import dev.javernetes.runtime.pod.IoStreams;
import dev.javernetes.runtime.pod.Pods;
import dev.javernetes.runtime.pod.Processes;
import dev.javernetes.runtime.pod.RuntimePaths;
import dev.javernetes.runtime.streaming.StreamingServer;
import dev.javernetes.runtime.streaming.Targets;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A container runtime of our own: images, sandboxes and containers behind CRI v1 on a unix socket,
 * for our kubelet or any other CRI client.
 *
 * <pre>{@code
 * var options = RuntimeOptions.under(Path.of("/var/lib/j8s"), Path.of("/run/j8s")).withNetwork("j8s0", List.of("10.42.0.0/24"));
 * try (var runtime = ContainerRuntime.start(options, Clock.systemUTC(), new SecureRandom())) {
 *   …   // crictl --runtime-endpoint unix:///run/j8s/runtime.sock ps
 * }
 * }</pre>
 *
 * Closing stops serving and nothing else: containers run on, and the next start takes them up.
 * {@link #purge} is the end of them all. One process at a time has a data directory; a lock file
 * says so.
 */
public final class ContainerRuntime implements AutoCloseable {
  /** As upstream's CRI server and client. */
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final RuntimeOptions options;
  private final FileChannel lock;
  private final Pods pods;
  private final StreamingServer streaming;
  private final Server server;
  private final EventLoopGroup eventLoop;
  private final ExecutorService threads;

  private ContainerRuntime(
      RuntimeOptions options,
      FileChannel lock,
      Pods pods,
      StreamingServer streaming,
      Server server,
      EventLoopGroup eventLoop,
      ExecutorService threads) {
    this.options = options;
    this.lock = lock;
    this.pods = pods;
    this.streaming = streaming;
    this.server = server;
    this.eventLoop = eventLoop;
    this.threads = threads;
  }

  /**
   * {@code random} makes ids and streaming tokens: it must be a {@link java.security.SecureRandom}
   * outside tests.
   */
  public static ContainerRuntime start(RuntimeOptions options, Clock clock, RandomGenerator random)
      throws IOException {
    if (!Epoll.isAvailable()) {
      throw RuntimeFailure.notReady("containers need Linux with epoll");
    }
    HostRequirements.Found found = HostRequirements.check(options);
    FileChannel lock = lock(options.root());
    try {
      ImageStore images = ImageStore.open(options.root(), true);
      CniNetwork network = network(options);
      Pods pods = pods(options, found, images, network, clock, random);
      if (!options.podCidrs().isEmpty()) {
        new DefaultNetwork(options.bridge(), options.podCidrs(), pods.paths().ipam())
            .writeTo(options.cniConfDir());
      }
      StreamingServer streaming =
          StreamingServer.start(new PodTargets(pods.processes()), clock, random);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      EventLoopGroup eventLoop =
          new MultiThreadIoEventLoopGroup(
              1,
              Thread.ofPlatform().daemon().name("cri-", 0).factory(),
              EpollIoHandler.newFactory());
      Path socket = options.listen().socket();
      // ours by the lock: what lies there is the socket of a process that is gone
      Files.deleteIfExists(socket);
      Server server =
          NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
              .channelType(EpollServerDomainSocketChannel.class)
              .bossEventLoopGroup(eventLoop)
              .workerEventLoopGroup(eventLoop)
              .executor(threads)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .addService(new RuntimeCalls(pods, network, streaming, options, version(), clock))
              .addService(
                  new ImageCalls(
                      images,
                      new ImagePuller(images, options.registries()),
                      pods,
                      options.root(),
                      clock))
              .addService(new LocalImageCalls(new ImageImporter(images)))
              .build()
              .start();
      Posix.changeMode(socket, 0600);
      return new ContainerRuntime(options, lock, pods, streaming, server, eventLoop, threads);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static CniNetwork network(RuntimeOptions options) {
    return new CniNetwork(options.cniConfDir(), options.cniBinDirs());
  }

  private static Pods pods(
      RuntimeOptions options,
      HostRequirements.Found found,
      ImageStore images,
      CniNetwork network,
      Clock clock,
      RandomGenerator random)
      throws IOException {
    return Pods.open(
        new RuntimePaths(options.root(), options.state()),
        new Pods.Programs(found.ociRuntime(), found.conmon()),
        images,
        network,
        options.cgroup(),
        clock,
        random);
  }

  private static FileChannel lock(Path root) throws IOException {
    Files.createDirectories(root);
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw RuntimeFailure.conflict("another container runtime has " + root);
    }
    return channel;
  }

  static String version() {
    String version = ContainerRuntime.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }

  /** Streams of the server, led to processes. */
  private record PodTargets(Processes processes) implements Targets {
    @Override
    public int exec(String containerId, List<String> command, boolean tty, IoStreams io)
        throws IOException {
      return processes.exec(containerId, command, tty, io);
    }

    @Override
    public void attach(String containerId, IoStreams io) throws IOException {
      processes.attach(containerId, io);
    }

    @Override
    public SocketChannel dial(String sandboxId, int port) throws IOException {
      return processes.dial(sandboxId, port);
    }
  }

  public RuntimeOptions options() {
    return options;
  }

  /** Serves until it is closed. */
  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() throws IOException {
    server.shutdownNow();
    streaming.close();
    pods.close();
    threads.shutdownNow();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    Files.deleteIfExists(options.listen().socket());
    lock.close();
  }

  /**
   * Ends every container of this data directory and removes what the runtime ever made: mounts,
   * namespaces, cgroups, network interfaces and rules, files. Nothing may serve it meanwhile.
   * {@code keepImages} leaves the images.
   */
  public static void purge(
      RuntimeOptions options, boolean keepImages, Clock clock, RandomGenerator random)
      throws IOException {
    if (!Files.exists(options.root())) {
      return;
    }
    try (FileChannel lock = lock(options.root())) {
      Path oci = orMissing(HostRequirements.find(options.ociRuntime()), options.ociRuntime());
      Path conmon = orMissing(HostRequirements.find("conmon"), "conmon");
      ImageStore images = ImageStore.open(options.root(), true);
      try (Pods pods =
          pods(
              options,
              new HostRequirements.Found(oci, conmon),
              images,
              network(options),
              clock,
              random)) {
        pods.purge();
      }
      Leftovers.remove(options, keepImages);
    }
  }

  /** A purge goes on without the program: what it would remove cannot be there. */
  private static Path orMissing(@Nullable Path found, String name) {
    return found == null ? Path.of("/nonexistent", name) : found;
  }
}
