package dev.javernetes.launch;

import dev.javernetes.apiserver.authentication.AnonymousAccess;
import dev.javernetes.apiserver.authentication.AuthenticationSettings;
import dev.javernetes.apiserver.connect.KubeletOptions;
import dev.javernetes.apiserver.http.EdgeSettings;
import dev.javernetes.apiserver.http.HttpEdge;
import dev.javernetes.apiserver.security.AuthorizationMode;
import dev.javernetes.apiserver.security.SecuritySettings;
import dev.javernetes.apiserver.server.FeatureGates;
import dev.javernetes.apiserver.server.KubeApiServer;
import dev.javernetes.apiserver.server.KubeApiServerOptions;
import dev.javernetes.etcd.client.RemoteStore;
import dev.javernetes.etcd.client.RemoteStoreOptions;
import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.AutoCompaction;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.pki.KeyAndCertificate;
import dev.javernetes.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "apiserver",
    description = "kube-apiserver alone, over an etcd or its own embedded store.",
    mixinStandardHelpOptions = true)
final class ApiServerCommand implements Callable<Integer> {
  @Option(names = "--etcd-servers", description = "URLs of a real etcd, with commas between.")
  private @Nullable String etcdServers;

  @Option(names = "--etcd-cafile", description = "Who signs etcd's certificates.")
  private @Nullable Path etcdCaFile;

  @Option(names = "--etcd-certfile", description = "Our certificate for etcd.")
  private @Nullable Path etcdCertFile;

  @Option(names = "--etcd-keyfile", description = "Its key.")
  private @Nullable Path etcdKeyFile;

  @Option(
      names = "--data-dir",
      description = "The embedded store's directory, in place of --etcd-servers.")
  private @Nullable Path dataDir;

  @Option(
      names = "--etcd-compaction-interval",
      defaultValue = "5m",
      description = "How much history the store keeps; 0 leaves compaction to others.")
  private String compactionInterval = "5m";

  @Option(names = "--bind-address", defaultValue = "0.0.0.0", description = "Where to listen.")
  private InetAddress bindAddress = InetAddress.getLoopbackAddress();

  @Option(names = "--secure-port", defaultValue = "6443", description = "On which port.")
  private int securePort = 6443;

  @Option(names = "--advertise-address", description = "Where the cluster reaches this server.")
  private @Nullable InetAddress advertiseAddress;

  @Option(
      names = "--tls-cert-file",
      required = true,
      description = "The serving certificate and its chain.")
  private Path tlsCertFile = Path.of("");

  @Option(names = "--tls-private-key-file", required = true, description = "Its key.")
  private Path tlsKeyFile = Path.of("");

  @Option(names = "--client-ca-file", description = "Who may sign client certificates.")
  private @Nullable Path clientCaFile;

  @Option(
      names = "--requestheader-client-ca-file",
      description = "Who may sign front proxies' certificates.")
  private @Nullable Path frontProxyCaFile;

  @Option(
      names = "--requestheader-allowed-names",
      split = ",",
      description = "Common names of front proxies.")
  private List<String> frontProxyNames = List.of();

  @Option(
      names = "--feature-gates",
      split = ",",
      description = "CBORServingAndStorage=true serves CBOR; the other features are as by default.")
  private List<String> featureGates = List.of();

  @Option(
      names = "--service-account-issuer",
      defaultValue = AuthenticationSettings.DEFAULT_ISSUER,
      description = "The first one signs.")
  private List<String> issuers = List.of(AuthenticationSettings.DEFAULT_ISSUER);

  @Option(
      names = "--service-account-key-file",
      description = "Keys that tokens may be signed with.")
  private List<Path> accountKeyFiles = List.of();

  @Option(
      names = "--service-account-signing-key-file",
      description = "The key that tokens are signed with.")
  private @Nullable Path signingKeyFile;

  @Option(
      names = "--api-audiences",
      split = ",",
      description = "Audiences of tokens (default: the issuers).")
  private List<String> audiences = List.of();

  @Option(names = "--token-auth-file", description = "CSV of tokens and their users.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--enable-bootstrap-token-auth",
      arity = "0..1",
      fallbackValue = "true",
      description = "Tokens in secrets of kube-system.")
  private boolean bootstrapTokens;

  @Option(
      names = "--anonymous-auth",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true",
      description = "Let requests without credentials be system:anonymous.")
  private boolean anonymousAuth = true;

  @Option(
      names = "--authorization-mode",
      split = ",",
      defaultValue = "Node,RBAC",
      description = "Node, RBAC, ABAC, AlwaysAllow, AlwaysDeny.")
  private List<String> authorizationModes = List.of("Node", "RBAC");

  @Option(names = "--authorization-policy-file", description = "The policy of mode ABAC.")
  private @Nullable Path policyFile;

  @Option(
      names = "--disable-admission-plugins",
      split = ",",
      description = "Plug-ins that are on by default and should not run.")
  private List<String> disabledPlugins = List.of();

  @Option(
      names = "--service-cluster-ip-range",
      split = ",",
      defaultValue = "10.96.0.0/16",
      description = "Where Services' addresses come from.")
  private List<String> serviceCidrs = List.of("10.96.0.0/16");

  @Option(
      names = "--service-node-port-range",
      defaultValue = "30000-32767",
      description = "Where node ports come from.")
  private String nodePortRange = "30000-32767";

  @Option(names = "--kubelet-client-certificate", description = "What kubelets are shown.")
  private @Nullable Path kubeletCertificate;

  @Option(names = "--kubelet-client-key", description = "Its key.")
  private @Nullable Path kubeletKey;

  @Option(
      names = "--kubelet-certificate-authority",
      description = "Who signs kubelets' certificates.")
  private @Nullable Path kubeletAuthority;

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
    if ((etcdServers == null) == (dataDir == null)) {
      throw new LaunchException("give --etcd-servers or --data-dir: where the objects are kept");
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ScheduledExecutorService scheduler =
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("timer").factory());
        Store store = store();
        KubeApiServer server = KubeApiServer.start(options(store, scheduler, threads));
        HttpEdge edge = HttpEdge.start(edgeSettings(), server)) {
      startCompaction(store, scheduler, threads);
      server.awaitReady();
      System.err.println("serves on port " + edge.port());
      Standalone.awaitStop();
    } catch (java.net.BindException taken) {
      throw new LaunchException(
          "port " + securePort + " is in use: choose another with --secure-port", taken);
    }
    return 0;
  }

  private Store store() {
    if (etcdServers == null) {
      return DurableStore.open(java.util.Objects.requireNonNull(dataDir));
    }
    boolean secure = etcdCertFile != null || etcdCaFile != null;
    return RemoteStore.connect(
        RemoteStoreOptions.of(etcdServers)
            .withTls(secure ? new TlsFiles(etcdCertFile, etcdKeyFile, etcdCaFile, false) : null));
  }

  private void startCompaction(
      Store store, ScheduledExecutorService scheduler, ExecutorService threads) {
    if (compactionInterval.equals("0")) {
      return;
    }
    try {
      AutoCompaction.byAge(
          store,
          Duration.parse("PT" + compactionInterval.toUpperCase(Locale.ROOT)), // 5m0s is PT5M0S
          (period, action) -> {
            var unused =
                scheduler.scheduleWithFixedDelay(
                    () -> threads.execute(action),
                    period.toNanos(),
                    period.toNanos(),
                    TimeUnit.NANOSECONDS);
          });
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new LaunchException("--etcd-compaction-interval cannot be " + compactionInterval, e);
    }
  }

  private EdgeSettings edgeSettings() throws IOException {
    return EdgeSettings.of(
        bindAddress,
        securePort,
        new KeyAndCertificate(
                Pem.parsePrivateKey(Files.readString(tlsKeyFile)), certificates(tlsCertFile))
            .keyManager());
  }

  private KubeApiServerOptions options(
      Store store, ScheduledExecutorService scheduler, ExecutorService threads) throws IOException {
    Set<AuthorizationMode> modes = new java.util.LinkedHashSet<>();
    authorizationModes.forEach(name -> modes.add(mode(name)));
    String[] nodePorts = nodePortRange.split("-", -1);
    InetAddress advertised =
        advertiseAddress == null ? InetAddress.getLocalHost() : advertiseAddress;
    return new KubeApiServerOptions(
        store,
        new SecuritySettings(
            authentication(),
            new ArrayList<>(modes),
            policyFile == null ? null : Files.readString(policyFile),
            new HashSet<>(disabledPlugins)),
        new KubeApiServerOptions.Network(
            advertised.getHostAddress(),
            securePort,
            serviceCidrs,
            Integer.parseInt(nodePorts[0]),
            Integer.parseInt(nodePorts[1])),
        kubelets(),
        features(),
        new KubeApiServerOptions.Runtime(
            Clock.systemUTC(), System::nanoTime, RandomGenerator.getDefault(), scheduler, threads));
  }

  private FeatureGates features() {
    try {
      return FeatureGates.parse(featureGates);
    } catch (IllegalArgumentException problem) {
      throw new LaunchException("--feature-gates: " + problem.getMessage());
    }
  }

  private @Nullable KubeletOptions kubelets() throws IOException {
    if (kubeletCertificate == null || kubeletKey == null) {
      return null; // logs, exec and the like are then refused
    }
    if (kubeletAuthority == null) {
      throw new LaunchException(
          "--kubelet-client-certificate needs --kubelet-certificate-authority: kubelets are not believed unseen");
    }
    KeyAndCertificate identity =
        new KeyAndCertificate(
            Pem.parsePrivateKey(Files.readString(kubeletKey)), certificates(kubeletCertificate));
    return KubeletOptions.standard(ClientTls.factory(identity, certificates(kubeletAuthority)));
  }

  private AuthenticationSettings authentication() throws IOException {
    List<PublicKey> accountKeys = new ArrayList<>();
    for (Path file : accountKeyFiles) {
      accountKeys.addAll(Pem.parsePublicKeys(Files.readString(file)));
    }
    return new AuthenticationSettings(
        clientCaFile == null ? List.of() : certificates(clientCaFile),
        frontProxyCaFile == null ? List.of() : certificates(frontProxyCaFile),
        Set.copyOf(frontProxyNames),
        issuers,
        audiences,
        accountKeys,
        signingKeyFile == null ? null : keyPair(signingKeyFile, accountKeys),
        0,
        true,
        tokenFile == null ? null : Files.readString(tokenFile),
        null,
        bootstrapTokens,
        anonymousAuth ? AnonymousAccess.EVERYWHERE : AnonymousAccess.OFF);
  }

  private static KeyPair keyPair(Path file, List<PublicKey> accountKeys) throws IOException {
    if (accountKeys.isEmpty()) {
      throw new LaunchException(
          "--service-account-signing-key-file needs its public half in --service-account-key-file");
    }
    return new KeyPair(accountKeys.getFirst(), Pem.parsePrivateKey(Files.readString(file)));
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    return Pem.parseCertificates(Files.readString(file));
  }

  private static AuthorizationMode mode(String name) {
    return switch (name) {
      case "Node" -> AuthorizationMode.NODE;
      case "RBAC" -> AuthorizationMode.RBAC;
      case "ABAC" -> AuthorizationMode.ABAC;
      case "AlwaysAllow" -> AuthorizationMode.ALWAYS_ALLOW;
      case "AlwaysDeny" -> AuthorizationMode.ALWAYS_DENY;
      default ->
          throw new LaunchException(
              "--authorization-mode="
                  + name
                  + " is not built yet: Node, RBAC, ABAC, AlwaysAllow and AlwaysDeny are");
    };
  }
}
