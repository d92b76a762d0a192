package dev.javernetes.api.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code Generate SOURCES RESOURCES}: writes the records below the first folder and the schema
 * files below the second. Does nothing if its inputs (artifacts and its own classes) are those of
 * the last run, which a stamp beside the output remembers.
 */
public final class Generate {
  private Generate() {}

  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: Generate SOURCES RESOURCES");
    }
    Path sources = Path.of(args[0]);
    Path resources = Path.of(args[1]);
    ClassLoader artifacts = Generate.class.getClassLoader();
    String inputs = inputs(artifacts);
    Path stamp = resources.resolveSibling("generated.stamp");
    if (Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
      return;
    }
    Files.deleteIfExists(stamp);
    delete(sources);
    OpenApiFacts openApi = new OpenApiFacts(artifacts);
    for (String api : Sources.API_CLASSES) {
      openApi.readPaths(api);
    }
    ModelReader reader = new ModelReader(artifacts, openApi, ParagraphBreaks.read());
    Map<String, TypeModel> types = reader.read();
    new RecordWriter(types, openApi, sources).writeAll();
    new SchemaFileWriter(GoFacts.read()).write(types.values(), resources);
    Files.write(resources.resolveSibling("fields-left-out.txt"), reader.leftOut());
    Files.writeString(stamp, inputs);
  }

  /** One line per input file: its path, size and time of change. */
  private static String inputs(ClassLoader artifacts) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String resource :
        List.of(
            "io/kubernetes/client/proto/V1.class",
            "io/kubernetes/client/proto/V1.java",
            "io/kubernetes/client/openapi/models/V1Pod.java")) {
      java.net.URL url = artifacts.getResource(resource);
      text.append(url).append('\n');
    }
    try {
      URI own = Generate.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      try (Stream<Path> files = Files.walk(Path.of(own))) {
        files.filter(Files::isRegularFile).sorted().forEach(file -> text.append(describe(file)));
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return text.toString();
  }

  private static String describe(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return file.getFileName()
          + " "
          + bytes.length
          + " "
          + java.util.Arrays.hashCode(bytes)
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
