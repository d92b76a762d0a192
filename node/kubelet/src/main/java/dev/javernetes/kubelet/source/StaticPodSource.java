package dev.javernetes.kubelet.source;

import dev.javernetes.api.model.core.v1.Pod;
import dev.javernetes.client.Timers;
import dev.javernetes.kubelet.source.StaticPods.BadManifestException;
import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a folder (or polls a URL) for pods that no API server knows of. Hidden files and what
 * cannot be read are left out, with a log line; the pods of the other files run.
 */
public final class StaticPodSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StaticPodSource.class);
  private static final int MAX_BYTES = 10 << 20;

  private interface Reader {
    List<Pod> read() throws IOException;
  }

  private final Thread thread;
  private final @Nullable WatchService watch;

  private StaticPodSource(Thread thread, @Nullable WatchService watch) {
    this.thread = thread;
    this.watch = watch;
  }

  /** {@code path} is a folder or one file; {@code check} is how often it is read again anyway. */
  public static StaticPodSource folder(
      Path path, String nodeName, Duration check, Consumer<Map<String, Pod>> pods)
      throws IOException {
    if (!Files.exists(path)) {
      Files.createDirectories(path);
    }
    Path directory =
        Files.isDirectory(path) ? path : Objects.requireNonNull(path.toAbsolutePath().getParent());
    WatchService watch = directory.getFileSystem().newWatchService();
    directory.register(
        watch,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
    Reader reader = () -> readFolder(path, nodeName);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("static-pods")
            .start(() -> {
              try {
                while (true) {
                  deliver(reader, pods);
                  WatchKey key = watch.poll(check.toMillis(), TimeUnit.MILLISECONDS);
                  if (key != null) {
                    key.pollEvents();
                    key.reset();
                  }
                }
              } catch (InterruptedException | ClosedWatchServiceException stopped) {
                // the kubelet ends
              }
            });
    return new StaticPodSource(thread, watch);
  }

  public static StaticPodSource url(
      URI url,
      Map<String, String> headers,
      String nodeName,
      Duration check,
      Timers timers,
      Consumer<Map<String, Pod>> pods) {
    Reader reader = () -> readUrl(url, headers, nodeName);
    Thread thread =
        Thread.ofVirtual()
            .name("static-pods-url")
            .start(() -> {
              try {
                while (true) {
                  deliver(reader, pods);
                  timers.sleep(check);
                }
              } catch (InterruptedException stopped) {
                // the kubelet ends
              }
            });
    return new StaticPodSource(thread, null);
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    if (watch != null) {
      watch.close();
    }
  }

  private static void deliver(Reader reader, Consumer<Map<String, Pod>> pods) {
    try {
      pods.accept(StaticPods.byUid(reader.read()));
    } catch (IOException problem) {
      LOG.warn("static pods: {}", problem.toString()); // what runs, runs on
    }
  }

  private static List<Pod> readFolder(Path path, String nodeName) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    if (Files.isDirectory(path)) {
      try (var entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          String name = entry.getFileName().toString();
          if (!name.startsWith(".") && Files.isRegularFile(entry)) {
            files.put(name, entry);
          }
        }
      }
    } else if (Files.isRegularFile(path)) {
      files.put(path.getFileName().toString(), path);
    }
    List<Pod> pods = new ArrayList<>();
    for (Path file : files.values()) {
      try {
        if (Files.size(file) > MAX_BYTES) {
          throw new BadManifestException("larger than " + MAX_BYTES + " bytes");
        }
        pods.addAll(StaticPods.parse(Files.readAllBytes(file), nodeName, "file", file.toString()));
      } catch (BadManifestException | IOException problem) {
        LOG.warn("static pod {}: {}", file, problem.getMessage());
      }
    }
    return pods;
  }

  private static List<Pod> readUrl(URI url, Map<String, String> headers, String nodeName)
      throws IOException {
    URLConnection connection = url.toURL().openConnection();
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(10_000);
    headers.forEach(connection::setRequestProperty);
    try (var in = connection.getInputStream()) {
      return StaticPods.parse(in.readNBytes(MAX_BYTES), nodeName, "http", url.toString());
    } catch (BadManifestException problem) {
      throw new IOException(url + ": " + problem.getMessage(), problem);
    }
  }
}
