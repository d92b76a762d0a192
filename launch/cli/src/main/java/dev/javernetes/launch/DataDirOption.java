package dev.javernetes.launch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --data-dir}, which every command has. */
final class DataDirOption {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where the cluster keeps its data (default: /var/lib/j8s for root, else ~/.local/share/j8s).")
  private @Nullable Path dataDir;

  DataDirectory directory() {
    return DataDirectory.of(dataDir);
  }
}
