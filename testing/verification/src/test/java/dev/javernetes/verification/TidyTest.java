package dev.javernetes.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What no compiler checks: every package explains itself, no file grows without end, no name says
 * nothing.
 */
class TidyTest {
  private static final int LONGEST_FILE = 800;
  private static final Pattern EMPTY_NAME =
      Pattern.compile(".*(Utils?|Helpers?|Manager|Impl|Common|Base|Misc)\\.java");
  private static final Set<String> UPSTREAMS_OWN_NAMES =
      Set.of("ControllerManager.java", "CloudControllerManager.java", "FieldManager.java");

  static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path here = start; here != null; here = here.getParent()) {
      if (Files.exists(here.resolve("j8s"))) {
        return here;
      }
    }
    throw new IllegalStateException("no project around " + start);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> all = Files.walk(root())) {
      return all.filter(
              path -> path.toString().endsWith(".java") && !path.toString().contains("/target/"))
          .toList();
    }
  }

  @Test
  void everyPackageExplainsItself() throws IOException {
    Set<String> silent = new TreeSet<>();
    for (Path source : sources()) {
      Path folder = Objects.requireNonNull(source.getParent());
      if (folder.toString().contains("/src/main/java/")) {
        Path info = folder.resolve("package-info.java");
        if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
          silent.add(root().relativize(folder).toString());
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void noFileGrowsWithoutEnd() throws IOException {
    Set<String> grown = new TreeSet<>();
    for (Path source : sources()) {
      try (Stream<String> lines = Files.lines(source)) {
        long count = lines.count();
        if (count > LONGEST_FILE) {
          grown.add(count + " " + root().relativize(source));
        }
      }
    }
    assertThat(grown).isEmpty();
  }

  @Test
  void everyNameSaysSomething() throws IOException {
    assertThat(sources().stream().map(path -> path.getFileName().toString()))
        .noneMatch(
            name -> EMPTY_NAME.matcher(name).matches() && !UPSTREAMS_OWN_NAMES.contains(name));
  }
}
