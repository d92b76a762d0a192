package dev.javernetes.runtime.pod;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of containers that ended, by the file conmon writes then: inotify(7), no polling. */
final class ExitWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExitWatcher.class);

  private final Path directory;
  private final WatchService watch;
  private final Consumer<String> exited;

  /** {@code exited} is called with a container's id, possibly more than once. */
  ExitWatcher(Path directory, Consumer<String> exited) throws IOException {
    this.directory = directory;
    this.exited = exited;
    this.watch = directory.getFileSystem().newWatchService();
    directory.register(
        watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    Thread.ofPlatform().daemon().name("exit-watcher").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = watch.take();
        for (WatchEvent<?> event : key.pollEvents()) {
          if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
            all();
          } else if (event.context() instanceof Path file) {
            tell(file.toString());
          }
        }
        key.reset();
      }
    } catch (ClosedWatchServiceException e) {
      // closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void all() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(file -> tell(file.getFileName().toString()));
    } catch (IOException e) {
      LOG.warn("cannot list {}: {}", directory, e.getMessage());
    }
  }

  private void tell(String name) {
    if (!name.contains(".")) {
      Thread.startVirtualThread(() -> exited.accept(name));
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
