package dev.javernetes.launch;

import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.etcd.server.EtcdServer;
import dev.javernetes.etcd.server.EtcdServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "etcd",
    description = "The store alone, served as etcd v3 over gRPC.",
    mixinStandardHelpOptions = true)
final class EtcdCommand implements Callable<Integer> {
  @Option(names = "--name", defaultValue = "default", description = "The member's name.")
  private String name = "default";

  @Option(names = "--data-dir", required = true, description = "Where the data lies.")
  private Path dataDir = Path.of("default.etcd");

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

  @Override
  public Integer call() throws Exception {
    Logs.toConsole();
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
    EtcdServerOptions options = EtcdServerOptions.of(name, addresses, advertised).withTls(tls());
    try (Store store = DurableStore.open(dataDir);
        EtcdServer server = EtcdServer.start(options, store)) {
      System.err.println("etcd serves on " + server.ports());
      Standalone.awaitStop();
    } catch (StoreException problem) {
      throw new LaunchException("cannot open the store: " + problem.getMessage(), problem);
    } catch (IOException problem) {
      throw new LaunchException("cannot serve: " + problem.getMessage(), problem);
    }
    return 0;
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
