package dev.javernetes.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = "Stops the cluster: pods end, objects stay. With --purge nothing is left of it.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 60;

  @Mixin private DataDirOption data = new DataDirOption();

  @Option(
      names = "--purge",
      description = "Also remove all data, containers, mounts, bridges, rules and cgroups.")
  private boolean purge;

  @Override
  public Integer call() throws InterruptedException {
    DataDirectory directory = data.directory();
    if (!Files.isDirectory(directory.path())) {
      System.out.println("nothing there: " + directory.path());
      return 0;
    }
    Optional<ProcessHandle> process = directory.process();
    if (process.isPresent()) {
      stop(process.get());
      System.out.println("stopped");
    } else {
      System.out.println("not running");
    }
    boolean hadNode =
        Files.isDirectory(directory.runtime()) || Files.isDirectory(directory.kubelet());
    if (DataDirectory.isRoot() && hadNode) {
      RealNode.stopPods(directory, purge);
    }
    if (purge) {
      Slot.release(directory);
      delete(directory.path());
      System.out.println("purged " + directory.path());
    }
    return 0;
  }

  private static void stop(ProcessHandle process) throws InterruptedException {
    process.destroy();
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException stuck) {
      System.err.println(
          "j8s: pid " + process.pid() + " did not end within " + PATIENCE_SECONDS + " s: killed");
      process.destroyForcibly();
    } catch (ExecutionException impossible) { // nothing completes it exceptionally
      throw new IllegalStateException(impossible);
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException problem) {
      throw new LaunchException("cannot remove " + folder + ": " + problem.getMessage(), problem);
    }
  }
}
