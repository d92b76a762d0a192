package dev.javernetes.launch;

import dev.javernetes.etcd.client.RemoteStore;
import dev.javernetes.etcd.client.RemoteStoreOptions;
import dev.javernetes.etcd.engine.DurableStore;
import dev.javernetes.etcd.engine.SnapshotFile;
import dev.javernetes.etcd.mvcc.Mutation;
import dev.javernetes.etcd.mvcc.PackedRevision;
import dev.javernetes.etcd.mvcc.SnapshotSummary;
import dev.javernetes.etcd.mvcc.Store;
import dev.javernetes.etcd.mvcc.StoreException;
import dev.javernetes.etcd.protocol.TlsFiles;
import dev.javernetes.etcd.protocol.bbolt.UpstreamSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "snapshot",
    description = "Saves, describes and restores the whole store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class EtcdSnapshotCommand {

  @Command(
      name = "save",
      description =
          "Writes a snapshot of a running etcd, ours or upstream's (--endpoints), or of a stopped one of ours (--data-dir).",
      mixinStandardHelpOptions = true)
  int save(
      @Parameters(paramLabel = "FILE", description = "What to write.") Path file,
      @Option(
              names = "--endpoints",
              defaultValue = "http://127.0.0.1:2379",
              description = "The running etcd (default: ${DEFAULT-VALUE}).")
          String endpoints,
      @Option(names = "--cacert", description = "Who may sign its certificate.")
          @Nullable Path caCert,
      @Option(names = "--cert", description = "The own certificate.") @Nullable Path cert,
      @Option(names = "--key", description = "Its key.") @Nullable Path key,
      @Option(names = "--data-dir", description = "The data of a stopped one.")
          @Nullable Path dataDir) {
    try (Store store = dataDir == null ? connect(endpoints, caCert, cert, key) : open(dataDir)) {
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      try (FileChannel channel =
              FileChannel.open(
                  partial,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.TRUNCATE_EXISTING);
          OutputStream out = Channels.newOutputStream(channel)) {
        store.snapshot(out);
        channel.force(true);
      }
      summary(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      System.out.println("Snapshot saved at " + file);
      return 0;
    } catch (StoreException | IOException | IllegalArgumentException problem) {
      throw new LaunchException("cannot save: " + problem.getMessage(), problem);
    }
  }

  private static Store open(Path dataDir) {
    if (!Files.isDirectory(dataDir)) {
      throw new LaunchException("no such directory: " + dataDir);
    }
    return DurableStore.open(dataDir);
  }

  private static Store connect(
      String endpoints, @Nullable Path caCert, @Nullable Path cert, @Nullable Path key) {
    boolean secure = caCert != null || cert != null;
    return RemoteStore.connect(
        RemoteStoreOptions.of(endpoints)
            .withTls(secure ? new TlsFiles(cert, key, caCert, false) : null));
  }

  @Command(
      name = "status",
      description = "Checks a snapshot file, ours or upstream's, and says what is in it.",
      mixinStandardHelpOptions = true)
  int status(
      @Parameters(paramLabel = "FILE", description = "The snapshot.") Path file,
      @Option(
              names = {"-w", "--write-out"},
              defaultValue = "simple",
              description = "simple or json.")
          String form) {
    try {
      SnapshotSummary summary = summary(file);
      String line =
          switch (form) {
            case "simple" ->
                String.format(
                    Locale.ROOT,
                    "%08x, revision %d, %d keys, %d bytes, %s",
                    summary.hash(),
                    summary.revision(),
                    summary.totalKeys(),
                    summary.sizeBytes(),
                    summary.format());
            case "json" ->
                String.format(
                    Locale.ROOT,
                    "{\"hash\":%d,\"revision\":%d,\"totalKey\":%d,\"totalSize\":%d}",
                    Integer.toUnsignedLong(summary.hash()),
                    summary.revision(),
                    summary.totalKeys(),
                    summary.sizeBytes());
            default -> throw new LaunchException("--write-out is simple or json, not " + form);
          };
      System.out.println(line);
      return 0;
    } catch (StoreException | IOException problem) {
      throw new LaunchException("cannot read " + file + ": " + problem.getMessage(), problem);
    }
  }

  private static SnapshotSummary summary(Path file) throws IOException {
    if (UpstreamSnapshot.isOne(file)) {
      try (UpstreamSnapshot snapshot = UpstreamSnapshot.open(file)) {
        return snapshot.summary();
      }
    }
    if (!SnapshotFile.isOne(file)) {
      throw new LaunchException(
          file + " is no snapshot: neither one of ours nor a bbolt database of upstream's etcd");
    }
    return new SnapshotFile(file).summary();
  }

  @Command(
      name = "restore",
      description =
          "Fills a new data directory from a snapshot file, ours or upstream's (also member/snap/db of a stopped etcd).",
      mixinStandardHelpOptions = true)
  int restore(
      @Parameters(paramLabel = "FILE", description = "The snapshot.") Path file,
      @Option(names = "--data-dir", required = true, description = "The new directory.")
          Path dataDir,
      @Option(
              names = "--bump-revision",
              description =
                  "Raises the revision by so many, so that clients that know newer revisions than the snapshot's start anew; needs --mark-compacted.")
          long bump,
      @Option(
              names = "--mark-compacted",
              description = "Counts everything before the raised revision as compacted.")
          boolean markCompacted,
      @Option(
              names = "--skip-auth",
              description = "Leaves upstream's users and roles behind instead of refusing them.")
          boolean skipAuth) {
    if (bump < 0 || (bump > 0) != markCompacted) {
      throw new LaunchException("--bump-revision and --mark-compacted belong together");
    }
    try {
      SnapshotSummary summary = summary(file);
      DurableStore.restore(
          into -> {
            if (UpstreamSnapshot.isOne(file)) {
              try (UpstreamSnapshot snapshot = UpstreamSnapshot.open(file)) {
                snapshot.feed(skipAuth, into);
              }
            } else {
              new SnapshotFile(file).feed(into);
            }
            if (bump > 0) {
              into.accept(
                  new Mutation.Compacted(
                      Math.min(summary.revision() + bump, PackedRevision.MAX_MAIN)));
            }
          },
          dataDir);
      System.out.printf(
          Locale.ROOT,
          "Restored %d keys at revision %d into %s%n",
          summary.totalKeys(),
          summary.revision() + bump,
          dataDir);
      return 0;
    } catch (StoreException | IOException problem) {
      throw new LaunchException("cannot restore: " + problem.getMessage(), problem);
    }
  }
}
