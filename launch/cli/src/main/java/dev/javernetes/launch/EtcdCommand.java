package dev.javernetes.launch;

import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.AutoCompaction;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.mvcc.StoreOptions;
import dev.javernetes.etcd.mvcc.StoreRuntime;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.etcd.replication.ReplicatedStore;
import dev.javernetes.etcd.replication.ReplicationOptions;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "etcd",
    description = "The store alone, served as etcd v3 over gRPC.",
    mixinStandardHelpOptions = true,
    subcommands = {EtcdSnapshotCommand.class, EtcdBenchCommand.class})
final class EtcdCommand implements Callable<Integer> {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(7); // as upstream's

  @Option(names = "--name", defaultValue = "default", description = "The member's name.")
  private String name = "default";

  @Option(names = "--data-dir", description = "Where the data lies (default: <name>.etcd).")
  private @Nullable Path dataDir;

  @Option(
      names = "--listen-client-urls",
      split = ",",
      defaultValue = "http://localhost:2379",
      description = "Where clients connect.")
  private List<URI> listenClientUrls = List.of();

  @Option(
      names = "--advertise-client-urls",
      split = ",",
      description = "What clients are told (default: where they connect).")
  private List<String> advertiseClientUrls = List.of();

  @Option(names = "--cert-file", description = "The serving certificate.")
  private @Nullable Path certFile;

  @Option(names = "--key-file", description = "Its key.")
  private @Nullable Path keyFile;

  @Option(names = "--trusted-ca-file", description = "Who may sign client certificates.")
  private @Nullable Path trustedCaFile;

  @Option(names = "--client-cert-auth", description = "Clients must show a certificate.")
  private boolean clientCertAuth;

  @Option(
      names = {"--listen-client-http-urls", "--listen-metrics-urls"},
      split = ",",
      description =
          "Where health, metrics and the JSON gateway are served in plain HTTP (default: nowhere).")
  private List<URI> listenHttpUrls = List.of();

  @Option(
      names = "--quota-backend-bytes",
      defaultValue = "0",
      description = "Size on disk above which puts are refused (0: 2 GiB).")
  private long quotaBackendBytes;

  @Option(
      names = "--max-txn-ops",
      defaultValue = "128",
      description = "Most steps of a transaction.")
  private int maxTxnOps;

  @Option(
      names = "--max-request-bytes",
      defaultValue = "1572864",
      description = "Largest request in bytes.")
  private int maxRequestBytes;

  @Option(
      names = "--auto-compaction-mode",
      defaultValue = "periodic",
      description = "periodic (by age) or revision (by number).")
  private String autoCompactionMode = "periodic";

  @Option(
      names = "--auto-compaction-retention",
      defaultValue = "0",
      description =
          "What automatic compaction keeps: an age such as 1, 1h or 30m, or a number of revisions"
              + " (0: it is off).")
  private String autoCompactionRetention = "0";

  @Option(
      names = "--initial-cluster",
      description =
          "Names and peer URLs of all members, such as a=http://10.0.0.1:2380,b=…: this is one of several (default: it runs alone).")
  private @Nullable String initialCluster;

  @Option(
      names = "--initial-advertise-peer-urls",
      description = "The own peer URL (default: that of the own name in --initial-cluster).")
  private @Nullable URI advertisePeerUrl;

  @Option(
      names = "--listen-peer-urls",
      description = "Where other members connect (default: the own peer URL).")
  private @Nullable URI listenPeerUrl;

  @Option(
      names = "--initial-cluster-state",
      defaultValue = "new",
      description = "new, or existing for a member that was added to a running cluster.")
  private String initialClusterState = "new";

  @Option(
      names = "--initial-cluster-token",
      defaultValue = "etcd-cluster",
      description = "Tells clusters apart.")
  private String initialClusterToken = "etcd-cluster";

  @Option(
      names = "--election-timeout",
      defaultValue = "1000",
      description = "Milliseconds without a leader until one is elected.")
  private int electionTimeoutMillis = 1000;

  @Option(
      names = "--snapshot-count",
      defaultValue = "10000",
      description = "Log entries until older ones are dropped.")
  private long snapshotCount = 10_000;

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    // Tracking one buffer in a hundred costs some percent of all requests.
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    if (clientCertAuth && trustedCaFile == null) {
      throw new LaunchException("--client-cert-auth needs --trusted-ca-file");
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (URI url : listenClientUrls) {
      addresses.add(new InetSocketAddress(url.getHost(), url.getPort()));
    }
    List<String> advertised =
        advertiseClientUrls.isEmpty()
            ? listenClientUrls.stream().map(URI::toString).toList()
            : advertiseClientUrls;
    EtcdServerOptions options =
        EtcdServerOptions.of(name, addresses, advertised)
            .withTls(tls())
            .withLimits(maxTxnOps, maxRequestBytes)
            .withHttpAddresses(httpAddresses());
    StoreRuntime runtime = StoreRuntime.system("etcd");
    Path directory = dataDir == null ? Path.of(name + ".etcd") : dataDir;
    try (Store store = open(directory, runtime);
        EtcdServer server = EtcdServer.start(options, store)) {
      startAutoCompaction(store, runtime);
      System.err.println("etcd serves on " + server.ports());
      Standalone.awaitStop();
    } catch (StoreException problem) {
      throw new LaunchException("cannot open the store: " + problem.getMessage(), problem);
    } catch (IOException problem) {
      throw new LaunchException("cannot serve: " + problem.getMessage(), problem);
    }
    return 0;
  }

  private Store open(Path directory, StoreRuntime runtime) throws IOException {
    if (initialCluster == null) {
      return DurableStore.open(directory, storeOptions(), runtime);
    }
    boolean existing =
        switch (initialClusterState) {
          case "new" -> false;
          case "existing" -> true;
          default ->
              throw new LaunchException(
                  "--initial-cluster-state is new or existing, not " + initialClusterState);
        };
    try {
      Map<String, URI> members = ReplicationOptions.cluster(initialCluster);
      URI own = advertisePeerUrl == null ? members.get(name) : advertisePeerUrl;
      if (own == null) {
        throw new LaunchException("--initial-cluster does not name this member, " + name);
      }
      URI listen = listenPeerUrl == null ? own : listenPeerUrl;
      return ReplicatedStore.start(
          ReplicationOptions.of(name, directory, own, members)
              .withClients(
                  advertiseClientUrls.isEmpty()
                      ? listenClientUrls.stream().map(URI::toString).toList()
                      : advertiseClientUrls,
                  new InetSocketAddress(listen.getHost(), listen.getPort()))
              .withJoining(existing, initialClusterToken)
              .withTimeouts(Duration.ofMillis(electionTimeoutMillis), REQUEST_TIMEOUT)
              .withSnapshots(snapshotCount, snapshotCount / 2)
              .withStore(storeOptions()),
          new SecureRandom());
    } catch (IllegalArgumentException problem) {
      throw new LaunchException(String.valueOf(problem.getMessage()), problem);
    }
  }

  private List<InetSocketAddress> httpAddresses() {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (URI url : listenHttpUrls) {
      if (!"http".equals(url.getScheme()) || url.getPort() <= 0) {
        throw new LaunchException(
            "--listen-client-http-urls takes http://host:port only, not " + url);
      }
      addresses.add(new InetSocketAddress(url.getHost(), url.getPort()));
    }
    return addresses;
  }

  private StoreOptions storeOptions() {
    if (quotaBackendBytes < 0 || maxRequestBytes <= 0 || maxTxnOps <= 0) {
      throw new LaunchException(
          "--quota-backend-bytes must not be negative, --max-request-bytes and --max-txn-ops must be"
              + " positive");
    }
    StoreOptions defaults = StoreOptions.DEFAULTS;
    return defaults
        .withQuotaBytes(quotaBackendBytes == 0 ? defaults.quotaBytes() : quotaBackendBytes)
        .withMaxRequestBytes(Math.max(maxRequestBytes, defaults.maxRequestBytes()));
  }

  private void startAutoCompaction(Store store, StoreRuntime runtime) {
    if (autoCompactionRetention.equals("0")) {
      return;
    }
    try {
      switch (autoCompactionMode) {
        case "periodic" -> AutoCompaction.byAge(store, retention(), runtime.ticker());
        case "revision" ->
            AutoCompaction.byRevision(
                store, Long.parseLong(autoCompactionRetention), runtime.ticker());
        default ->
            throw new LaunchException(
                "--auto-compaction-mode is periodic or revision, not " + autoCompactionMode);
      }
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new LaunchException(
          "--auto-compaction-retention cannot be " + autoCompactionRetention, e);
    }
  }

  /** A bare number means hours, as upstream has it; else Go's form, such as 1h30m. */
  private Duration retention() {
    return autoCompactionRetention.matches("[0-9]+")
        ? Duration.ofHours(Long.parseLong(autoCompactionRetention))
        : Duration.parse("PT" + autoCompactionRetention.toUpperCase(Locale.ROOT));
  }

  private @Nullable TlsFiles tls() {
    boolean https = listenClientUrls.stream().anyMatch(url -> "https".equals(url.getScheme()));
    if (!https) {
      return null;
    }
    if (certFile == null || keyFile == null) {
      throw new LaunchException("https needs --cert-file and --key-file");
    }
    return new TlsFiles(certFile, keyFile, trustedCaFile, clientCertAuth);
  }
}
